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
_IGNORED = re.compile(r"\s*(?:#|(?:ifn?def|ifn?eq|else|endif)\b)")
"""Remarks and conditionals, which may stand between a rule and its recipe."""
_RECIPE_BEHIND_RULE = re.compile(r"[^\s#=:][^=#\n:;]*+::?(?![=:])[^;#\n]*+;")
_SHELL_CALL = re.compile(r"\$[({]shell\s")
_SHELL = re.compile(r"^\.?SHELL\s*[:?]?:?=\s*([^\n#]+)", re.MULTILINE)
_SHELL_CHARS = 4_000
_PREFIX = re.compile(r"^\.RECIPEPREFIX\s*[:?]?:?=[ \t]*(\S?)", re.MULTILINE)
_SHELL_ASSIGNMENT = re.compile(r"(?:(?:export|override|private)\s+)*[\w.$(){}-]+\s*!=\s*")


def look(place: Place, language: str) -> Found | None:
    """`language` is makefile."""
    settings = place.before(_SHELL_CHARS)
    prefixes = _PREFIX.findall(settings) if ".RECIPEPREFIX" in settings else []
    text, above = _continued(place)
    command = _recipe(text, above, prefixes[-1] if prefixes else "\t")
    if command is None:
        command = _in_shell_call(text)
        return None if command is None else Found(language="shellscript", text=command)
    shells = _SHELL.findall(settings)
    inner = language_of_command(shells[-1]) if shells else None
    return Found(language=inner or "shellscript", text=command)


def _continued(place: Place) -> tuple[str, Iterable[str]]:
    """The line and those that it goes on from, up to the cursor; and the lines above."""
    above = place.lines_above()
    lines = [place.line_before()]
    following: Iterable[str] = above
    for line in above:
        if not line.endswith("\\"):
            following = chain((line,), above)
            break
        lines.append(line)
    return "\n".join(reversed(lines)), following


def _recipe(text: str, above: Iterable[str], prefix: str) -> str | None:
    """The recipe's text from the beginning of its line up to the cursor."""
    prefix = prefix or "\t"
    if text.startswith(prefix):
        return text[1:] if _follows_rule(above, prefix) else None
    found = _RECIPE_BEHIND_RULE.match(text)
    return text[found.end() :] if found else None


def _follows_rule(above: Iterable[str], prefix: str) -> bool:
    """Whether what stands above a line with a tab makes it a recipe. In doubt it is one."""
    for line, higher in pairwise(chain(above, ("",))):
        if not line.strip() or line.startswith(prefix) or _IGNORED.match(line):
            continue
        if higher.endswith("\\"):
            continue  # the end of a longer one
        return _RULE.match(line) is not None
    return True


def _in_shell_call(text: str) -> str | None:
    """`VERSION := $(shell git describe)` or `VERSION != git describe`, also continued."""
    if text.lstrip().startswith("#"):
        return None
    if found := _SHELL_ASSIGNMENT.match(text):
        return text[found.end() :]
    calls = list(_SHELL_CALL.finditer(text))
    if not calls:
        return None
    command = text[calls[-1].end() :]
    opened = text[calls[-1].start() + 1]
    closer = ")" if opened == "(" else "}"
    return None if command.count(closer) > command.count(opened) else command
