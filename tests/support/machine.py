"""Hotseat on a machine of its own: other directories than the person's, the same programs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

HOTSEAT = [sys.executable, "-m", "hotseat"]


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
