"""The plugin's logic, tested in Lua: each file of units/ in a Neovim without a screen."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from support.neovim import PLUGIN, both_versions

UNITS = Path(__file__).parent / "units"

pytestmark = [pytest.mark.nvim, both_versions]


@pytest.mark.parametrize("name", sorted({p.stem for p in UNITS.glob("*.lua")} - {"run"}))
def test_units(command: Path, name: str) -> None:
    done = subprocess.run(
        [
            str(command),
            *("--clean", "--cmd", f"set runtimepath+={PLUGIN}"),
            *("-l", str(UNITS / "run.lua"), str(UNITS / f"{name}.lua")),
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
