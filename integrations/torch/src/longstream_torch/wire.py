"""A message of the protocol is a safetensors body: named arrays, with JSON in its metadata."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load, save

PROTOCOL = 2
"""Version of the protocol. Trainer and learner must have the same."""

_KEY = "longstream"


class Refused(Exception):
    """Signals a call that is refused and has changed nothing.

    The kind is ``protocol``, ``session``, ``sequence``, ``key`` or ``request``; the trainer acts on it. The message
    tells a person what was found, what was expected and what to do.
    """

    def __init__(self, kind: str, message: str) -> None:
        """Create a refusal."""
        super().__init__(message)
        self.kind = kind


@dataclass(frozen=True, eq=False)
class Message:
    """The content of a call or of its reply: JSON values by name, and arrays by name."""

    fields: dict[str, Any] = field(default_factory=dict)
    arrays: dict[str, np.ndarray] = field(default_factory=dict)

    def encode(self) -> bytes:
        """Return the message as a safetensors body that states the protocol's version."""
        fields = {"protocol": PROTOCOL, **self.fields}
        return save(self.arrays, metadata={_KEY: json.dumps(fields)})

    @staticmethod
    def decode(body: bytes) -> Message:
        """Read a body and check its protocol version.

        Raises Refused if it is no message, or has another version.
        """
        try:
            arrays = load(body)
            header = json.loads(body[8 : 8 + int.from_bytes(body[:8], "little")])
            fields = json.loads(header["__metadata__"][_KEY])
            version = fields.pop("protocol")
        except (SafetensorError, ValueError, KeyError, TypeError, AttributeError) as e:
            raise Refused("protocol", f"the body is no message of the learner protocol: {e!r}") from e
        if version != PROTOCOL:
            raise Refused(
                "protocol",
                f"the message has protocol version {version}, expected {PROTOCOL}: install longstream-torch and"
                " Longstream from the same release",
            )
        return Message(fields, arrays)

    def text(self, name: str) -> str:
        """Return a text field; Refused without it."""
        return self._field(name, str)

    def number(self, name: str) -> float:
        """Return a number; Refused without it."""
        return float(self._field(name, int, float))

    def integer(self, name: str) -> int:
        """Return an integer; Refused without it."""
        return self._field(name, int)

    def _field(self, name: str, *kinds: type) -> Any:  # noqa: ANN401
        value = self.fields.get(name)
        if isinstance(value, bool) or not isinstance(value, kinds):
            raise Refused("request", f"field {name} is {value!r}, expected a value of type {kinds[-1].__name__}")
        return value

    def array(self, name: str, dtype: type, size: int | None = None) -> np.ndarray:
        """Return a vector of a given type and, where stated, size; Refused without it."""
        found = self.arrays.get(name)
        if found is None or found.dtype != dtype or found.ndim != 1 or (size is not None and found.size != size):
            what = "missing" if found is None else f"{found.dtype}{list(found.shape)}"
            raise Refused(
                "request", f"array {name} is {what}, expected {np.dtype(dtype)}[{'n' if size is None else size}]"
            )
        return found
