"""The language that a command's first word runs: `bash -e`, `/usr/bin/env python3`, `pwsh`."""

from __future__ import annotations

import re

from hotseat.languages.shebang import language_of_program

_PROGRAMS = {"cmd": "bat", "powershell": "powershell"}


def language_of_command(command: str) -> str | None:
    """None for a program that is no interpreter that we know."""
    words = command.split()
    programs = [re.split(r"[/\\]", word)[-1].lower().removesuffix(".exe") for word in words[:4]]
    if programs and programs[0] == "env":
        programs = [p for p in programs[1:] if not p.startswith("-") and "=" not in p]
    if not programs:
        return None
    return _PROGRAMS.get(programs[0]) or language_of_program(programs[0])
