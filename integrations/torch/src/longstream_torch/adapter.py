"""LoRA adapters: two small matrices beside each target matrix, of which training changes only the small ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from torch import nn

from longstream_torch.files import StoredTensors, Tensors, existing_folder
from longstream_torch.group import Group
from longstream_torch.wire import Message, Refused

FILE = "adapter_model.safetensors"
"""Name of the file with an adapter's matrices in PEFT's layout."""

PREFIX = "base_model.model."
"""What PEFT puts before the name of a matrix."""

_A = ".lora_A.weight"
_MASK = (1 << 64) - 1


class AdaptedLinear(nn.Linear):
    """A frozen linear map W with an adapter: y = x Wᵀ + scale · (x Aᵀ) Bᵀ."""

    def __init__(self, inputs: int, outputs: int, bias: bool, rank: int, scale: float) -> None:
        """Create a map whose weights are assigned later."""
        super().__init__(inputs, outputs, bias)
        self.lora_A = nn.Linear(inputs, rank, bias=False)
        self.lora_B = nn.Linear(rank, outputs, bias=False)
        self.scale = scale

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Compute y, (…, outputs), of x, (…, inputs)."""
        return super().forward(x) + self.scale * self.lora_B(self.lora_A(x))


class Matrices(Protocol):
    """Values of an adapter's matrices."""

    def tensor(self, name: str) -> torch.Tensor:
        """Return a matrix by the name that the trainer gives it."""


@dataclass(frozen=True)
class Adapter:
    """The shape of an adapter, and the values that it begins with.

    ``tensors`` are names and shapes of its matrices, in the order of its file: of each target A, then B.
    """

    rank: int
    scale: float
    targets: frozenset[str]
    tensors: Tensors
    matrices: Matrices

    @staticmethod
    def of(described: Mapping[str, Any], group: Group) -> Adapter:
        """Read the description in a call. Refused if a folder that it names lacks the matrices."""
        call = Message(dict(described))
        rank, alpha = call.integer("rank"), call.number("alpha")
        if rank < 1 or not alpha > 0:
            raise Refused("request", f"rank is {rank} and alpha {alpha}, both must be positive")
        tensors = [(str(name), tuple(map(int, shape))) for name, shape in described.get("tensors", [])]
        if "folder" in described:
            matrices: Matrices = group.agree(lambda: _Stored(existing_folder(call.text("folder")), tensors))
        else:
            matrices = _New(dict(tensors), call.integer("seed"))
        return Adapter(rank, alpha / rank, frozenset(map(str, described.get("targets", []))), tensors, matrices)

    def add_to(self, model: nn.Module) -> None:
        """Replace the targets in a model without weights. Refused if its matrices are not those that are expected."""
        for parent in list(model.modules()):
            for name, child in list(parent.named_children()):
                if name in self.targets and isinstance(child, nn.Linear):
                    with torch.device("meta"):
                        adapted = AdaptedLinear(
                            child.in_features, child.out_features, child.bias is not None, self.rank, self.scale
                        )
                    adapted.weight, adapted.bias = child.weight, child.bias
                    setattr(parent, name, adapted)
        own = {name: tuple(p.shape) for name, p in model.named_parameters() if is_matrix(name)}
        if own != dict(self.tensors):
            differences = sorted(set(own.items()) ^ set(self.tensors))[:5]
            raise Refused(
                "request",
                f"{type(model).__name__} and the trainer expect different matrices of adapters: {differences}",
            )


def is_matrix(name: str) -> bool:
    """Return whether a tensor is a matrix of an adapter."""
    return name.endswith((_A, ".lora_B.weight"))


class _Stored:
    """The matrices in a folder in PEFT's layout."""

    def __init__(self, folder: Path, tensors: Tensors) -> None:
        self._stored = StoredTensors(folder / FILE)
        self._stored.require([(PREFIX + name, shape) for name, shape in tensors])

    def tensor(self, name: str) -> torch.Tensor:
        return self._stored.tensor(PREFIX + name)


class _New:
    """Initial matrices: B is 0, and A is uniform in ±1/√inputs. They are those of the embedded learner, bit for bit."""

    def __init__(self, shapes: dict[str, tuple[int, ...]], seed: int) -> None:
        self._shapes = shapes
        self._seed = seed

    def tensor(self, name: str) -> torch.Tensor:
        shape = self._shapes[name]
        if not name.endswith(_A):
            return torch.zeros(shape)
        draws = _uniform(31 * self._seed + _java_hash(name), shape[0] * shape[1])
        bound = 1 / np.sqrt(float(shape[1]))
        return torch.from_numpy((bound * (2 * draws - 1)).astype(np.float32)).reshape(shape)


def _uniform(seed: int, count: int) -> np.ndarray:
    """Return numbers in [0, 1) of SplitMix64, as Java's SplittableRandom draws them."""
    mixed = np.uint64(seed & _MASK) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    mixed ^= mixed >> np.uint64(31)
    return (mixed >> np.uint64(11)).astype(np.float64) * 2.0**-53


def _java_hash(text: str) -> int:
    """Return the signed 32-bit hash of a text, s[0] · 31ⁿ⁻¹ + … + s[n-1]."""
    value = 0
    for character in text:
        value = (31 * value + ord(character)) & 0xFFFFFFFF
    return value - (1 << 32) if value >= 1 << 31 else value
