"""Sessions: which trainer the learner works for, and which of its calls was applied last."""

from __future__ import annotations

import uuid

from longstream_torch.wire import Message, Refused

Reply = Message | Refused


class Sessions:
    """Keeps the newest session and the reply to its last call, so that no call is applied twice."""

    def __init__(self) -> None:
        """Create sessions without one that is open."""
        self._session = ""
        self._sequence = 0
        self._reply: Reply | None = None

    def begin(self) -> str:
        """Begin a session, which ends the one before."""
        self._session, self._sequence, self._reply = uuid.uuid4().hex, 0, None
        return self._session

    def earlier(self, call: Message) -> Reply | None:
        """Return the reply to a call that was applied before; None if it is the next one.

        Raises Refused if it belongs to another session, or calls before it are missing.
        """
        session, sequence = call.text("session"), call.integer("sequence")
        if session != self._session:
            raise Refused(
                "session",
                f"session {session} is unknown: the learner was started again, or another trainer has begun a session",
            )
        if sequence == self._sequence and self._reply is not None:
            return self._reply
        if sequence != self._sequence + 1:
            raise Refused("sequence", f"the call has number {sequence}, expected {self._sequence + 1}")
        return None

    def applied(self, call: Message, reply: Reply) -> None:
        """Note that a call was applied, or refused, with a reply."""
        self._sequence, self._reply = call.integer("sequence"), reply
