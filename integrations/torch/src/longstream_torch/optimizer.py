"""AdamW with the accumulated gradients of a policy, and the file of its moments."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch.distributed.tensor import DTensor

from longstream_torch import files
from longstream_torch.group import Group
from longstream_torch.policy import Policy
from longstream_torch.wire import Message, Refused

_MOMENTS = ("exp_avg", "exp_avg_sq")


@dataclass(frozen=True)
class Settings:
    """Settings of AdamW with decoupled weight decay, of matrices or of all weights."""

    beta1: float
    beta2: float
    epsilon: float
    weight_decay: float
    decays_all: bool

    @staticmethod
    def of(fields: Message) -> Settings:
        """Read the settings of a call."""
        decays = fields.text("weight-decay-on")
        if decays not in ("matrices", "all"):
            raise Refused("request", f"weight-decay-on is {decays!r}, expected matrices or all")
        numbers = [fields.number(name) for name in ("beta1", "beta2", "epsilon", "weight-decay")]
        return Settings(*numbers, decays == "all")


class Optimizer:
    """AdamW's moments of a policy and the step that uses them. Moments are float32 and sharded like the weights."""

    def __init__(self, policy: Policy, settings: Settings) -> None:
        """Create moments of zero.

        It must be created before the first forward pass: later the root's parameters may be gathered copies, and
        updates of those are lost.
        """
        self._policy = policy
        self._group: Group = policy.group
        self._tensors = policy.tensors
        self._parameters: dict[str, DTensor] = policy.sharded()
        decay = {True: [], False: []}
        for parameter in self._parameters.values():
            decay[settings.decays_all or parameter.dim() > 1].append(parameter)
        self._adamw = torch.optim.AdamW(
            [
                {"params": decay[True], "weight_decay": settings.weight_decay},
                {"params": decay[False], "weight_decay": 0.0},
            ],
            betas=(settings.beta1, settings.beta2),
            eps=settings.epsilon,
            fused=True,
        )
        self.forget()

    def forget(self) -> None:
        """Reset the moments as if no step had been taken."""
        for parameter in self._parameters.values():  # AdamW would do so in its first step, but they are written before
            self._adamw.state[parameter] = {
                "step": torch.zeros((), dtype=torch.float32, device=self._group.device),
                **{moment: torch.zeros_like(parameter, requires_grad=False) for moment in _MOMENTS},
            }

    def weight(self, name: str) -> torch.Tensor:
        """Gather a weight; all processes take part."""
        return self._parameters[name].full_tensor()

    def step(self, learning_rate: float, max_norm: float) -> float:
        """Take a step with the gradients scaled down to a norm, and forget the gradients.

        Returns the norm before scaling. If it is not finite, weights and moments stay as they are.
        """
        gradients = [_local(parameter.grad) for parameter in self._parameters.values()]
        squares = sum(float(norm) ** 2 for norm in torch._foreach_norm([part for part in gradients if part.numel()]))
        norm = math.sqrt(self._group.sum(np.array([squares]))[0])
        if math.isfinite(norm):
            if norm > max_norm:
                torch._foreach_mul_(gradients, max_norm / norm)
            for parameters in self._adamw.param_groups:
                parameters["lr"] = learning_rate
            self._adamw.step()
        self._adamw.zero_grad(set_to_none=True)
        return norm

    def write(self, file: Path | None) -> tuple[str, int]:
        """Write ``exp_avg.NAME`` and ``exp_avg_sq.NAME`` of each trained weight, and ``step``; all take part."""
        tensors: list[tuple[str, tuple[int, ...]]] = [
            (f"{moment}.{name}", shape) for name, shape in self._tensors for moment in _MOMENTS
        ]
        return files.write(file, [*tensors, ("step", (1,))], "F32", self._moment)

    def _moment(self, key: str) -> torch.Tensor:
        if key == "step":
            return self._adamw.state[next(iter(self._parameters.values()))]["step"].reshape(1)
        moment, name = key.split(".", 1)
        return self._adamw.state[self._parameters[name]][moment].full_tensor()

    def read(self, file: Path) -> None:
        """Read moments that this or the embedded learner wrote; Refused if they belong to another model."""
        stored = self._group.agree(lambda: self._checked(file))
        step = float(stored.tensor("step")[0])
        for name, parameter in self._parameters.items():
            state = self._adamw.state[parameter]
            state["step"].fill_(step)
            for moment in _MOMENTS:
                _local(state[moment]).copy_(stored.rows(f"{moment}.{name}", *self._policy.own_rows(parameter)))

    def _checked(self, file: Path) -> files.StoredTensors:
        stored = files.StoredTensors(file)
        stored.require([(f"{moment}.{name}", shape) for name, shape in self._tensors for moment in _MOMENTS])
        stored.require([("step", (1,))])
        return stored


def _local(tensor: DTensor) -> torch.Tensor:
    return tensor.to_local()
