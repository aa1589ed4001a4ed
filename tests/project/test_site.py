"""The documentation's site builds strictly, and the commands in it exist, with their options."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer

from hotseat.cli.main import COMMANDS, _app
from support.documented import command_blocks
from support.repository import REPOSITORY
from tools.build_docs import with_links

BUILDER = REPOSITORY / "tests" / "tools" / "build_docs.py"


ALL = [
    (block.page.name, line)
    for block in command_blocks()
    for line in block.commands
    if line.startswith("hotseat ")
]


def test_the_site_builds_strictly(tmp_path: Path) -> None:
    """Every link to a page, a heading or a picture exists."""
    done = subprocess.run(
        [sys.executable, BUILDER, tmp_path], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "Memory" in (tmp_path / "site" / "models" / "index.html").read_text("utf-8")


def test_links_out_of_the_pages_lead_to_the_repository() -> None:
    page = REPOSITORY / "docs" / "develop" / "add-a-command.md"
    text = "[a](../engines.md#x) [b](../../SECURITY.md) [c](../../server/hotseat) [d](#here)"
    assert with_links(text, page, "https://r") == (
        "[a](../engines.md#x) [b](../SECURITY.md) "
        "[c](https://r/blob/main/server/hotseat) [d](#here)"
    )


def test_a_picture_for_both_themes_becomes_two() -> None:
    page = REPOSITORY / "docs" / "vscode.md"
    picture = (
        '<picture>\n  <source media="(prefers-color-scheme: dark)" srcset="images/a-dark.png">\n'
        '  <img alt="It" src="images/a-light.png">\n</picture>'
    )
    assert with_links(picture, page, "https://r") == (
        "![It](images/a-light.png#only-light)![It](images/a-dark.png#only-dark)"
    )


def test_there_are_commands() -> None:
    assert len(ALL) >= 30


@pytest.mark.parametrize(("page", "line"), ALL, ids=lambda value: str(value)[:40])
def test_a_command_has_the_options_that_it_is_shown_with(page: str, line: str) -> None:
    words = shlex.split(re.split(r" [|>&]+ |;", line)[0])[1:]
    if not words or not re.fullmatch(r"[a-z]+", words[0]):
        return  # an option of `hotseat` itself, or what a command prints: `hotseat serve: …`
    assert words[0] in COMMANDS, f"{page}: {line}"
    command: Any = typer.main.get_command(_app(words))
    while (below := getattr(command, "commands", {})) and words and words[0] in below:
        command = below[words.pop(0)]
    if "run" in below:  # `hotseat task "…"`
        command = below["run"]
    known = {"-h", "--help"}
    for parameter in command.params:
        known |= {*parameter.opts, *parameter.secondary_opts}
    options = {word.partition("=")[0] for word in words if re.match(r"--?[a-z]", word)}
    assert options - known == set(), f"{page}: {line}"
