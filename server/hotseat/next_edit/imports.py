"""A missing import: a name that was just written, and that another open file imports.

Only what another file's line says is offered, for the one name; nothing is guessed from paths.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from hotseat.domain.syntax import Place
from hotseat.languages.profiles import profile_of
from hotseat.next_edit.changes import Hunk
from hotseat.next_edit.lined_text import LinedText
from hotseat.next_edit.offers import Offer
from hotseat.next_edit.text_kinds import TextKinds
from hotseat.next_edit.tokens import Token, tokens_of

MAX_LINES = 200
"""Imports are at the top."""
MIN_NAME_CHARS = 3
MAX_NAMES = 20
_NAME = re.compile(r"[A-Za-z_]\w*")
_PYTHON_FROM = re.compile(r"^from\s+([\w][\w.]*)\s+import\s+\(?([^()#]*)\)?\s*$")
_BRACES = re.compile(
    r"^(import\s+(?:type\s+)?)\{([^{}]*)\}(\s+from\s+['\"][^.'\"][^'\"]*['\"];?)\s*$"
)
_WHOLE = re.compile(
    r"^import\s+(?:static\s+)?[\w.]+;?\s*$|^use\s+[\w:\\]+;\s*$|^using\s+[\w.]+;\s*$"
    r"|^import\s+\w+\s+from\s+['\"][^.'\"][^'\"]*['\"];?\s*$"
)


def missing_import(
    lines: Sequence[str],
    language: str | None,
    newest: Hunk,
    others: Iterable[Sequence[str]],
) -> Offer | None:
    """Return the line that imports a name which `newest` brought in; None without one.

    `others` are the first lines of other open files in the same language.
    """
    pattern = _pattern(language)
    if pattern is None:
        return None
    names = list(_new_names(lines, language, newest))[:MAX_NAMES]
    if not names:
        return None
    known = "\n".join(lines[:MAX_LINES])
    for other in others:
        for line in other[:MAX_LINES]:
            for name in names:
                written = _import_of(line.rstrip("\r"), name)
                if written is not None and written not in known:
                    return _offer(lines, pattern, written, name)
    return None


def _new_names(lines: Sequence[str], language: str | None, newest: Hunk) -> Iterator[str]:
    """Yield the names in the code of the newest hunk that stand nowhere else in the text."""
    before = {token.text for line in newest.old for token in tokens_of(line)}
    kinds = TextKinds("\n".join(newest.new), language)
    lined = LinedText(lines)
    at = 0
    stop = newest.first_line + len(newest.new)
    for text in newest.new:
        tokens = tokens_of(text)
        for i, token in enumerate(tokens):
            name = token.text
            if name in before or len(name) < MIN_NAME_CHARS or _NAME.fullmatch(name) is None:
                continue
            if kinds.at(at + token.start) is not Place.CODE or _is_member(tokens, i):
                continue
            before.add(name)
            found = lined.occurrences((name,))
            if all(newest.first_line <= line < stop for line, _ in found):
                yield name
        at += len(text) + 1


def _is_member(tokens: Sequence[Token], i: int) -> bool:
    """Return whether the name is reached through another one, or is defined there."""
    before = tokens[i - 1].text if i > 0 else ""
    after = tokens[i + 1].text if i + 1 < len(tokens) else ""
    return before in {
        ".",
        ">",
        "def",
        "class",
        "func",
        "function",
        "let",
        "const",
        "var",
        "fn",
    } or (after == "=" or before == "import")


def _import_of(line: str, name: str) -> str | None:
    """Return the part of an import that is about one name; None if the line does not import it."""
    if name not in line:
        return None
    if (found := _PYTHON_FROM.match(line)) is not None:
        names = [one.strip() for one in found[2].split(",")]
        return f"from {found[1]} import {name}" if name in names else None
    if (found := _BRACES.match(line)) is not None:
        names = [one.strip() for one in found[2].split(",")]
        return f"{found[1]}{{ {name} }}{found[3]}" if name in names else None
    if _WHOLE.match(line) is not None:
        last = re.findall(r"\w+", line.partition(" from ")[0].rstrip(";"))[-1:]
        return line if last == [name] else None
    return None


def _offer(lines: Sequence[str], pattern: re.Pattern[str], written: str, name: str) -> Offer:
    """Return the insertion after the last import; at the top where there is none."""
    imports = [i for i, line in enumerate(lines[:MAX_LINES]) if pattern.match(line)]
    line = 0
    if imports:
        line = imports[-1] + 1
        while "(" in lines[imports[-1]] and line < len(lines) and ")" not in lines[line - 1]:
            line += 1
    return Offer(
        line=min(line, len(lines) - 1),
        start=0,
        end=0,
        old="",
        new=f"{written}\n",
        kind=((), (name,)),
        probability=1.0,
    )


@cache
def _pattern(language: str | None) -> re.Pattern[str] | None:
    syntax = profile_of(language).imports
    return re.compile(syntax.pattern) if syntax is not None else None
