"""A gateway in a process of its own, over an embedded engine with small models."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from support.engine_process import EngineProcess


@dataclass(frozen=True, kw_only=True)
class GatewayProcess:
    url: str
    key: str
    process: subprocess.Popen[str]

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"}

    def client(self, *, timeout: float = 30.0) -> httpx.Client:
        return httpx.Client(
            base_url=self.url, headers=self.headers, timeout=timeout, trust_env=False
        )


def environment_of(engine: EngineProcess, folder: Path) -> dict[str, str]:
    """Return the environment of a gateway with data of its own, beside that engine."""
    own = {"XDG_DATA_HOME": str(folder / "data"), "HOTSEAT_RUNTIME_DIR": str(engine.runtime)}
    return {**os.environ, **own, "HOME": str(folder)}


@contextmanager
def running_gateway(
    engine: EngineProcess, roster: Path, *arguments: str
) -> Iterator[GatewayProcess]:
    """Ended by SIGTERM on leaving, without a traceback in its log."""
    environment = environment_of(engine, roster.parent)
    command = [sys.executable, "-m", "hotseat", "serve"]
    key = subprocess.run(
        [*command, "--show-key"], env=environment, capture_output=True, text=True, check=True
    ).stdout.strip()
    command += ["--port", "0", "--roster", str(roster), "--engine-url", engine.url, *arguments]
    log = roster.parent / "gateway.log"
    with log.open("w") as stderr:
        process = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=stderr, text=True
        )
        try:
            assert process.stdout is not None
            line = ""
            while "listening on" not in line:
                line = process.stdout.readline()
                assert line, log.read_text()
            yield GatewayProcess(url=line.split()[-1], key=key, process=process)
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if process.stdout is not None:
                process.stdout.close()
    assert process.returncode == 0, log.read_text()
    assert "Traceback" not in log.read_text(), log.read_text()


def write_roster(
    path: Path,
    experts: dict[str, tuple[str, str]],
    *,
    generalist: str,
    n_ctx: dict[str, int] | None = None,
) -> Path:
    """Write a roster: experts by name, each with its language and model, and `n_ctx` by expert."""
    contexts = n_ctx or {}
    entries = [
        {
            "name": name,
            "languages": [language],
            "model": model,
            "options": {"num_ctx": contexts.get(name, 512)},
        }
        for name, (language, model) in experts.items()
    ]
    whole = {
        "experts": entries,
        "generalist": {"name": "generalist", "model": generalist, "options": {"num_ctx": 512}},
    }
    path.write_text(json.dumps(whole))
    return path
