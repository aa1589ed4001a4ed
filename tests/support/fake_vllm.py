"""A stand-in for `vllm`: its API on loopback, with adapters, in a process of its own."""

from __future__ import annotations

import argparse
import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MODELS: dict[str, str] = {}


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        self._send(200, {})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.headers.get("Authorization") != f"Bearer {os.environ['VLLM_API_KEY']}":
            self._send(401, {"error": "Unauthorized"})
        elif self.path == "/v1/load_lora_adapter":
            known = body["lora_name"] in MODELS
            MODELS[body["lora_name"]] = body["lora_path"]
            self._send(400 if known else 200, {"message": "already loaded" if known else "ok"})
        elif self.path == "/v1/unload_lora_adapter":
            self._send(200 if MODELS.pop(body["lora_name"], None) else 404, {})
        elif body["model"] not in MODELS:
            self._send(404, {"error": {"message": f"The model {body['model']} does not exist."}})
        else:
            self._send(200, {"models": sorted(MODELS), "seen": body})

    def _send(self, status: int, value: Any) -> None:
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("command", choices=["serve"])
    parser.add_argument("source")
    parser.add_argument("--served-model-name", required=True)
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--max-model-len", type=int, required=True)
    parser.add_argument("--enable-lora", action="store_true", required=True)
    arguments = parser.parse_args()
    assert os.environ["VLLM_ALLOW_RUNTIME_LORA_UPDATING"] == "True"
    MODELS[arguments.served_model_name] = arguments.source
    ThreadingHTTPServer((arguments.host, arguments.port), Handler).serve_forever()


if __name__ == "__main__":
    main()
