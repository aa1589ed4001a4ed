"""Runs Ollama's own API tests, compiled elsewhere, against the embedded engine.

    python tests/tools/run_ollama_tests.py TESTS FOLDER --model smollm2:135m=smollm2.gguf

TESTS is the test binary of Ollama's package `integration` (tags `integration fast`), FOLDER that
package's folder, with its `testdata`. The first model answers (OLLAMA_TEST_MODEL); others are there
under their names. Prints the tests' own lines for each case, and a count.

Ollama's client sends no token to another host, so the requests pass a proxy that adds it.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx

from support.engine_process import EngineProcess, create_model, running_engine

GROUPS = "TestAPI|TestBasic|TestChat|TestEmbedding|TestContext|TestConcurrency|TestTools"
_RESULT = re.compile(r"\s*--- (PASS|FAIL|SKIP): (\S+) .*")
_MAX_LINE_CHARS = 200
_HOP_BY_HOP = {"connection", "transfer-encoding", "content-length", "host", "date", "server"}


def main() -> int:
    """Return 0 if no test failed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("tests", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--model", action="append", required=True, help="NAME=FILE.gguf")
    parser.add_argument(
        "--own-models", action="store_true", help="do not override the models that tests name"
    )
    parser.add_argument("--engine-url", help="another server, which has the models already")
    parser.add_argument("--run", default=GROUPS, help="a pattern of groups and cases, as go test's")
    arguments = parser.parse_args()
    models = [text.partition("=")[::2] for text in arguments.model]
    if arguments.engine_url:
        return _run(arguments, arguments.engine_url, models[0][0])
    with tempfile.TemporaryDirectory() as folder, running_engine(Path(folder)) as engine:
        with engine.client(timeout=600) as client:
            for name, path in models:
                create_model(client, name, Path(path))
        with _adding_the_token(engine) as url:
            return _run(arguments, url, models[0][0])


def _run(arguments: argparse.Namespace, url: str, model: str) -> int:
    running = subprocess.Popen(
        [arguments.tests.resolve(), "-test.v", "-test.timeout=30m", f"-test.run={arguments.run}"],
        cwd=arguments.folder,
        env={
            **os.environ,
            "OLLAMA_HOST": url,
            "OLLAMA_TEST_EXISTING": "1",
            **({} if arguments.own_models else {"OLLAMA_TEST_MODEL": model}),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert running.stdout is not None
    results: Counter[str] = Counter()
    for line in running.stdout:
        if match := _RESULT.match(line):
            results[match[1]] += "/" in match[2]
        if match or re.match(r"\s+\w+_test\.go:\d+: ", line):
            print(line.rstrip()[:_MAX_LINE_CHARS], flush=True)
    print(", ".join(f"{count} {result.lower()}" for result, count in results.items()))
    return running.wait()


@contextmanager
def _adding_the_token(engine: EngineProcess) -> Iterator[str]:
    """Yield the address of a proxy to the engine."""

    class Handler(BaseHTTPRequestHandler):
        def _forward(self) -> None:
            length = int(self.headers.get("content-length", 0))
            given = {n: v for n, v in self.headers.items() if n.lower() not in _HOP_BY_HOP}
            with (
                httpx.Client(base_url=engine.url, timeout=None, trust_env=False) as client,
                client.stream(
                    self.command,
                    self.path,
                    content=self.rfile.read(length),
                    headers={**given, **engine.headers},
                ) as answer,
            ):
                self.send_response(answer.status_code)
                for name, value in answer.headers.items():
                    if name.lower() not in _HOP_BY_HOP:
                        self.send_header(name, value)
                self.end_headers()  # HTTP/1.0: the body ends with the connection.
                for piece in answer.iter_raw():
                    self.wfile.write(piece)
                    self.wfile.flush()

        do_GET = do_POST = do_HEAD = do_DELETE = _forward  # noqa: N815 (names of the base class)

        def log_message(self, format: str, *args: object) -> None:
            """Print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


if __name__ == "__main__":
    sys.exit(main())
