"""A package index made of files, and an engine that only receives models."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import threading
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

MakeWheel = Callable[..., Path]


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only place where pip finds anything."""
    folder = tmp_path / "index"
    folder.mkdir()
    for name in ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_CONSTRAINT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


@pytest.fixture
def make_wheel(index: Path) -> MakeWheel:
    """`make_wheel("parts-one", "1.0", {"parts_one/a.bin": b"…"})`."""

    def make(package: str, version: str, files: dict[str, bytes]) -> Path:
        name = package.replace("-", "_")
        info = f"{name}-{version}.dist-info"
        metadata = f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n"
        tags = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        contents = {**files, f"{info}/METADATA": metadata.encode(), f"{info}/WHEEL": tags.encode()}
        record = "".join(
            f"{path},sha256={_b64(data)},{len(data)}\n" for path, data in contents.items()
        )
        contents[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n".encode()
        wheel = index / f"{name}-{version}-py3-none-any.whl"
        with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
            for path, data in contents.items():
                archive.writestr(path, data)
        return wheel

    return make


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


@dataclass
class FakeEngine:
    """Ollama's calls for receiving models; `lines` answers `/api/pull` and `/api/create`."""

    url: str = ""
    models: set[str] = field(default_factory=set)
    blobs: dict[str, bytes] = field(default_factory=dict)
    created: list[dict[str, Any]] = field(default_factory=list)
    pulled: list[str] = field(default_factory=list)
    authorization: set[str | None] = field(default_factory=set)
    lines: list[Any] = field(default_factory=lambda: [{"status": "success"}])
    refuse: tuple[int, str] | None = None
    sizes: dict[str, int] = field(default_factory=dict)
    """In bytes, by the name of a model, with its tag: what `/api/tags` lists."""
    loaded: dict[str, int] = field(default_factory=dict)
    deleted: list[str] = field(default_factory=list)
    digest: str = "d1"
    """Of every model in the list."""
    licences: dict[str, str] = field(default_factory=dict)
    on_install: Callable[[], None] = lambda: None
    """Called with each model that is created or pulled."""


@pytest.fixture
def engine() -> Iterator[FakeEngine]:
    fake = FakeEngine()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: object) -> None:
            pass

        def _body(self) -> bytes:
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))

        def _answer(self, status: int, body: bytes = b"") -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def do_HEAD(self) -> None:
            self._answer(200 if self.path.rpartition("/")[2] in fake.blobs else 404)

        def do_GET(self) -> None:
            answers: dict[str, Any] = {
                "/api/version": {"version": "0.33.0"},
                "/api/tags": {
                    "models": [
                        {"name": name, "size": size, "digest": fake.digest}
                        for name, size in fake.sizes.items()
                    ]
                },
                "/api/ps": {
                    "models": [
                        {"name": name, "model": name, "size": size, "digest": "d1"}
                        for name, size in fake.loaded.items()
                    ]
                },
            }
            self._answer(200, json.dumps(answers[self.path]).encode())

        def do_DELETE(self) -> None:
            name = json.loads(self._body())["model"]
            fake.deleted.append(name)
            self._answer(200 if fake.sizes.pop(name, None) else 404)

        def do_POST(self) -> None:
            fake.authorization.add(self.headers.get("Authorization"))
            body = self._body()
            if fake.refuse is not None:
                self._answer(fake.refuse[0], fake.refuse[1].encode())
                return
            if self.path.startswith("/api/blobs/"):
                digest = self.path.rpartition("/")[2]
                right = digest == f"sha256:{hashlib.sha256(body).hexdigest()}"
                if right:
                    fake.blobs[digest] = body
                self._answer(
                    201 if right else 400, b"" if right else b'{"error":"digest mismatch"}'
                )
                return
            request = json.loads(body)
            if self.path == "/api/show":
                there = request["model"] in fake.models or request["model"] in fake.sizes
                shown = {"license": fake.licences.get(request["model"], "")}
                answer = shown if there else {"error": "not found"}
                self._answer(200 if there else 404, json.dumps(answer).encode())
                return
            if self.path == "/api/generate":
                fake.loaded.pop(request["model"], None)
                self._answer(200, b'{"response":"","done":true}')
                return
            if self.path == "/api/create":
                fake.created.append(request)
            else:
                fake.pulled.append(request["model"])
            fake.on_install()
            lines = [one if isinstance(one, str) else json.dumps(one) for one in fake.lines]
            self._answer(200, "".join(f"{line}\n" for line in lines).encode())

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    fake.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
