#!/usr/bin/env python3
"""Times a gradient step on one GPU, with the prompt read once for all its answers and with a copy of it for every answer.

    python check_gpu.py                       # within ten minutes on a GPU of the H200's class
    python check_gpu.py --json gpu.json       # the results as JSON, too, written again after each of them
    python check_gpu.py --device cpu --small  # what a processor can show, in a minute
    python check_gpu.py --script step.pt --model FOLDER   # also compares TorchScript of 'longstream bench script'

Needs PyTorch, transformers and safetensors. Models have the shapes of Qwen2.5 and random weights in bfloat16.
A step is forward and backward over one prompt and its answers; the optimizer's part is the same for both ways and is left out.
"""

import argparse
import json
import os
import resource
import statistics
import sys
import time

import torch
import transformers
from torch.nn import functional
from torch.nn.attention.flex_attention import BlockMask, flex_attention
from torch.utils.checkpoint import checkpoint
from transformers import AttentionInterface, AutoModelForCausalLM, Qwen2Config, Qwen2ForCausalLM

ATTENTION = "shared_prompt"
BLOCK = 128  # queries and keys of a block of FlexAttention
LOGITS_AT_ONCE = 1 << 27  # numbers of a block of logits: 512 MiB in float32
REPEATS = 3
LONG_SECONDS = 10  # a step that takes longer is timed once, and of the plain way one answer alone

SHAPES = {  # hidden, mlp, layers, heads, key-value heads, vocabulary, tied
    "tiny": (256, 768, 4, 8, 2, 4096, True),
    "0.5B": (896, 4864, 24, 14, 2, 151936, True),
    "1.5B": (1536, 8960, 28, 12, 2, 151936, True),
    "7B": (3584, 18944, 28, 28, 4, 152064, False),
}

# Which keys a query may see in the pass that runs now: None for causal attention, a tensor (tokens, tokens), or a BlockMask.
# transformers hands masks through its own functions, which know neither our layout nor block masks of it.
visible = None
compiled_flex = torch.compile(flex_attention)
torch._dynamo.config.recompile_limit = 64  # beyond it, FlexAttention would write out all scores


def attention(module, query, key, value, attention_mask, scaling=None, **_):
    """Attention of a layer; query (1, heads, tokens, size), key and value (1, key-value heads, tokens, size)."""
    groups = query.shape[1] // key.shape[1]
    if isinstance(visible, BlockMask):
        flex = compiled_flex if query.is_cuda else flex_attention
        output = flex(query, key, value, block_mask=visible, scale=scaling, enable_gqa=groups > 1)
    else:
        if not query.is_cuda:
            key, value = key.repeat_interleave(groups, 1), value.repeat_interleave(groups, 1)
        output = functional.scaled_dot_product_attention(
            query, key, value, attn_mask=visible, is_causal=visible is None, scale=scaling,
            enable_gqa=query.is_cuda and groups > 1,
        )
    return output.transpose(1, 2).contiguous(), None


AttentionInterface.register(ATTENTION, attention)


