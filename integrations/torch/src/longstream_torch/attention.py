"""Attention masks of a tree of prompts and answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from torch.nn.attention.flex_attention import BlockMask

BLOCK = 128
"""Tokens of a block of FlexAttention, to a multiple of which layouts are padded on a GPU."""


def implementation(device: str) -> str:
    """Return the name of transformers' attention for a device.

    FlexAttention skips blocks that nobody sees. It has no backward pass on processors, which get a plain mask.
    """
    return "flex_attention" if device == "cuda" else "sdpa"


def mask(end: torch.Tensor) -> torch.Tensor | BlockMask:
    """Return the mask of a layout, (1, 1, n, n): token q sees token k if ``k <= q < end[k]``."""
    if end.device.type == "cuda":
        return _block_mask(end)
    place = torch.arange(end.shape[0], device=end.device)
    return ((place[None] <= place[:, None]) & (place[:, None] < end[None]))[None, None]


def _block_mask(end: torch.Tensor) -> BlockMask:
    from torch.nn.attention.flex_attention import create_block_mask

    def sees(batch: torch.Tensor, head: torch.Tensor, q: torch.Tensor, k: torch.Tensor) -> torch.Tensor:
        return (k <= q) & (q < end[k])

    # Compiled, because the plain function makes the whole (n, n) mask before it looks at blocks.
    return create_block_mask(sees, None, None, end.shape[0], end.shape[0], device=end.device, _compile=True)
