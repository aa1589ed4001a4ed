"""A stub engine that records when it was called and when it answered, to measure the time around
it.

It implements as much of Ollama's API as resident models need, on a thread of its own.
"""

from __future__ import annotations

import contextlib
import json
import re
import socket
import time
from collections.abc import Sequence
from threading import Thread
from typing import Any

MODEL = "clocked:latest"
TEXT = " = a + b"
THINKS_S = 0.02
"""Time to the first token. A 0.5B model on a large GPU needs as much; work that Hotseat does
meanwhile does not delay the user."""

_REQUEST = re.compile(
    rb"\w+ (?P<path>\S+) HTTP/1.1\r\n"
    rb"(?:(?i:content-length): *(?P<length>\d+)\r\n|[^\r]+\r\n)*\r\n"
)
_NO_MODEL = b'{"error":"model not found"}'
_NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Length: %d\r\n\r\n%s" % (
    len(_NO_MODEL),
    _NO_MODEL,
)


class TimedStubEngine:
    """Use as a context manager.

    `called_s` and `first_token_s` belong to the newest generation: the time when its request had
    arrived, and the time when its answer began. `prompts` are those of all generations, oldest
    first. `models` are the full names of the models that it has.
    """

    def __init__(self, models: Sequence[str] = (MODEL,)) -> None:
        self.called_s = 0.0
        self.first_token_s = 0.0
        self.prompts: list[str] = []
        self._models = models
        self._loaded: set[str] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = Thread(target=self._accept, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> TimedStubEngine:
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return  # closed
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        received = b""
        with connection, contextlib.suppress(OSError):
            while True:
                while not (request := _REQUEST.match(received)) or len(received) < _size(request):
                    piece = connection.recv(1 << 16)
                    if not piece:
                        return
                    received += piece
                received_s = time.perf_counter()
                body = received[request.end() : _size(request)]
                received = received[_size(request) :]
                path = request["path"].decode()
                if path == "/api/generate" and b'"prompt"' in body:
                    self.prompts.append(json.loads(body)["prompt"])
                    answer = _generation()
                    time.sleep(THINKS_S)
                    self.called_s, self.first_token_s = received_s, time.perf_counter()
                elif body and not any(name.encode() in body for name in self._models):
                    connection.sendall(_NOT_FOUND)
                    continue
                else:
                    answer = self._other(path, body)
                head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(answer)
                connection.sendall(head + answer)

    def _other(self, path: str, body: bytes) -> bytes:
        """Answer other requests; a model is listed between a request to load it and one to unload
        it."""
        entries = [
            {"name": name, "model": name, "size": 1_000_000, "digest": f"{number:064d}"}
            for number, name in enumerate(self._models)
        ]
        if path == "/api/generate":
            named = {name for name in self._models if name.encode() in body}
            if json.loads(body).get("keep_alive") == 0:
                self._loaded -= named
            else:
                self._loaded |= named
        resident = [entry for entry in entries if entry["name"] in self._loaded]
        answers: dict[str, Any] = {
            "/api/version": {"version": "0.0.0"},
            "/api/tags": {"models": entries},
            "/api/ps": {"models": resident},
            "/api/show": {"capabilities": ["completion"], "template": "", "model_info": {}},
            "/api/generate": {"response": "", "done": True, "done_reason": "load"},
        }
        return json.dumps(answers.get(path, {})).encode()


def _size(request: re.Match[bytes]) -> int:
    return request.end() + int(request["length"] or 0)


def _generation() -> bytes:
    lines = (
        {"model": MODEL, "response": TEXT, "done": False},
        {"model": MODEL, "response": "\n", "done": False},
        {"model": MODEL, "response": "", "done": True, "done_reason": "stop", "eval_count": 6},
    )
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)
