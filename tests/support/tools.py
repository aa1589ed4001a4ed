"""Programs that some tests need and pip does not bring. Finds them; installs nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


def require_tool(name: str, path: str | Path | None, *, hint: str = "") -> Path:
    """`path`, which somebody looked for. Without one the test skips, and where CI is set it fails.

    `hint` says how a person gets `name`.
    """
    if path is not None:
        return Path(path)
    reason = f"{name} is missing" + (f": {hint}" if hint else "")
    if os.environ.get("CI"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
