"""The scripted engine of the editors' race: Ollama's API, and /infill and /v1/completions of
llama-server.

An answer depends on the text before the cursor, so that each ghost text can be checked.
"""

from __future__ import annotations

import json
import time
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

MODEL = "race:latest"
_MAX_ANSWER_CHARS = 40


def answer_after(line: str) -> str:
    """Return what the engine answers where `line` stands before the cursor; spaces at its end do
    not count, as a prompt may leave them out."""
    call = f"w{zlib.crc32(line.rstrip().encode()) % 10_000}(a, b)"
    return f" + {call}" if line.rstrip().endswith(")") else call


def is_right(line: str, ghost: str) -> bool:
    """Return whether `ghost` after `line` is an answer of the engine, or the rest of one."""
    for n_typed in range(min(len(line), _MAX_ANSWER_CHARS) + 1):
        at = len(line) - n_typed
        if answer_after(line[:at]).rstrip() == (line[at:] + ghost).rstrip():
            return True
    return False


class RaceEngine:
    """Use as a context manager. Each completion takes `delay_s`; any number run at once."""

    def __init__(self, delay_s: float) -> None:
        self.delay_s = delay_s
        self.n_completions = 0
        self._loaded = False
        engine = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                self._send(engine.other(self.path, {}))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                self._send(engine.answer(self.path, json.loads(body or b"{}")))

            def handle_one_request(self) -> None:
                try:
                    super().handle_one_request()
                except OSError:
                    self.close_connection = True  # the editor is gone

            def _send(self, body: bytes) -> None:
                try:
                    self.send_response(200)
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
                except OSError:
                    self.close_connection = True  # the request was cancelled

            def log_message(self, *_args: object) -> None:
                """Log nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> RaceEngine:
        Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, path: str, request: dict[str, Any]) -> bytes:
        """Return the body of the answer to a POST."""
        prompt = str(request.get("prompt") or "")
        if path == "/infill":
            if not request.get("n_predict"):
                return b'{"content":""}'  # it only reads
            one = {"content": self._text(prompt)}
            n_completions = int(request.get("n_cmpl") or 1)
            answer = [one] * n_completions if n_completions > 1 else one
            # llama.vim looks for "content":" without a space, as llama-server writes it.
            return json.dumps(answer, separators=(",", ":")).encode()
        if path == "/v1/completions":
            choice = {"choices": [{"text": self._text(prompt), "index": 0}]}
            return f"data: {json.dumps(choice)}\n\ndata: [DONE]\n\n".encode()
        if path == "/api/generate" and prompt:
            text = self._text(prompt)
            parts = (
                {"model": MODEL, "response": text, "done": False},
                {"model": MODEL, "response": "\n", "done": False},
                {"model": MODEL, "response": "", "done": True, "done_reason": "stop"},
            )
            return b"".join(json.dumps(part).encode() + b"\n" for part in parts)
        return self.other(path, request)

    def other(self, path: str, request: dict[str, Any]) -> bytes:
        """Return the answer to a request for no completion, as Ollama gives it."""
        entry = {"name": MODEL, "model": MODEL, "size": 1_000_000, "digest": "0" * 64}
        if path == "/api/generate":
            self._loaded = request.get("keep_alive") != 0
        answers: dict[str, Any] = {
            "/api/version": {"version": "0.0.0"},
            "/api/tags": {"models": [entry]},
            "/api/ps": {"models": [entry] if self._loaded else []},
            "/api/show": {"capabilities": ["completion"], "template": "", "model_info": {}},
            "/api/generate": {"response": "", "done": True, "done_reason": "load"},
            "/race": {"completions": self.n_completions},
        }
        return json.dumps(answers.get(path, {})).encode()

    def _text(self, prompt: str) -> str:
        self.n_completions += 1
        time.sleep(self.delay_s)
        return answer_after(prompt.rpartition("\n")[2])
