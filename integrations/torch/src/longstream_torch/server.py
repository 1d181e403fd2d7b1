"""The HTTP server of rank 0. Its threads read calls and send replies; the main thread executes one call at a time."""

from __future__ import annotations

import hmac
import json
import queue
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from longstream_torch.wire import Message, Refused

_MAX_BODY_BYTES = 1 << 28
_STATUS = {"key": 401, "session": 409, "sequence": 409, "memory": 507, "failed": 500}
_SENT_IN_SECONDS = 10


class Incoming:
    """A call that waits for its reply."""

    def __init__(self, name: str, message: Message) -> None:
        """Create a call without a reply."""
        self.name = name
        self.message = message
        self._reply: Message | Refused | None = None
        self._replied = threading.Event()
        self._sent = threading.Event()

    def answer(self, reply: Message | Refused) -> None:
        """Set the reply, which the server's thread sends."""
        self._reply = reply
        self._replied.set()

    def wait_until_sent(self) -> None:
        """Wait until the reply is sent or the trainer has gone."""
        self._sent.wait(_SENT_IN_SECONDS)

    def reply(self) -> Message:
        """Wait for the reply; raises it if it is a refusal."""
        self._replied.wait()
        if isinstance(self._reply, Refused):
            raise self._reply
        assert self._reply is not None
        return self._reply

    def sent(self) -> None:
        """Note that the reply has left."""
        self._sent.set()


class LearnerServer:
    """Listens for calls ``POST /v1/NAME`` and answers ``GET /v1/hello`` itself."""

    def __init__(self, host: str, port: int, key: str | None, hello: dict[str, Any]) -> None:
        """Listen. ``key`` is a bearer token that every call must have; None: none."""
        self._calls: queue.Queue[Incoming] = queue.Queue()
        self._http = ThreadingHTTPServer((host, port), _handler(self._calls, key, hello))
        self._http.daemon_threads = True
        self.port = self._http.server_address[1]
        threading.Thread(target=self._http.serve_forever, daemon=True).start()

    def next(self, seconds: float) -> Incoming | None:
        """Return the next call; None if none comes in time."""
        try:
            return self._calls.get(timeout=seconds)
        except queue.Empty:
            return None


def _handler(calls: queue.Queue[Incoming], key: str | None, hello: dict[str, Any]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            if not self._has_key():
                return
            if self.path == "/v1/hello":
                self._send(200, "application/json", json.dumps(hello).encode())
            else:
                self._refuse(Refused("request", f"there is no {self.path}, expected /v1/hello"))

        def do_POST(self) -> None:
            incoming = None
            try:
                size = int(self.headers.get("Content-Length", "-1"))
                if not 0 <= size <= _MAX_BODY_BYTES:
                    self.close_connection = True
                    raise Refused("request", f"the body has {size} bytes, expected at most {_MAX_BODY_BYTES}")
                body = self.rfile.read(size)
                if not self._has_key():
                    return
                if not self.path.startswith("/v1/"):
                    raise Refused("protocol", f"there is no {self.path}, expected /v1/CALL")
                incoming = Incoming(self.path.removeprefix("/v1/"), Message.decode(body))
                calls.put(incoming)
                self._send(200, "application/octet-stream", incoming.reply().encode())
            except Refused as e:
                self._refuse(e)
            finally:
                if incoming is not None:
                    incoming.sent()

        def _has_key(self) -> bool:
            """Return whether the call has the key; answers it if not."""
            given = self.headers.get("Authorization", "")
            if key is None or hmac.compare_digest(given.encode(), f"Bearer {key}".encode()):
                return True
            self._refuse(Refused("key", "the key is missing or wrong; trainer.learner.key-variable names it"))
            return False

        def _refuse(self, refusal: Refused) -> None:
            body = json.dumps({"error": {"kind": refusal.kind, "message": str(refusal)}}).encode()
            self._send(_STATUS.get(refusal.kind, 400), "application/json", body)

        def _send(self, status: int, media_type: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:
            """Log nothing: a step makes many calls."""

    return Handler
