"""Clients of Ollama's API that others wrote. tests/tools/install-clients.sh installs them."""

from __future__ import annotations

import os
from pathlib import Path

from support.repository import REPOSITORY
from support.tools import require_tool


def clients_folder() -> Path:
    """Return HOTSEAT_CLIENTS, or what install-clients.sh left."""
    return Path(os.environ.get("HOTSEAT_CLIENTS") or REPOSITORY / ".tools" / "clients")


def require_python(package: str, *, hint: str = "run tests/tools/install-clients.sh") -> Path:
    """Return the Python that has `package`. Without one the test skips, and fails in CI."""
    python = clients_folder() / "venv" / "bin" / "python"
    there = any(python.parent.parent.glob(f"lib/python3*/site-packages/{package}/__init__.py"))
    return require_tool(package, python if there else None, hint=hint)


def require_npm_package(package: str) -> Path:
    """Return the folder in which Node finds `package`; skips or fails as above."""
    folder = clients_folder()
    there = (folder / "node_modules" / package / "package.json").is_file()
    hint = "run tests/tools/install-clients.sh"
    return require_tool(f"{package} (npm)", folder if there else None, hint=hint)
