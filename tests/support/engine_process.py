"""An embedded engine in a process of its own, and models for it, for tests."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil

ENGINE_COMMAND = (sys.executable, "-P", "-m", "hotseat.embedded")


@dataclass(frozen=True, kw_only=True)
class EngineProcess:
    url: str
    process: subprocess.Popen[str]
    runtime: Path
    store: Path
    token: str

    @property
    def headers(self) -> dict[str, str]:
        """What its clients send with every request."""
        return {"Authorization": f"Bearer {self.token}"}

    def client(self, *, timeout: float = 5.0) -> httpx.Client:
        return httpx.Client(
            base_url=self.url, headers=self.headers, timeout=timeout, trust_env=False
        )

    def async_client(self, *, timeout: float = 5.0) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            base_url=self.url, headers=self.headers, timeout=timeout, trust_env=False
        )

    @property
    def pid(self) -> int:
        return self.process.pid

    def children(self) -> list[psutil.Process]:
        return psutil.Process(self.pid).children(recursive=True)

    def tree_rss_bytes(self) -> int:
        tree = [psutil.Process(self.pid), *self.children()]
        return sum(process.memory_info().rss for process in tree)


@dataclass(frozen=True)
class Models:
    """Names, tag included. `plain` and `other` are alike but for their weights."""

    plain: str
    other: str
    fim: str


@contextmanager
def running_engine(
    folder: Path,
    *arguments: str,
    environment: dict[str, str] | None = None,
    runtime: Path | None = None,
    wrapper: tuple[str, ...] = (),
    has_spare: bool = False,
) -> Iterator[EngineProcess]:
    """Ended by SIGTERM on leaving, with its children and with orphans that a killed one left.
    `runtime` is the runtime directory of another one that has ended; `wrapper` is a command that
    becomes the engine's. `has_spare`: a process waits for the next load, as by default outside the
    tests, most of which count processes."""
    # The runtime directory holds sockets, whose paths must be short: pytest's own are too long.
    log = folder / "engine.log"
    arguments = arguments if has_spare else (*arguments, "--no-spare")
    with (
        nullcontext(runtime) if runtime else tempfile.TemporaryDirectory(prefix="hs-") as place,
        log.open("w") as stderr,
    ):
        process = subprocess.Popen(
            [*wrapper, *ENGINE_COMMAND, "--store", str(folder / "store"), *arguments],
            env={**os.environ, "HOTSEAT_RUNTIME_DIR": str(place), **(environment or {})},
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        )
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert "listening on" in line, line + log.read_text()
            yield EngineProcess(
                url=line.split()[-1],
                process=process,
                runtime=Path(place),
                store=folder / "store",
                token=json.loads((Path(place) / "engine.json").read_text())["token"],
            )
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if process.stdout is not None:
                process.stdout.close()
            if process.returncode == -signal.SIGKILL:
                for orphan in orphans(Path(place)):
                    orphan.kill()


def orphans(runtime: Path) -> list[psutil.Process]:
    """Runners of engines with this runtime directory that have no parent any more."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if "hotseat.embedded.processes.child" not in process.cmdline():
                continue
            of_this = process.environ().get("HOTSEAT_RUNTIME_DIR") == str(runtime)
            parent = process.parent()
            if of_this and (parent is None or "hotseat.embedded" not in parent.cmdline()):
                found.append(process)
    return found


def put_blob(client: httpx.Client, path: Path) -> str:
    content = path.read_bytes()
    digest = "sha256:" + hashlib.sha256(content).hexdigest()
    answer = client.post(f"/api/blobs/{digest}", content=content)
    assert answer.status_code in (200, 201), answer.text
    return digest


def create_model(client: httpx.Client, name: str, path: Path, **more: object) -> str:
    body = {"model": name, "files": {path.name: put_blob(client, path)}, "stream": False, **more}
    answer = client.post("/api/create", json=body)
    assert answer.status_code == 200, answer.text
    return name


def until(true: Callable[[], bool], *, within_s: float, what: str) -> float:
    """Seconds until `true()`; fails after `within_s`."""
    started_s = time.monotonic()
    while not true():
        waited_s = time.monotonic() - started_s
        assert waited_s < within_s, f"{what}: not within {within_s} s"
        time.sleep(0.005)
    return time.monotonic() - started_s


def loaded(client: httpx.Client) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = client.get("/api/ps").json()["models"]
    return entries


def loaded_names(client: httpx.Client) -> set[str]:
    return {str(entry["name"]) for entry in loaded(client)}


def unload(client: httpx.Client, name: str) -> None:
    client.post("/api/generate", json={"model": name, "keep_alive": 0})
    until(lambda: name not in loaded_names(client), within_s=30, what=f"{name} unloaded")
