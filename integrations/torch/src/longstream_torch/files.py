"""Safetensors files as Longstream's embedded learner writes them: the same numbers give the same bytes."""

from __future__ import annotations

import hashlib
import json
import math
import os
import socket
from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from safetensors import safe_open

from longstream_torch.wire import Refused

Tensors = Sequence[tuple[str, tuple[int, ...]]]
"""Names and shapes, in the order of a file."""

_TYPES = {"F32": torch.float32, "BF16": torch.bfloat16}


def existing_folder(path: str) -> Path:
    """Return a folder that this host sees; Refused if it does not."""
    folder = Path(path)
    if not folder.is_absolute() or not folder.is_dir():
        raise Refused(
            "request",
            f"there is no folder {path} on {socket.gethostname()}: trainer and learner must see the run's folder under"
            " the same absolute path, on one host or on a shared disk",
        )
    return folder


class StoredTensors:
    """The tensors of a safetensors file, or of a folder's ``model.safetensors`` or shards. Read piece by piece."""

    def __init__(self, place: Path) -> None:
        """Open the files; Refused if one is missing or damaged."""
        self.place = place
        index = place / "model.safetensors.index.json"
        try:
            if place.is_file():
                files = [place]
            elif index.exists() and not (place / "model.safetensors").exists():
                files = sorted({place / name for name in json.loads(index.read_text())["weight_map"].values()})
            else:
                files = [place / "model.safetensors"]
            opened = [safe_open(file, framework="pt") for file in files]
        except Exception as e:
            raise Refused("request", f"{place} cannot be read on {socket.gethostname()}: {e}") from e
        self._file_of = {name: file for file in opened for name in file.keys()}  # noqa: SIM118

    def require(self, tensors: Tensors) -> None:
        """Check that the files have tensors of these names and shapes; Refused if not."""
        for name, shape in tensors:
            file = self._file_of.get(name)
            found = None if file is None else tuple(file.get_slice(name).get_shape())
            if found != tuple(shape):
                raise Refused("request", f"{self.place}: tensor {name} has shape {found}, expected {tuple(shape)}")

    def tensor(self, name: str) -> torch.Tensor:
        """Read a whole tensor as it is stored."""
        return self._file_of[name].get_tensor(name)

    def rows(self, name: str, begin: int, end: int) -> torch.Tensor:
        """Read some rows of a tensor as they are stored."""
        return self._file_of[name].get_slice(name)[begin:end]


def write(file: Path | None, tensors: Tensors, stored: str, values: Callable[[str], torch.Tensor]) -> tuple[str, int]:
    """Write a file, one tensor at a time, and wait until it is on the disk.

    ``stored`` is F32, or BF16, which rounds to nearest, ties to even. Returns SHA-256 and size in bytes. Without a file
    it only asks for all values, in the same order: processes that gather a tensor together must all ask for it.
    Raises Refused if the file cannot be written, after it has asked for all values and removed the file.
    """
    if file is None:
        for name, _ in tensors:
            values(name)
        return "", 0
    asked = 0
    try:
        digest = hashlib.sha256()
        with open(file, "wb") as out:

            def put(content: bytes | memoryview) -> None:
                digest.update(content)
                out.write(content)

            put(_header(tensors, stored))
            for name, shape in tensors:
                asked += 1
                value = values(name).detach().to("cpu", _TYPES[stored]).contiguous()
                if tuple(value.shape) != tuple(shape):
                    raise ValueError(f"{name} has shape {tuple(value.shape)}, expected {tuple(shape)}")
                put(memoryview(value.view(-1).view(torch.uint8).numpy()))
            out.flush()
            os.fsync(out.fileno())
            return digest.hexdigest(), out.tell()
    except OSError as e:
        for name, _ in tensors[asked:]:
            values(name)
        file.unlink(missing_ok=True)
        raise Refused("request", f"{file} cannot be written on {socket.gethostname()}: {e}") from e


def _header(tensors: Tensors, stored: str) -> bytes:
    header: dict[str, dict[str, object]] = {"__metadata__": {"format": "pt"}}
    begin = 0
    for name, shape in tensors:
        end = begin + math.prod(shape) * _TYPES[stored].itemsize
        header[name] = {"dtype": stored, "shape": list(shape), "data_offsets": [begin, end]}
        begin = end
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text
