"""Calls as every process executes them, in one order."""

from __future__ import annotations

import gc
from collections.abc import Callable

from longstream_torch import files, policy
from longstream_torch.adapter import Adapter
from longstream_torch.group import Group
from longstream_torch.models import FrozenModel, SharingModel, TrainedModel
from longstream_torch.optimizer import Settings
from longstream_torch.policy import Computing
from longstream_torch.wire import Message, Refused


class Calls:
    """Executes the calls of a session on this process. All processes execute the same ones."""

    def __init__(self, group: Group, computing: Computing) -> None:
        """Create an executor without models."""
        self._group = group
        self._computing = computing
        self._models: dict[int, FrozenModel] = {}
        self._opened = 0

    def execute(self, name: str, call: Message) -> Message:
        """Execute a call and return its reply, which rank 0 sends.

        Raises Refused on all processes alike if the call cannot be executed; it has changed nothing then.
        """
        if name == "begin":
            self._models.clear()
            gc.collect()  # modules and their hooks refer to one another
            return Message()
        if name == "open":
            return self._open(call)
        number = call.integer("model")
        model = self._models.get(number)
        if model is None:
            raise Refused("request", f"there is no model {number}, expected one of {sorted(self._models)}")
        if name == "close":
            del self._models[number], model
            gc.collect()
            return Message()
        action = _actions(model).get(name)
        if action is None:
            raise Refused("request", f"there is no call {name} of a {type(model).__name__}")
        return action(call)

    def _open(self, call: Message) -> Message:
        settings = Settings.of(Message(call.fields["optimizer"])) if "optimizer" in call.fields else None
        adapter = Adapter.of(call.fields["adapter"], self._group) if "adapter" in call.fields else None
        if "base-of" in call.fields:
            model = self._sharing(call, adapter)
        else:
            folder = self._group.agree(lambda: files.existing_folder(call.text("weights")))
            tensors = [(str(name), tuple(map(int, shape))) for name, shape in call.fields.get("tensors", [])]
            loaded = policy.load(folder, tensors, self._group, self._computing, settings is not None, adapter)
            model = FrozenModel(loaded) if settings is None else TrainedModel(loaded, settings)
        self._opened += 1
        self._models[self._opened] = model
        return Message({"model": self._opened})

    def _sharing(self, call: Message, adapter: Adapter | None) -> FrozenModel:
        """Return a frozen model of another model's base, which is not read again."""
        if "optimizer" in call.fields:
            raise Refused("request", "base-of is for frozen models: a model in training needs a base of its own")
        other = self._models.get(call.integer("base-of"))
        own = None if other is None else other.policy.adapter
        if adapter is None or own is None or (own.tensors, own.scale) != (adapter.tensors, adapter.scale):
            raise Refused("request", f"model {call.fields['base-of']} has no adapter of the shape of this one")
        return SharingModel(other.policy, adapter.matrices)


def _actions(model: FrozenModel) -> dict[str, Callable[[Message], Message]]:
    actions: dict[str, Callable[[Message], Message]] = {"score": model.score}
    if isinstance(model, TrainedModel):
        actions |= {
            "forward": model.forward,
            "backward": model.backward,
            "step": model.step,
            "write-model": model.write_model,
            "write-moments": model.write_moments,
            "read-moments": model.read_moments,
            "forget-moments": model.forget_moments,
        }
    return actions
