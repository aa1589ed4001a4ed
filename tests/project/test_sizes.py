"""Classes, modules and folders stay small enough to be read at one go."""

from __future__ import annotations

import ast
from pathlib import Path

import hotseat

SERVER = Path(hotseat.__file__).parent
CLASS_LINES, MODULE_LINES, FOLDER_MODULES = 250, 400, 20


def test_classes_and_modules() -> None:
    too_long = []
    for path in sorted(SERVER.rglob("*.py")):
        text = path.read_text("utf-8")
        name = path.relative_to(SERVER).as_posix()
        n_lines = len(text.splitlines())
        if n_lines > MODULE_LINES:
            too_long.append(f"{name}: {n_lines} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ClassDef) and node.end_lineno is not None:
                n_lines = node.end_lineno - node.lineno + 1
                if n_lines > CLASS_LINES:
                    too_long.append(f"{name}: {node.name} has {n_lines} lines")
    assert too_long == []


def test_folders() -> None:
    """The profiles of languages excepted: one for each."""
    folders = [path for path in (SERVER, *SERVER.rglob("*")) if path.is_dir()]
    n_modules = {
        path.relative_to(SERVER).as_posix(): len(set(path.glob("*.py")) - {path / "__init__.py"})
        for path in folders
    }
    n_modules.pop("languages/profiles")
    assert {name: n for name, n in n_modules.items() if n > FOLDER_MODULES} == {}
