"""Regions of a Makefile: the shell in recipes and in `$(shell …)`.

Owns make's rules of lines: a recipe's begin with a tab, after a rule, and may be continued.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import chain, pairwise

from hotseat.syntax.regions.place import Found, Place
from hotseat.syntax.regions.shells import language_of_command

_RULE = re.compile(r"[^\s#=:][^=#\n:]*+::?(?![=:])|define\s")
_CONDITIONAL = re.compile(r"\s*(?:ifn?def|ifn?eq|else|endif)\b")
_RECIPE_BEHIND_RULE = re.compile(r"[^\s#=:][^=#\n:;]*+::?(?![=:])[^;#\n]*+;")
_SHELL_CALL = re.compile(r"\$[({]shell\s")
_SHELL = re.compile(r"^\.?SHELL\s*[:?]?:?=\s*([^\n#]+)", re.MULTILINE)
_SHELL_CHARS = 4_000


def look(place: Place, language: str) -> Found | None:
    """`language` is makefile."""
    command = _recipe(place)
    if command is None:
        return _in_shell_call(place)
    settings = _SHELL.findall(place.before(_SHELL_CHARS))
    inner = language_of_command(settings[-1]) if settings else None
    return Found(language=inner or "shellscript", text=command)


def _recipe(place: Place) -> str | None:
    """The recipe's text from the beginning of its line up to the cursor."""
    above = place.lines_above()
    lines = [place.line_before()]
    following: Iterable[str] = above
    for line in above:
        if not line.endswith("\\"):
            following = chain((line,), above)
            break
        lines.append(line)
    text = "\n".join(reversed(lines))
    if text.startswith("\t"):
        return text[1:] if _follows_rule(following) else None
    found = _RECIPE_BEHIND_RULE.match(text)
    return text[found.end() :] if found else None


def _follows_rule(above: Iterable[str]) -> bool:
    """Whether what stands above a line with a tab makes it a recipe. In doubt it is one."""
    for line, higher in pairwise(chain(above, ("",))):
        if not line.strip() or line.startswith(("\t", "#")) or _CONDITIONAL.match(line):
            continue
        if higher.endswith("\\"):
            continue  # the end of a longer one
        return _RULE.match(line) is not None
    return True


def _in_shell_call(place: Place) -> Found | None:
    """`VERSION := $(shell git describe)`, in one line."""
    line = place.line_before()
    calls = list(_SHELL_CALL.finditer(line))
    if not calls or line.lstrip().startswith("#"):
        return None
    command = line[calls[-1].end() :]
    opened = line[calls[-1].start() + 1]
    closer = ")" if opened == "(" else "}"
    if command.count(closer) > command.count(opened):
        return None
    return Found(language="shellscript", text=command)