class Layout:
    """A prompt and its answers in one row of tokens: the prompt, the answers one after the other, padding to whole blocks."""

    def __init__(self, prompt, answers):
        prompt_length = self.prompt_length = len(prompt)
        parts = [prompt, *answers]
        length = sum(len(part) for part in parts)
        padding = -length % BLOCK
        device = prompt.device
        self.ids = torch.cat([*parts, prompt.new_zeros(padding)])[None]
        owner = torch.cat([torch.full((len(part),), i) for i, part in enumerate(parts)] + [torch.full((padding,), -1)])
        self.owner = owner.to(device)  # 0 for the prompt, i for the i-th answer, -1 for padding
        starts = [0] + [prompt_length] * len(answers)
        self.positions = torch.cat(
            [torch.arange(start, start + len(part)) for start, part in zip(starts, parts)] + [torch.zeros(padding, dtype=torch.long)]
        ).to(device)[None]
        ends = prompt_length + torch.tensor([0] + [len(answer) for answer in answers]).cumsum(0)
        self.predictors = torch.cat(
            [torch.cat([torch.tensor([prompt_length - 1]), torch.arange(start, end - 1)]) for start, end in zip(ends[:-1], ends[1:])]
        ).to(device)  # the rows whose logits say the answers' tokens
        self.targets = torch.cat(answers)

    def sees(self, rows):
        """Returns which keys these queries may see, (rows, tokens)."""
        keys = torch.arange(len(self.owner), device=self.owner.device)
        of_prompt_or_own = (self.owner[None] == 0) | (self.owner[None] == self.owner[rows][:, None])
        padding = self.owner[rows][:, None] == -1  # sees itself alone: a row of no keys has no softmax
        return torch.where(padding, keys[None] == rows[:, None], (keys[None] <= rows[:, None]) & of_prompt_or_own)

    def plain_mask(self):
        return self.sees(torch.arange(len(self.owner), device=self.owner.device))

    def block_mask(self):
        """Makes the block mask a row of blocks at a time; PyTorch's own function would write out all pairs of tokens."""
        owner = self.owner
        blocks = len(owner) // BLOCK
        prompt_blocks = self.prompt_length // BLOCK  # causal: they see every block before them, and part of themselves
        index = torch.arange(blocks, device=owner.device)
        some, all_ = list(index <= index[:prompt_blocks, None]), list(index < index[:prompt_blocks, None])
        for block in range(prompt_blocks, blocks):
            rows = torch.arange(block * BLOCK, (block + 1) * BLOCK, device=owner.device)
            pairs = self.sees(rows).view(BLOCK, blocks, BLOCK)
            some.append(pairs.any(2).any(0))
            all_.append(pairs.all(2).all(0))
        some, all_ = torch.stack(some), torch.stack(all_)

        def mask(batch, head, query, key):
            own = (owner[key] == 0) | (owner[key] == owner[query])
            return torch.where(owner[query] == -1, key == query, (key <= query) & own)

        def ordered(chosen):  # number of chosen key blocks of each query block, and their indices first
            indices = torch.argsort(chosen.int(), dim=1, descending=True, stable=True)
            return chosen.sum(1, dtype=torch.int32)[None, None], indices.to(torch.int32)[None, None].contiguous()

        return BlockMask.from_kv_blocks(*ordered(some & ~all_), *ordered(all_), BLOCK_SIZE=BLOCK, mask_mod=mask)


def new_model(shape, dtype, device, positions):
    """Makes a model with random weights where it will run."""
    hidden, mlp, layers, heads, key_value_heads, vocabulary, tied = SHAPES[shape]
    config = Qwen2Config(
        hidden_size=hidden, intermediate_size=mlp, num_hidden_layers=layers, num_attention_heads=heads,
        num_key_value_heads=key_value_heads, vocab_size=vocabulary, tie_word_embeddings=tied,
        max_position_embeddings=positions, use_cache=False, attn_implementation=ATTENTION,
    )
    torch.manual_seed(0)
    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        with torch.device(device):
            model = Qwen2ForCausalLM(config)
    finally:
        torch.set_default_dtype(before)
    return model.train()


