"""Hotseat on a machine of its own: other directories than the person's, the same programs."""

from __future__ import annotations

import contextlib
import json
import os
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

    def end_engine(self) -> None:
        """That of whoever started the last one, if it still runs."""
        with contextlib.suppress(FileNotFoundError, psutil.NoSuchProcess):
            told = json.loads((self.folder / "run" / "engine.json").read_text())
            process = psutil.Process(told["pid"])
            process.terminate()
            process.wait(timeout=30)

    def engines(self) -> list[dict[str, Any]]:
        """Of `hotseat status --json`."""
        return list(json.loads(self.hotseat("status", "--json"))["engines"])


@contextmanager
def machine_with_engine(folder: Path) -> Iterator[Machine]:
    """With the embedded engine running, and the starter models where any other would find them.

    Started here, not on demand: an Ollama on the person's machine would be used instead.
    """
    machine = Machine(folder)
    store = Path(machine.env["XDG_DATA_HOME"]) / "hotseat" / "models"
    store.parent.mkdir(parents=True)
    MODELS.mkdir(parents=True, exist_ok=True)
    store.symlink_to(MODELS)
    log = folder / "engine.log"
    with log.open("w") as out:
        engine = subprocess.Popen(
            [*HOTSEAT, "engine"], env={**os.environ, **machine.env}, stdout=out, stderr=out
        )
    try:
        wait_for(lambda: "listening on" in log.read_text(), "the engine listens", deadline_s=120)
        machine.hotseat("pull", "--all", "--roster", "starter")
        yield machine
    finally:
        engine.terminate()
        engine.wait(timeout=30)
        machine.end_engine()
