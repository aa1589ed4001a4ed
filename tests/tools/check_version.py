"""Fail unless a tag names the version that all packages have: `check_version.py v1.2.3`.

Without a tag, checks only that they agree. Standard library alone, for a fresh checkout.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def versions() -> dict[str, str]:
    """Return the version in each file that has one, by the file's name."""
    found = {"extension/vscode/package.json": ""}
    found["extension/vscode/package.json"] = json.loads(
        (ROOT / "extension/vscode/package.json").read_text("utf-8")
    )["version"]
    for name in ("pyproject.toml", "adapters/pyproject.toml"):
        found[name] = tomllib.loads((ROOT / name).read_text("utf-8"))["project"]["version"]
    code = (ROOT / "server/hotseat/__init__.py").read_text("utf-8")
    match = re.search(r'__version__ = "([^"]+)"', code)
    if match is not None:
        found["server/hotseat/__init__.py"] = match[1]
    return found


def main() -> int:
    wanted = sys.argv[1].removeprefix("v") if len(sys.argv) > 1 else versions()["pyproject.toml"]
    wrong = {name: version for name, version in versions().items() if version != wanted}
    for name, version in wrong.items():
        print(f"{name} has version {version}, not {wanted}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