def loss_of(model, hidden, targets, weights):
    """Sum of weight times negative log-probability, whose logits are computed a block at a time."""

    def of_block(rows, some_targets, some_weights):
        logits = model.lm_head(rows).float()
        return (functional.cross_entropy(logits, some_targets, reduction="none") * some_weights).sum()

    at_once = max(1, LOGITS_AT_ONCE // model.config.vocab_size)
    blocks = range(0, len(targets), at_once)
    return sum(
        checkpoint(of_block, *(x[i : i + at_once] for x in (hidden, targets, weights)), use_reentrant=False) for i in blocks
    )


def shared_step(model, prompt, answers, weights):
    """Gradient of all answers, with the prompt read once."""
    global visible
    layout = Layout(prompt, answers)
    visible = layout.block_mask() if prompt.is_cuda else layout.plain_mask()
    try:
        hidden = model.model(input_ids=layout.ids, position_ids=layout.positions, use_cache=False).last_hidden_state[0]
        loss = loss_of(model, hidden[layout.predictors], layout.targets, torch.cat(weights))
        loss.backward()
    finally:
        visible = None
    return loss.item()


def plain_step(model, prompt, answers, weights):
    """Gradient of all answers, each with its own copy of the prompt, one after the other."""
    total = 0.0
    for answer, weight in zip(answers, weights):
        hidden = model.model(input_ids=torch.cat([prompt, answer])[None], use_cache=False).last_hidden_state[0]
        loss = loss_of(model, hidden[len(prompt) - 1 : -1], answer, weight)
        loss.backward()
        total += loss.item()
    return total


STEPS = {"shared": shared_step, "plain": plain_step}


def inputs(vocabulary, prompt_length, lengths, device):
    """Random tokens, and weights as advantages would be."""
    generator = torch.Generator().manual_seed(1)
    prompt = torch.randint(0, vocabulary, (prompt_length,), generator=generator).to(device)
    answers = [torch.randint(0, vocabulary, (length,), generator=generator).to(device) for length in lengths]
    weights = [torch.full((length,), (-1.0) ** i / sum(lengths), device=device) for i, length in enumerate(lengths)]
    return prompt, answers, weights


def work(shape, way, prompt, answers, length):
    """Operations of a step: forward, and twice as much backward. What is computed again to save memory does not count."""
    hidden, mlp, layers, heads, key_value_heads, vocabulary, _ = SHAPES[shape]
    size = hidden // heads
    matrices = layers * (hidden * size * (2 * heads + 2 * key_value_heads) + 3 * hidden * mlp)
    own = length * (length + 1) / 2
    prompts = 1 if way == "shared" else answers
    tokens = prompts * prompt + answers * length
    pairs = prompts * prompt * (prompt + 1) / 2 + answers * (length * prompt + own)
    return 3 * (2 * matrices * tokens + 4 * layers * heads * size * pairs + 2 * hidden * vocabulary * answers * length)


LAYER_TENSORS = {  # index in Java's list of a layer's weights, as the archive's attribute: name in the weight file
    "input_norm": "input_layernorm.weight",
    "post_attention_norm": "post_attention_layernorm.weight",
    "q_norm": "self_attn.q_norm.weight",
    "k_norm": "self_attn.k_norm.weight",
    **{f"{name}_proj_{kind}": f"self_attn.{name}_proj.{kind}" for name in "qkvo" for kind in ("weight", "bias")},
    **{f"{name}_proj_{kind}": f"mlp.{name}_proj.{kind}" for name in ("gate", "up", "down") for kind in ("weight", "bias")},
}
RECTANGLE, CAUSAL = 0, 1  # kinds of parts of Java's AttentionPlan


def compare_script(file, folder, device):
    """Takes a group's gradient by the TorchScript methods that Java generates, and by transformers in float32."""
    global visible
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation=ATTENTION).to(device).train()
    model.get_input_embeddings().padding_idx = None  # PyTorch would leave out the padding token's gradient
    script = torch.jit.load(file, map_location=device)
    lengths = [5, 40, 17, 64]
    prompt, answers, weights = inputs(model.config.vocab_size, 200, lengths, device)
    weights = torch.cat(weights)

    layout = Layout(prompt, answers)
    visible = layout.plain_mask()
    try:
        hidden = model.model(input_ids=layout.ids, position_ids=layout.positions, use_cache=False).last_hidden_state[0]
    finally:
        visible = None
    logits = model.lm_head(hidden[layout.predictors])
    log_probs = -functional.cross_entropy(logits, layout.targets, reduction="none")
    (-weights * log_probs).sum().backward()
    exact = {name: parameter.grad for name, parameter in model.named_parameters()}

    names = java_names(script, model)
    tensors = {name: tensor.detach() for name, tensor in model.state_dict(keep_vars=True).items()}
    gradients = {name: torch.zeros_like(tensors[name]) for name in names}
    scores = script_step(script, names, tensors, gradients, layout, (lengths, len(prompt)), weights, model)
    of_java = torch.cat([gradients[name].flatten() for name in names])
    of_torch = torch.cat([exact[name].flatten() for name in names])
    return {
        "log-probabilities, largest difference": (scores - log_probs).abs().max().item(),
        "gradients, relative": ((of_java - of_torch).norm() / of_torch.norm()).item(),
    }


