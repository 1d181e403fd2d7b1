"""Models of a session: the policy in training, and frozen ones to measure against."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from longstream_torch import adapter, files, microbatch
from longstream_torch.optimizer import Optimizer, Settings
from longstream_torch.policy import Policy
from longstream_torch.tree import Layout, lay_out
from longstream_torch.wire import Message, Refused


class FrozenModel:
    """A policy that does not change."""

    def __init__(self, policy: Policy) -> None:
        """Take a policy that was loaded for scoring."""
        self.policy = policy

    def score(self, call: Message) -> Message:
        """Return log-probabilities and entropies of all answer tokens of a micro-batch, in nats."""
        prompts, size = microbatch.read(call, self.policy.vocabulary)
        temperature = _temperature(call)
        if not prompts:
            return _reply(np.zeros((2, size), np.float32))
        with torch.no_grad():
            layout = self._own(prompts)
            return _reply(self._gathered(layout, size, self.policy.score(layout, temperature)))

    def _own(self, prompts: list[microbatch.Prompt]) -> Layout:
        """Return the layout of this process's part of a micro-batch."""
        group = self.policy.group
        return lay_out(microbatch.divide(prompts, group.size)[group.rank])

    def _gathered(self, layout: Layout, size: int, scores: tuple[torch.Tensor, torch.Tensor]) -> np.ndarray:
        """Return the scores of all processes, (2, size)."""
        own = np.zeros((2, size), np.float32)
        real = layout.places >= 0
        for line, values in enumerate(scores):
            own[line, layout.places[real]] = values.detach().cpu().numpy()[real]
        return self.policy.group.sum(own)


class SharingModel(FrozenModel):
    """A policy of another model's base with an adapter of its own, which does not change."""

    def __init__(self, policy: Policy, matrices: adapter.Matrices) -> None:
        """Take the other model's policy, and values for its adapter."""
        super().__init__(policy)
        self._shards = policy.shard_of(matrices)

    def score(self, call: Message) -> Message:
        """Score with this model's adapter."""
        with torch.no_grad(), self.policy.with_adapter(self._shards):
            return super().score(call)


class TrainedModel(FrozenModel):
    """A policy in training: its gradients accumulate until a step."""

    def __init__(self, policy: Policy, settings: Settings) -> None:
        """Take a policy before its first forward pass, with moments of zero."""
        super().__init__(policy)
        self._optimizer = Optimizer(policy, settings)
        self._accumulated = False
        self._pending: tuple[Layout | None, int, tuple[torch.Tensor, ...]] | None = None

    def forward(self, call: Message) -> Message:
        """Score like ``score``, and keep what the backward pass needs until the next call."""
        prompts, size = microbatch.read(call, self.policy.vocabulary)
        temperature = _temperature(call)
        self._pending = None  # first, because there may be memory for one only
        if not prompts:
            self._pending = (None, size, ())
            return _reply(np.zeros((2, size), np.float32))
        layout = self._own(prompts)
        scores = self.policy.score(layout, temperature)
        self._pending = (layout, size, scores)
        return _reply(self._gathered(layout, size, scores))

    def backward(self, call: Message) -> Message:
        """Add the gradient for derivatives of the loss by the scores of the last forward pass."""
        if self._pending is None:
            raise Refused("request", "backward without a forward pass before it")
        layout, size, scores = self._pending
        names = ["log-probs", *(["entropies"] if "entropies" in call.arrays else [])]
        derivatives = [call.array(name, np.float32, size) for name in names]
        self._pending = None
        if layout is not None:
            self._accumulated = True
            own = [torch.from_numpy(np.where(layout.places >= 0, d[layout.places], 0)) for d in derivatives]
            outputs = list(scores[: len(own)])
            torch.autograd.backward(outputs, [part.to(outputs[0].device) for part in own])
        return Message()

    def step(self, call: Message) -> Message:
        """Take an optimizer step with the accumulated gradients, and forget them."""
        learning_rate = call.number("learning-rate")
        max_norm = call.number("max-gradient-norm")
        if not max_norm > 0:
            raise Refused("request", f"max-gradient-norm is {max_norm}, must be positive")
        if not self._accumulated:
            raise Refused("request", "no gradient was accumulated since the last step")
        self._pending = None
        self._accumulated = False
        norm = self._optimizer.step(learning_rate, max_norm)
        return Message(arrays={"norm": np.array([norm], np.float32)})

    def write_model(self, call: Message) -> Message:
        """Write ``model.safetensors`` to a folder, as F32 or BF16; of an adapter, its file in PEFT's layout, as F32."""
        stored = call.text("stored")
        if self.policy.adapter is not None:
            if stored != "F32":
                raise Refused("request", f"stored is {stored}, expected F32: an adapter is written as it is trained")
            file = self._writable(adapter.FILE, call.text("folder"))
            named = [(adapter.PREFIX + name, shape) for name, shape in self.policy.tensors]
            return self._written(
                files.write(file, named, stored, lambda name: self._optimizer.weight(name.removeprefix(adapter.PREFIX)))
            )
        if stored not in ("F32", "BF16"):
            raise Refused("request", f"stored is {stored}, expected F32 or BF16")
        file = self._writable("model.safetensors", call.text("folder"))
        return self._written(files.write(file, self.policy.tensors, stored, self._optimizer.weight))

    def write_moments(self, call: Message) -> Message:
        """Write the optimizer's moments to a file."""
        path = Path(call.text("file"))
        return self._written(self._optimizer.write(self._writable(path.name, str(path.parent))))

    def read_moments(self, call: Message) -> Message:
        """Read the optimizer's moments from a file."""
        self._optimizer.read(Path(call.text("file")))
        return Message()

    def forget_moments(self, call: Message) -> Message:
        """Reset the moments as if no step had been taken."""
        if self._accumulated:
            raise Refused("request", "moments cannot be forgotten while a gradient is accumulated")
        self._optimizer.forget()
        return Message()

    def _writable(self, name: str, folder: str) -> Path | None:
        """Return a file's place on rank 0, None elsewhere; Refused on all if rank 0 does not see the folder."""
        group = self.policy.group
        place = group.agree(lambda: files.existing_folder(folder) if group.leads else None)
        return None if place is None else place / name

    def _written(self, written: tuple[str, int]) -> Message:
        return Message({"sha256": written[0], "bytes": written[1]})


def _temperature(call: Message) -> float:
    temperature = call.number("temperature")
    if not temperature > 0:
        raise Refused("request", f"temperature is {temperature}, must be positive")
    return temperature


def _reply(scores: np.ndarray) -> Message:
    return Message(arrays={"log-probs": scores[0].copy(), "entropies": scores[1].copy()})
