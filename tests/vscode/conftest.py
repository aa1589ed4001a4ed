"""Node, a VSIX packed from this checkout, and a workspace."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from support.code_server import install_extension, require_code_server
from support.machine import Machine, machine_with_engine
from support.node import EXTENSION, install_packages, require_node


@pytest.fixture(scope="session")
def node() -> Path:
    return require_node()


@pytest.fixture(scope="session")
def packing(tmp_path_factory: pytest.TempPathFactory) -> FileLock:
    """A lock of all test processes, for work in the checkout itself."""
    return FileLock(tmp_path_factory.getbasetemp().parent / "packing.lock")


@pytest.fixture(scope="session")
def packages(node: Path, packing: FileLock) -> None:
    """The extension's node_modules."""
    with packing:
        install_packages(node)


@pytest.fixture(scope="session")
def code_server(node: Path) -> Path:
    return require_code_server()


@pytest.fixture(scope="session")
def vsix(code_server: Path, packing: FileLock, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """HOTSEAT_VSIX, else packed now."""
    if given := os.environ.get("HOTSEAT_VSIX"):
        return Path(given)
    dist = tmp_path_factory.mktemp("dist")
    with packing:
        packed = subprocess.run(
            [EXTENSION / "package.sh", sys.executable, dist],
            capture_output=True,
            text=True,
            timeout=200,
            check=False,
        )
    assert packed.returncode == 0, packed.stdout + packed.stderr
    (found,) = dist.glob("*.vsix")
    return found


@pytest.fixture(scope="session")
def extensions(
    code_server: Path, node: Path, vsix: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    return install_extension(code_server, node, vsix, tmp_path_factory.mktemp("installed"))


@pytest.fixture
def pictures(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """HOTSEAT_PICTURES keeps them; one folder a test."""
    return Path(os.environ.get("HOTSEAT_PICTURES", tmp_path)) / str(request.node.name)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A small shop, in a git repository's root."""
    folder = tmp_path / "shop"
    (folder / ".git").mkdir(parents=True)
    (folder / "main.go").write_text(
        'package main\n\nimport "fmt"\n\nfunc main() {\n\tfor i := 0; i < 10; i++ {\n\t\t\n\t}\n}\n'
    )
    (folder / "index.html").write_text(
        "<!DOCTYPE html>\n<html>\n<body>\n<h1>The shop</h1>\n\n</body>\n</html>\n"
    )
    cell = {"cell_type": "code", "source": ["total = 1"], "metadata": {}, "outputs": []}
    notebook = {"cells": [{**cell, "execution_count": None}], "nbformat": 4, "nbformat_minor": 2}
    notebook["metadata"] = {"language_info": {"name": "python"}}
    (folder / "sums.ipynb").write_text(json.dumps(notebook))
    return folder


@pytest.fixture
def machine(code_server: Path, tmp_path: Path) -> Iterator[Machine]:
    folder = tmp_path / "machine"
    folder.mkdir()
    with machine_with_engine(folder) as machine:
        yield machine
