"""An engine that answers at once and notes when: for measuring what is ours around it.

It speaks just enough of Ollama's API for one resident model, on a thread of its own.
"""

from __future__ import annotations

import json
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

MODEL = "clocked:latest"
TEXT = "return a + b"


class ClockedEngine:
    """Use as a context manager. `called_s` and `first_token_s` are of the newest generation."""

    def __init__(self) -> None:
        engine = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                self._reply(engine.answer(self.path))

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])) or b"{}")
                if self.path == "/api/generate" and body.get("prompt"):
                    engine.called_s = time.perf_counter()
                    self._reply(_generation())
                    engine.first_token_s = self.began_s
                else:
                    self._reply(engine.answer(self.path))

            def _reply(self, content: bytes) -> None:
                self.began_s = time.perf_counter()
                self.wfile.write(
                    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                    b"Content-Length: %d\r\n\r\n%b" % (len(content), content)
                )

            def log_message(self, *_args: Any) -> None:
                pass

        self.called_s = 0.0
        self.first_token_s = 0.0
        self._loaded = False
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> ClockedEngine:
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, path: str) -> bytes:
        """What is not a generation: the model is listed once it was asked to load."""
        entry = {"name": MODEL, "model": MODEL, "size": 1_000_000, "digest": "0" * 64}
        if path == "/api/generate":
            self._loaded = True
        answers: dict[str, Any] = {
            "/api/version": {"version": "0.0.0"},
            "/api/tags": {"models": [entry]},
            "/api/ps": {"models": [entry] if self._loaded else []},
            "/api/show": {"capabilities": ["completion"], "template": "", "model_info": {}},
            "/api/generate": {"response": "", "done": True, "done_reason": "load"},
        }
        return json.dumps(answers.get(path, {})).encode()


def _generation() -> bytes:
    lines = (
        {"model": MODEL, "response": TEXT, "done": False},
        {"model": MODEL, "response": "\n", "done": False},
        {"model": MODEL, "response": "", "done": True, "done_reason": "stop", "eval_count": 6},
    )
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)
