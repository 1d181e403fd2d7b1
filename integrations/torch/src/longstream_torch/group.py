"""The processes of a learner. Rank 0 serves the trainer; the others follow its calls."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

import numpy as np
import torch
import torch.distributed as dist
from torch.distributed.device_mesh import DeviceMesh, init_device_mesh
from torch.distributed.rendezvous import rendezvous

from longstream_torch.wire import Refused

T = TypeVar("T")

_PATIENCE = timedelta(days=1)
"""Time for which a follower waits for the next call. Rank 0 sends one every few seconds, if only an empty one."""


class Group:
    """The processes that torchrun started, or this process alone."""

    def __init__(self, device: str) -> None:
        """Join the processes. Each takes the GPU of its local rank, or the processor."""
        self.device_type = device
        if device == "cuda":
            torch.cuda.set_device(int(os.environ.get("LOCAL_RANK", "0")))
        backend = "cpu:gloo,cuda:nccl" if device == "cuda" else "gloo"
        if "RANK" in os.environ:
            # torchrun keeps its store when it starts processes again, and with it the addresses of those that ended.
            store, rank, size = next(rendezvous("env://"))
            attempt = os.environ.get("TORCHELASTIC_RESTART_COUNT", "0")
            store = dist.PrefixStore(f"attempt-{attempt}", store)
            dist.init_process_group(backend, store=store, rank=rank, world_size=size)
        else:
            dist.init_process_group(backend, store=dist.HashStore(), rank=0, world_size=1)
        self.rank = dist.get_rank()
        self.size = dist.get_world_size()
        self.device = torch.device(device, torch.cuda.current_device()) if device == "cuda" else torch.device(device)
        self.mesh: DeviceMesh = init_device_mesh(device, (self.size,))
        self._control = dist.new_group(backend="gloo", timeout=_PATIENCE)

    @property
    def leads(self) -> bool:
        """Return whether this process serves the trainer."""
        return self.rank == 0

    def send(self, call: Any) -> None:  # noqa: ANN401
        """Send a call from rank 0 to the other processes. Fails if one of them has ended."""
        if self.size > 1:
            dist.broadcast_object_list([call], src=0, group=self._control)

    def receive(self) -> Any:  # noqa: ANN401
        """Wait for the next call of rank 0."""
        box = [None]
        dist.broadcast_object_list(box, src=0, group=self._control)
        return box[0]

    def sum(self, values: np.ndarray) -> np.ndarray:
        """Return the sum of all processes' arrays, which have one shape."""
        total = torch.from_numpy(values.copy())
        dist.all_reduce(total, group=self._control)
        return total.numpy()

    def agree(self, action: Callable[[], T]) -> T:
        """Run an action that may be refused on every process, and refuse it everywhere if one process does."""
        result, own = None, None
        try:
            result = action()
        except Refused as e:
            own = str(e)
        refusals: list[str | None] = [None] * self.size
        dist.all_gather_object(refusals, own, group=self._control)
        for refusal in refusals:
            if refusal is not None:
                raise Refused("request", refusal)
        return result  # type: ignore[return-value]

    def close(self) -> None:
        """Leave the processes."""
        dist.destroy_process_group()