def java_names(script, model):
    """Names of all weights in Java's order: the embedding, the layers, the last norm, and a head that is not tied."""
    index = {getattr(script, attribute): name for attribute, name in LAYER_TENSORS.items() if getattr(script, attribute) >= 0}
    of_layer = [index[i] for i in range(script.tensors_per_layer)]
    layers = [f"model.layers.{layer}.{name}" for layer in range(script.layers) for name in of_layer]
    head = [] if model.config.tie_word_embeddings else ["lm_head.weight"]
    return ["model.embed_tokens.weight", *layers, "model.norm.weight", *head]


def script_step(script, names, tensors, gradients, layout, shape, weights, model):
    """Forward and backward over a group as Java calls the methods; adds to the gradients, returns the log-probabilities."""
    lengths, prompt_length = shape
    device = weights.device
    count = prompt_length + sum(lengths)
    bounds = [prompt_length + sum(lengths[:i]) for i in range(len(lengths) + 1)]
    parts = [[CAUSAL, 0, prompt_length, 0, prompt_length]]
    parts += [[CAUSAL, start, end, start, end] for start, end in zip(bounds[:-1], bounds[1:])]
    parts += [[RECTANGLE, prompt_length, count, 0, prompt_length]]
    nothing = torch.zeros(0, dtype=torch.int64, device=device)
    plan = [nothing, torch.tensor(parts, device=device), nothing]
    ids, positions = layout.ids[0, :count], layout.positions[0, :count]
    angles = script.angles(positions, model.model.rotary_emb.inv_freq.double().to(device))
    temperature = torch.ones(1, device=device)
    norm, head = "model.norm.weight", names[-1] if names[-1] == "lm_head.weight" else names[0]

    def layer_list(of, layer):
        first = 1 + layer * script.tensors_per_layer
        return [of[name] for name in names[first : first + script.tensors_per_layer]]

    with torch.no_grad():
        x = script.embed(tensors[names[0]], ids)
        kept = []
        for layer in range(script.layers):
            y, *made = script.layer(layer_list(tensors, layer), x, angles, plan, True)
            kept.append((x, made))
            x = y
        hidden = script.hidden(tensors[norm], x, layout.predictors)
        scores = script.head_scores(tensors[head], hidden, layout.targets, temperature)
        gradient = script.head_backward(
            tensors[head], gradients[head], hidden, layout.targets, temperature, scores, [-weights])
        gradient = script.hidden_backward(tensors[norm], gradients[norm], x, layout.predictors, gradient)
        for layer in reversed(range(script.layers)):
            x, made = kept[layer]
            gradient = script.layer_backward(
                layer_list(tensors, layer), layer_list(gradients, layer), x, angles, plan, made, gradient)
        script.embed_backward(gradients[names[0]], ids, gradient)
    return scores[0].flatten()


class Device:
    """The device under test: its clock, its memory, and its speed in a matrix product."""

    def __init__(self, name):
        self.name = name
        self.is_cuda = name.startswith("cuda")

    def seconds(self, run):
        self.wait()
        began = time.perf_counter()
        run()
        self.wait()
        return time.perf_counter() - began

    def wait(self):
        if self.is_cuda:
            torch.cuda.synchronize()

    def forget(self):
        if self.is_cuda:
            torch.cuda.empty_cache()
            torch.cuda.reset_peak_memory_stats()

    def peak_mebibytes(self):
        """Peak since forget on a GPU; peak of the process on a processor."""
        if self.is_cuda:
            return torch.cuda.max_memory_allocated() / 2**20
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10

    def flops(self, size):
        """Operations a second of a product of two bfloat16 matrices."""
        a, b = (torch.randn(size, size, device=self.name, dtype=torch.bfloat16) for _ in range(2))
        times = [self.seconds(lambda: a @ b) for _ in range(6)]
        return 2 * size**3 / statistics.median(times[1:])


def out_of_memory(error):
    return isinstance(error, torch.OutOfMemoryError) or "can't allocate memory" in str(error)


def drop_gradients(model):
    for parameter in model.parameters():
        parameter.grad = None


