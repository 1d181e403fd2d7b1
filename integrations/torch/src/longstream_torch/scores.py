"""Log-probabilities and entropies of tokens, computed a chunk of rows at a time."""

from __future__ import annotations

import torch
from torch.utils.checkpoint import checkpoint

_NUMBERS_AT_ONCE = {"cpu": 1 << 24, "cuda": 1 << 27}
"""Logits of one chunk: 64 MiB in float32 on a processor, 512 MiB on a GPU. Some five such arrays are alive at once."""


def scores(
    hidden: torch.Tensor, head: torch.Tensor, targets: torch.Tensor, temperature: float
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return log π_T(target) and the entropy of π_T for each row, in nats and float32.

    ``hidden`` is (r, H), ``head`` (V, H), ``targets`` (r). The logits of a chunk are computed again in the backward
    pass, so that no array of (r, V) numbers exists. Products are of float32 numbers: bfloat16 operands are widened.
    """
    hidden, head = hidden.float(), head.float()
    rows = max(1, _NUMBERS_AT_ONCE[hidden.device.type] // head.shape[0])
    parts = [
        checkpoint(_of_chunk, hidden[i : i + rows], head, targets[i : i + rows], temperature, use_reentrant=False)
        for i in range(0, hidden.shape[0], rows)
    ]
    return torch.cat([part[0] for part in parts]), torch.cat([part[1] for part in parts])


def _of_chunk(
    hidden: torch.Tensor, head: torch.Tensor, targets: torch.Tensor, temperature: float
) -> tuple[torch.Tensor, torch.Tensor]:
    log_probs = torch.log_softmax(hidden @ head.T / temperature, -1)
    entropies = -(log_probs.exp() * log_probs).sum(-1)
    return log_probs.gather(-1, targets[:, None])[:, 0], entropies
