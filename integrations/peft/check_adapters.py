"""Compares Longstream's adapters with PEFT's.

Opens an adapter that Longstream wrote with PEFT. Compares the log-probabilities of greedy answers with those of
`longstream serve`, and the weights that `longstream merge` writes with those that PEFT merges. Then writes an adapter with
PEFT, which Longstream merges and serves.

    python check_adapters.py --base outputs/RUN/checkpoints/base --adapter outputs/RUN/checkpoints/step-000012/model \
        --work DIR --longstream ./longstream

DIR is a new folder for what is written here. Needs torch, transformers, peft and safetensors.
"""

import argparse
import json
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM

TOLERANCE = 2e-5
PROMPT_TOKENS = 200
ANSWER_TOKENS = 12


def loaded(folder):
    return AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()


def greedy(model, prompt):
    """Returns the log-probabilities of the likeliest tokens that follow a prompt, one after another."""
    tokens = list(prompt)
    log_probs = []
    for _ in range(ANSWER_TOKENS):
        with torch.no_grad():
            last = torch.log_softmax(model(torch.tensor([tokens])).logits[0, -1], -1)
        tokens.append(int(last.argmax()))
        log_probs.append(float(last.max()))
    return log_probs


def free_port():
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return bound.getsockname()[1]


def served(longstream, folder, prompt):
    """Returns what greedy returns, as Longstream's sampler computes it without merging."""
    port = free_port()
    server = subprocess.Popen([longstream, "serve", str(folder), "--port", str(port)])
    try:
        deadline = time.monotonic() + 120
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/health").close()
                break
            except OSError:
                if server.poll() is not None or time.monotonic() > deadline:
                    raise SystemExit(f"longstream serve {folder} does not answer on port {port}")
                time.sleep(0.5)
        body = {"prompt": prompt, "max_tokens": ANSWER_TOKENS, "temperature": 0, "logprobs": 0, "ignore_eos": True}
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/v1/completions",
            json.dumps(body).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)["choices"][0]["logprobs"]["token_logprobs"]
    finally:
        server.terminate()
        server.wait()


def difference(ones, others):
    return max(abs(one - other) for one, other in zip(ones, others, strict=True))


def weight_difference(state, merged):
    """Returns the largest difference between tensors of the same names, relative to the largest entry of each."""
    return max(((state[name] - tensor).abs().max() / tensor.abs().max()).item() for name, tensor in merged.items())


def report(what, found):
    print(f"{what}: largest difference {found:.1e}", flush=True)
    if found > TOLERANCE:
        raise SystemExit(f"{what} differ by {found:.1e}, expected at most {TOLERANCE:.0e}")


def merged(longstream, adapter, out):
    subprocess.run([longstream, "merge", str(adapter), "--out", str(out)], check=True)
    return load_file(out / "model.safetensors")


def compare(what, adapted, adapter, arguments, prompt):
    """Compares an adapter in PEFT with the same one in Longstream."""
    expected = greedy(adapted, prompt)
    report(f"{what}: log-probabilities of PEFT and of the sampler",
           difference(expected, served(arguments.longstream, adapter, prompt)))
    weights = merged(arguments.longstream, adapter, Path(arguments.work) / (what + "-merged"))
    report(f"{what}: weights merged by PEFT and by Longstream",
           weight_difference(adapted.merge_and_unload().state_dict(), weights))
    return expected


def written_by_peft(arguments):
    """Writes an adapter with PEFT and returns it with its folder."""
    torch.manual_seed(1)
    config = LoraConfig(r=4, lora_alpha=10, target_modules=["q_proj", "o_proj", "down_proj"], task_type="CAUSAL_LM")
    model = get_peft_model(loaded(arguments.base), config).eval()
    for name, weight in model.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(weight, std=0.05)
    folder = Path(arguments.work) / "from-peft"
    model.save_pretrained(folder)
    description = folder / "adapter_config.json"
    described = json.loads(description.read_text())
    described["base_model_name_or_path"] = str(Path(arguments.base).resolve())
    description.write_text(json.dumps(described, indent=2))
    return model, folder


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("base", "adapter", "work", "longstream"):
        parser.add_argument("--" + name, required=True)
    arguments = parser.parse_args()
    Path(arguments.work).mkdir(parents=True)
    vocabulary = json.loads((Path(arguments.base) / "config.json").read_text())["vocab_size"]
    prompt = torch.randint(vocabulary, (PROMPT_TOKENS,), generator=torch.Generator().manual_seed(7)).tolist()
    ours = PeftModel.from_pretrained(loaded(arguments.base), arguments.adapter).eval()
    with_adapter = compare("from-longstream", ours, arguments.adapter, arguments, prompt)
    base = greedy(loaded(arguments.base), prompt)
    print(f"the adapter changes log-probabilities by up to {difference(with_adapter, base):.1e}")
    model, folder = written_by_peft(arguments)
    compare("from-peft", model, folder, arguments, prompt)
    print("all agree")


if __name__ == "__main__":
    main()
