"""Hotseat on a machine of its own: other directories than the person's, the same programs."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import platformdirs
import psutil

from support.neovim import wait_for

HOTSEAT = [sys.executable, "-m", "hotseat"]
MODELS = platformdirs.user_cache_path("hotseat") / "test-models"
"""Kept among the user's caches, so that only the first run downloads them."""


class Machine:
    """Its own runtime directory, settings and state; `env` is what its programs run with."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.env: Mapping[str, str] = {
            "HOTSEAT_RUNTIME_DIR": str(folder / "run"),
            "XDG_CONFIG_HOME": str(folder / "config"),
            "XDG_DATA_HOME": str(folder / "data"),
            "XDG_STATE_HOME": str(folder / "state"),
        }

    def hotseat(self, *arguments: str) -> str:
        """What the command printed; fails with what it complained of."""
        done = subprocess.run(
            [*HOTSEAT, *arguments],
            env={**os.environ, **self.env},
            cwd=self.folder,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        return done.stdout

    def engines(self) -> list[dict[str, Any]]:
        """Of `hotseat status --json`."""
        return list(json.loads(self.hotseat("status", "--json"))["engines"])


@contextmanager
def machine_with_engine(folder: Path) -> Iterator[Machine]:
    """With the embedded engine running, and the starter models in it.

    Started here, not on demand: an Ollama on the person's machine would be used instead. The
    programs `start-engine` and `kill-engine` in `folder` do so once more, for whoever drives.
    """
    machine = Machine(folder)
    log, pid = folder / "engine.log", folder / "engine.pid"
    settings = [f"{name}={value}" for name, value in machine.env.items()]
    engine = shlex.join(["env", *settings, *HOTSEAT, "engine", "--store", str(MODELS)])
    begin = f"{engine} >{shlex.quote(str(log))} 2>&1 &\necho $! >{shlex.quote(str(pid))}"
    _program(folder / "start-engine", begin)
    _program(folder / "kill-engine", f"kill -9 $(cat {shlex.quote(str(pid))})")
    subprocess.run([folder / "start-engine"], check=True)
    try:
        wait_for(lambda: "listening on" in log.read_text(), "the engine listens", deadline_s=30)
        machine.hotseat("pull", "--all", "--roster", "starter")
        yield machine
    finally:
        process = psutil.Process(int(pid.read_text()))
        process.terminate()
        process.wait(timeout=30)


def _program(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