class Check:
    """Runs all parts, prints each result at once, and keeps to the time."""

    def __init__(self, options):
        self.options = options
        self.device = Device(options.device)
        self.ends = time.monotonic() + 60 * options.minutes
        self.results = {"cells": []}
        self.rate = {}  # operations a second by way of the longest step so far

    def left(self):
        return self.ends - time.monotonic()

    def note(self, key, value, line):
        print(line, flush=True)
        if key == "cells":
            self.results[key].append(value)
        else:
            self.results[key] = value
        if self.options.json:
            unfinished = self.options.json + ".part"
            with open(unfinished, "w") as file:
                json.dump(self.results, file, indent=1)
            os.replace(unfinished, self.options.json)

    def run(self):
        name = torch.cuda.get_device_name() if self.device.is_cuda else "processor"
        about = {"device": name, "torch": torch.__version__, "transformers": transformers.__version__,
                 "answers": self.options.answers, "answer_tokens": self.options.answer_tokens}
        self.note("about", about, f"{name}, torch {torch.__version__}, transformers {transformers.__version__}")
        self.peak = self.device.flops(1024 if self.options.small else 8192)
        self.note("matrix_flops", self.peak, f"matrix product in bfloat16: {self.peak / 1e12:.2f} TFLOP/s")
        self.gradients()
        if self.options.script:
            errors = compare_script(self.options.script, self.options.model, self.device.name)
            words = ", ".join(f"{name} {error:.1e}" for name, error in errors.items())
            self.note("script_errors", errors, f"TorchScript of Java against transformers in float32: {words}")
        self.cells()

    def gradients(self):
        """Compares gradients of a small model with those of separate sequences in float32."""
        torch.backends.cuda.matmul.allow_tf32 = False
        lengths = [5, 40, 17, 64]
        found = {}
        exact = None
        for dtype, way in [(torch.float32, "plain"), (torch.float32, "shared"), (torch.bfloat16, "plain"), (torch.bfloat16, "shared")]:
            model = new_model("tiny", torch.float32, self.device.name, 4096).to(dtype)
            prompt, answers, weights = inputs(model.config.vocab_size, 300, lengths, self.device.name)
            STEPS[way](model, prompt, answers, weights)
            gradient = torch.cat([p.grad.float().flatten() for p in model.parameters()])
            if exact is None:
                exact = gradient
                continue
            error = ((gradient - exact).norm() / exact.norm()).item()
            found[f"{way}, {str(dtype).removeprefix('torch.')}"] = error
        words = ", ".join(f"{name} {error:.1e}" for name, error in found.items())
        self.note("gradient_errors", found, f"gradients against separate sequences in float32, relative: {words}")

    def cells(self):
        options = self.options
        plan = [(shape, prompt, way) for shape in options.models for prompt in options.prompts for way in STEPS]
        plan.sort(key=lambda cell: work(cell[0], "plain", cell[1], options.answers, options.answer_tokens))  # biggest last
        head = ("model", "prompt", "way", "step s", "tokens/s", "utilisation", "peak MiB", "note")
        print("{:>6} {:>7} {:>7} {:>9} {:>9} {:>11} {:>9}  {}".format(*head), flush=True)
        model, made = None, None
        for shape, prompt, way in plan:
            if made != shape:
                model, made = None, None
                self.device.forget()
                if self.left() > 0:
                    try:
                        model, made = new_model(shape, torch.bfloat16, self.device.name, max(options.prompts) + options.answer_tokens), shape
                    except RuntimeError as error:
                        if not out_of_memory(error):
                            raise
            cell = {"model": shape, "prompt": prompt, "way": way}
            cell.update(self.cell(model, shape, prompt, way) if model is not None else {"note": self.why_no_model()})
            self.note("cells", cell, self.line(cell))
        self.note("seconds", 60 * options.minutes - self.left(), f"took {60 * options.minutes - self.left():.0f} s")

    def why_no_model(self):
        return "not run: no time left" if self.left() <= 0 else "the model is out of memory"

    def cell(self, model, shape, prompt_length, way):
        """Times one step; retries with checkpointing where memory is short."""
        options = self.options
        operations = work(shape, way, prompt_length, options.answers, options.answer_tokens)
        expected = operations / self.rate[way] if way in self.rate else 0
        one = way == "plain" and expected > LONG_SECONDS
        answers = 1 if one else options.answers
        if expected * answers / options.answers > self.left():
            return {"note": f"not run: would take {expected:.0f} s, {max(0, self.left()):.0f} s are left"}
        if self.left() <= 0:
            return {"note": "not run: no time left"}
        data = inputs(model.config.vocab_size, prompt_length, [options.answer_tokens] * answers, self.device.name)
        for checkpointing in (False, True):
            drop_gradients(model)
            self.device.forget()
            try:
                if checkpointing:
                    model.gradient_checkpointing_enable({"use_reentrant": False})
                else:
                    model.gradient_checkpointing_disable()
                seconds, peak = self.timed(model, way, data, expected * answers / options.answers)
            except RuntimeError as error:  # its frames hold memory until this block ends
                if not out_of_memory(error):
                    return {"note": f"failed: {str(error).splitlines()[0][:120]}"}
                continue
            seconds *= options.answers / answers
            self.rate[way] = operations / seconds
            tokens = prompt_length + options.answers * options.answer_tokens
            notes = ["layers computed twice"] * checkpointing + ["one answer, times " + str(options.answers)] * one
            return {"seconds": seconds, "tokens_per_second": tokens / seconds, "peak_mebibytes": peak,
                    "utilisation": operations / seconds / self.peak, "note": ", ".join(notes)}
        return {"note": "out of memory"}

    def timed(self, model, way, data, expected):
        def step():
            STEPS[way](model, *data)
            drop_gradients(model)

        times = []
        if expected <= LONG_SECONDS:
            step()  # compiles, and fills caches
        while not times or (len(times) < REPEATS and times[0] <= LONG_SECONDS and sum(times) + times[0] < self.left() / 4):
            times.append(self.device.seconds(step))
        return statistics.median(times), self.device.peak_mebibytes()

    def line(self, cell):
        if "seconds" not in cell:
            return f"{cell['model']:>6} {cell['prompt']:>7} {cell['way']:>7} {cell['note']}"
        plain = f"{cell['seconds']:9.3f} {cell['tokens_per_second']:9.0f} {cell['utilisation']:11.0%} {cell['peak_mebibytes']:9.0f}"
        note = cell["note"]
        pair = [c for c in self.results["cells"] if (c["model"], c["prompt"]) == (cell["model"], cell["prompt"]) and "seconds" in c]
        if cell["way"] == "plain" and pair:
            note = ", ".join([f"shared is {cell['seconds'] / pair[0]['seconds']:.1f} times as fast"] + [note] * bool(note))
        return f"{cell['model']:>6} {cell['prompt']:>7} {cell['way']:>7} {plain}  {note}"


