"""Micro-batches for tests, and what plain transformers compute for them, one sequence at a time."""

import numpy as np
import torch

from longstream_torch.optimizer import Settings
from longstream_torch.wire import Message

SETTINGS = Settings(0.9, 0.95, 1e-8, 0.1, False)

# Beginnings are shared, one prompt is the beginning of another, one stands twice, one has an empty answer.
PROMPTS = [
    ([5, 6, 7, 2, 8], [[9, 10, 11], [9, 2, 3, 4], [1]]),
    ([5, 6, 7], [[12, 13]]),
    ([5, 6, 7, 2, 8], [[20, 21]]),
    ([30, 31, 32, 33, 34, 35, 36], [[37, 38, 39, 40, 41], []]),
]
SIZE = sum(len(answer) for _, answers in PROMPTS for answer in answers)


def message(prompts=PROMPTS, **fields):
    def ints(values):
        return np.array(list(values), np.int32)

    answers = [answer for _, own in prompts for answer in own]
    return Message(
        {"temperature": 0.7, **fields},
        {
            "prompt-tokens": ints(token for prompt, _ in prompts for token in prompt),
            "prompt-lengths": ints(len(prompt) for prompt, _ in prompts),
            "answer-counts": ints(len(own) for _, own in prompts),
            "answer-lengths": ints(map(len, answers)),
            "answer-tokens": ints(token for answer in answers for token in answer),
        },
    )


def described(tensors, rank=2, targets=("q_proj", "up_proj"), **fields):
    """Return what ``open`` says of an adapter of a policy with these tensors."""
    shapes = {name.removesuffix(".weight"): shape for name, shape in tensors if name.split(".")[-2] in targets}
    matrices = []
    for name, (outputs, inputs) in shapes.items():
        matrices += [[name + ".lora_A.weight", [rank, inputs]], [name + ".lora_B.weight", [outputs, rank]]]
    return {"rank": rank, "alpha": 5, "targets": list(targets), "tensors": matrices, "seed": 7, **fields}


def derivatives(size=SIZE, seed=3):
    draws = np.random.default_rng(seed)
    return {name: draws.normal(size=size).astype(np.float32) for name in ("log-probs", "entropies")}


def separately(model, prompts=PROMPTS, temperature=0.7):
    """Return log-probabilities and entropies with a graph."""
    log_probs, entropies = [], []
    for prompt, answers in prompts:
        for answer in answers:
            if answer:
                ids = torch.tensor([prompt + answer])
                logits = model(ids).logits[0, len(prompt) - 1 : -1] / temperature
                all_log_probs = torch.log_softmax(logits, -1)
                log_probs.append(all_log_probs.gather(-1, torch.tensor(answer)[:, None])[:, 0])
                entropies.append(-(all_log_probs.exp() * all_log_probs).sum(-1))
    return torch.cat(log_probs), torch.cat(entropies)


def plain_gradients(model, weights):
    model.zero_grad()
    model.model.embed_tokens.padding_idx = None
    log_probs, entropies = separately(model)
    torch.autograd.backward([log_probs, entropies], [torch.from_numpy(part) for part in weights.values()])
    return {name: parameter.grad.clone() for name, parameter in model.named_parameters()}
