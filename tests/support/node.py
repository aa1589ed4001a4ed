"""Node, for what is written in TypeScript. Finds it; tests/tools/install-node.sh installs it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from support.tools import require_tool

REPOSITORY = Path(__file__).resolve().parents[2]
EXTENSION = REPOSITORY / "extension" / "vscode"
MIN_VERSION = (22, 18)
"""From here on Node runs TypeScript as it is."""


def require_node() -> Path:
    """HOTSEAT_NODE, what install-node.sh left, or the one in PATH."""
    places = (
        os.environ.get("HOTSEAT_NODE"),
        str(REPOSITORY / ".tools" / "node" / "node"),
        shutil.which("node"),
    )
    found = next(
        (Path(place) for place in places if place and _version(place) >= MIN_VERSION), None
    )
    return require_tool("Node 22.18", found, hint="run tests/tools/install-node.sh")


def install_packages(node: Path) -> None:
    """Bring the extension's node_modules up to date with its package.json, with npm.

    The test skips without npm, and where CI is set it fails.
    """
    manifest = EXTENSION / "package.json"
    stamp = EXTENSION / "node_modules" / ".for-package.json"
    wanted = manifest.read_text("utf-8")
    if stamp.is_file() and stamp.read_text("utf-8") == wanted:
        return
    beside = node.parent / "npm"
    npm = require_tool(
        "npm",
        beside if beside.is_file() else shutil.which("npm"),
        hint="run tests/tools/install-node.sh",
    )
    installed = subprocess.run(
        [npm, "install", "--silent", "--no-package-lock", "--no-audit", "--no-fund"],
        cwd=EXTENSION,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert installed.returncode == 0, installed.stdout + installed.stderr
    stamp.write_text(wanted, "utf-8")


def _version(command: str) -> tuple[int, int]:
    try:
        said = subprocess.run(
            [command, "--version"], capture_output=True, text=True, timeout=20, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return (0, 0)
    match = re.match(r"v(\d+)\.(\d+)", said.stdout)
    return (int(match[1]), int(match[2])) if match else (0, 0)