def lengths(text):
    return [int(length) for length in text.split(",")]


def parsed(arguments):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--device", default="cuda", help="cuda, cuda:N or cpu (default: cuda)")
    parser.add_argument("--small", action="store_true", help="a tiny model on short prompts, for processors")
    parser.add_argument("--models", type=lambda text: text.split(","), help="default: 0.5B,1.5B,7B; with --small: tiny")
    parser.add_argument("--prompts", type=lengths, help="tokens (default: 2048,8192,32768,131072; with --small: 256,1024)")
    parser.add_argument("--answers", type=int, default=8, help="answers to a prompt (default: 8)")
    parser.add_argument("--answer-tokens", type=int, help="tokens of an answer (default: 512; with --small: 32)")
    parser.add_argument("--minutes", type=float, default=9.5, help="time to keep to (default: 9.5)")
    parser.add_argument("--json", metavar="FILE", help="file of the results")
    parser.add_argument("--script", metavar="FILE", help="archive that 'longstream bench script' wrote; needs --model")
    parser.add_argument("--model", metavar="FOLDER", help="the model folder that it was written for")
    options = parser.parse_args(arguments)
    if bool(options.script) != bool(options.model):
        parser.error("--script and --model belong together: give both or none")
    options.models = options.models or (["tiny"] if options.small else ["0.5B", "1.5B", "7B"])
    options.prompts = options.prompts or ([256, 1024] if options.small else [2048, 8192, 32768, 131072])
    options.answer_tokens = options.answer_tokens or (32 if options.small else 512)
    unknown = [name for name in options.models if name not in SHAPES]
    if unknown:
        parser.error(f"--models has {', '.join(unknown)}, expected some of {', '.join(SHAPES)}")
    if options.device.startswith("cuda") and not torch.cuda.is_available():
        parser.error("--device is cuda, but PyTorch finds no GPU; try --device cpu --small")
    return options


if __name__ == "__main__":
    Check(parsed(sys.argv[1:])).run()
