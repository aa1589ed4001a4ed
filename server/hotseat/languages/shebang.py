"""The language of a script, by its "#!" line and the program that it runs.

Owns how launchers (`env`, `nix-shell`, `poetry run`) and shell lines that start another interpreter
are read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from hotseat.languages.profile import words
from hotseat.languages.tables import INTERPRETERS

_SHEBANG = re.compile(r"^\ufeff?#!\s*(\S+)(.*)")
_VERSION = re.compile(r"[\d.]+$")
_NIX_SHELL = re.compile(r"^#!\s*nix-shell\b.*?\s-i\s*['\"]?([\w./+-]+)")
_NIX_COMMAND = re.compile(r"^#!\s*nix\s.*?(?:-c|--command)\s+['\"]?([\w./+-]+)")
_EXEC = re.compile(r"(?:^|[\s;&'])exec['\"]?\s+(?:-a\s+\S+\s+)?(.{1,200}?)\$\{?(?:0|BASH_SOURCE)\b")
"""A line of a shell script that hands the script itself to another program."""
_N_EXEC_LINES = 15
_LAUNCHERS = words(
    "bundle busybox conda direnv doas env hatch mise nice pdm pipenv pixi pnpm poetry sudo yarn"
)
"""Programs that run the program that one of their arguments names."""


def language_of_program(program: str) -> str | None:
    """Of what an interpreter runs: `python3.11`."""
    return INTERPRETERS.get(program) or INTERPRETERS.get(_VERSION.sub("", program))


def by_shebang(first_lines: Sequence[str]) -> str | None:
    """Of a script with these first lines; None without "#!" or for an unknown program."""
    found = _SHEBANG.match(first_lines[0]) if first_lines else None
    if not found:
        return None
    if by_nix := _by_nix(first_lines):
        return by_nix
    language = _of_words([found.group(1), *found.group(2).split()])
    if language == "shellscript":
        return _by_exec(first_lines[1:_N_EXEC_LINES]) or language
    return language


def _by_nix(lines: Sequence[str]) -> str | None:
    """`#!/usr/bin/env nix-shell`, and the interpreter in one of the lines that follow."""
    if "nix" not in lines[0]:
        return None
    for line in lines[:_N_EXEC_LINES]:
        found = _NIX_SHELL.match(line) or _NIX_COMMAND.match(line)
        if found and (language := _of_words([found.group(1)])):
            return language
    return "shellscript" if "nix-shell" in lines[0] else None


def _by_exec(lines: Sequence[str]) -> str | None:
    for line in lines:
        found = None if line.lstrip().startswith("#") else _EXEC.search(line)
        if found and (language := _of_words(found.group(1).split())):
            return language
    return None


def _of_words(command: Sequence[str]) -> str | None:
    """Of a command's words; a launcher's options and what it sets are left out."""
    programs = [re.split(r"[/\\]", word.strip("'\""))[-1].lower() for word in command]
    programs = [p.removesuffix(".exe") for p in programs]
    if not programs:
        return None
    if programs[0] not in _LAUNCHERS:  # "env -S python3 -u", "env VAR=1 node"
        return language_of_program(programs[0])
    named = (p for p in programs[1:] if not p.startswith("-") and "=" not in p)
    return next((language for p in named if (language := language_of_program(p))), None)
