"""The VS Code extension's own unit tests: each TypeScript file of them is one test here."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from support.node import EXTENSION

FILES = sorted((EXTENSION / "test").glob("*.test.ts"))


def test_there_are_tests() -> None:
    assert len(FILES) >= 5


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
@pytest.mark.usefixtures("packages")
def test_typescript(node: Path, file: Path) -> None:
    done = subprocess.run(
        [node, "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON", "--test", file],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
