"""The service: rank 0 takes calls from the trainer and sends each to the other processes, which execute it too."""

from __future__ import annotations

import logging

import torch

from longstream_torch.calls import Calls
from longstream_torch.group import Group
from longstream_torch.policy import Computing
from longstream_torch.server import Incoming, LearnerServer
from longstream_torch.sessions import Reply, Sessions
from longstream_torch.wire import Message, Refused

LOG = logging.getLogger("longstream_torch")

_IDLE_SECONDS = 5.0


def follow(group: Group, computing: Computing) -> None:
    """Execute the calls of rank 0 until it ends, which raises an exception here."""
    calls = Calls(group, computing)
    while True:
        sent = group.receive()
        if sent is not None:
            try:
                calls.execute(*sent)
            except Refused as e:
                LOG.debug("refused: %s", e)  # rank 0 refuses it, too, and says so to the trainer


def serve(group: Group, computing: Computing, server: LearnerServer) -> None:
    """Serve the trainer until a call fails, which ends this process: the processes may no longer agree."""
    service = _Service(group, Calls(group, computing))
    while True:
        incoming = server.next(_IDLE_SECONDS)
        if incoming is None:
            group.send(None)  # notices a process that has ended
        else:
            service.answer(incoming)


class _Service:
    def __init__(self, group: Group, calls: Calls) -> None:
        self._group = group
        self._calls = calls
        self._sessions = Sessions()

    def answer(self, incoming: Incoming) -> None:
        try:
            incoming.answer(self._reply(incoming.name, incoming.message))
        except Refused as e:
            incoming.answer(e)
        except BaseException as e:
            shortage = isinstance(e, (torch.OutOfMemoryError, MemoryError)) or "allocate memory" in str(e)
            incoming.answer(Refused("memory" if shortage else "failed", f"{type(e).__name__}: {e}"))
            incoming.wait_until_sent()
            raise

    def _reply(self, name: str, call: Message) -> Message:
        if name == "begin":
            client = call.text("client")
            self._execute(name, call)
            LOG.info("session of %s", client)
            return Message({"session": self._sessions.begin()})
        earlier = self._sessions.earlier(call)
        reply: Reply
        if earlier is not None:
            reply = earlier
        else:
            try:
                reply = self._execute(name, call)
            except Refused as e:
                reply = e
            self._sessions.applied(call, reply)
        if isinstance(reply, Refused):
            raise reply
        return reply

    def _execute(self, name: str, call: Message) -> Message:
        self._group.send((name, call))
        return self._calls.execute(name, call)
