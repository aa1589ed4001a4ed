"""Code in braces between tags: `{name}`, `a={value}`. Of Astro, Svelte, HEEx, MDX and `html!`.

Owns a scan of markup from a place outside of all braces on. In an expression, tags may follow again
(`{items.map(i => <li>{i}</li>)}`), where the host has JSX.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

TEXT_CHARS = 3_000
"""Scanned at most: 300 µs of dense markup."""
_RAW = re.compile(r"<!--.*?-->|<(script|style)\b[^>]*>.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_COLUMN_0 = re.compile(r"^(?=<[A-Za-z/!])", re.MULTILINE)
_LINE_OF_TAG = re.compile(r"^[ \t]*(?=<[A-Za-z/!])", re.MULTILINE)
_IN_MARKUP = re.compile(r"<!--|</?[A-Za-z][\w.:-]*|</?\.[\w.]+|</?>|[{}]")
_IN_TAG = re.compile(r"\"[^\"]*\"|'[^']*'|[{}]|/?>|[\"']")
_IN_TAG_WITH_CODE = re.compile(r"[{}]|/?>")
_IN_CODE = re.compile(
    r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`|//[^\n]*\n|/\*.*?\*/"
    r"|[{}]|</?[A-Za-z][\w.:-]*|<>",
    re.DOTALL,
)
_BEFORE_JSX = re.compile(r"(?:[(,?:&|>{=\[]|\breturn)\s*\Z")
_INDENT_CHARS = 200
_NAME = re.compile(r"/?[\w.:-]*")
_VOID_WORDS = "area base br col embed hr img input link meta param source track wbr"
_VOID = frozenset(_VOID_WORDS.split())
_MAX_DEPTH = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Syntax:
    """What the host's markup has."""

    jsx: bool = False
    """Tags in expressions."""
    in_quotes: bool = False
    """Expressions in quoted attributes: Svelte."""


@dataclass(slots=True, kw_only=True)
class _Level:
    mode: str
    """`markup`, `tag` or `code`."""
    start: int
    depth: int = 0
    """Of elements that are open, in markup within code."""


def start_of_markup(text: str, *, is_whole: bool) -> int:
    """Where a scan can begin: at a tag that is not in an expression, as far as that shows."""
    if is_whole:
        return 0
    found = _COLUMN_0.search(text) or _LINE_OF_TAG.search(text)
    return found.start() if found else 0


def open_code(text: str, start: int, syntax: Syntax) -> int:
    """Where the content of the innermost braces begins that are open at the end of `text`.

    -1 in markup. `start` is a place in markup. The end of `text` is in no script, style or comment.
    """
    mode, at = innermost(text, start, syntax)
    return at if mode == "code" else -1


def innermost(text: str, start: int, syntax: Syntax) -> tuple[str, int]:
    """What the end of `text` is in: `markup`, `tag` or `code`; and where that begins."""
    levels = [_Level(mode="markup", start=start)]
    at = start
    while len(levels) < _MAX_DEPTH:
        level = levels[-1]
        found = _pattern(level, syntax).search(text, at)
        if found is None:
            break
        token, at = found.group(), found.end()
        if token == "{":
            levels.append(_Level(mode="code", start=at))
        elif token == "}":
            _close_code(levels)
        elif level.mode == "tag":
            if token in ('"', "'"):
                break  # in a quoted value
            if token.endswith(">"):
                levels.pop()
                levels[-1].depth += _depth_of(text, level.start, is_empty=token == "/>")
                _leave_markup(levels)
        elif token.startswith("<"):
            at = _open_tag(levels, found, text, syntax)
    return levels[-1].mode, levels[-1].start


def _pattern(level: _Level, syntax: Syntax) -> re.Pattern[str]:
    if level.mode == "tag":
        return _IN_TAG_WITH_CODE if syntax.in_quotes else _IN_TAG
    return _IN_MARKUP if level.mode == "markup" else _IN_CODE


def _close_code(levels: list[_Level]) -> None:
    """With markup in it that was not closed; a brace in text closes nothing."""
    for i in range(len(levels) - 1, 0, -1):
        if levels[i].mode == "code":
            del levels[i:]
            return


def _open_tag(levels: list[_Level], found: re.Match[str], text: str, syntax: Syntax) -> int:
    """Return where the scan goes on."""
    token, level = found.group(), levels[-1]
    if level.mode == "code":
        before = text[max(0, found.start() - _INDENT_CHARS) : found.start()].rstrip()
        if not syntax.jsx or token.startswith("</") or not _BEFORE_JSX.search(before):
            return found.end()
        levels.append(_Level(mode="markup", start=found.start()))
    elif (raw := _RAW.match(text, found.start())) is not None:
        return raw.end()
    if token == "<!--":
        return len(text)
    if token in ("<>", "</>"):
        levels[-1].depth += 1 if token == "<>" else -1
        _leave_markup(levels)
        return found.end()
    levels.append(_Level(mode="tag", start=found.start() + 1))
    return found.end()


def _depth_of(text: str, start: int, *, is_empty: bool) -> int:
    """How much deeper a tag leads whose name is at `start`."""
    found = _NAME.match(text, start)
    name = found.group() if found else ""
    if name.startswith("/"):
        return -1
    return 0 if is_empty or name.lower() in _VOID else 1


def _leave_markup(levels: list[_Level]) -> None:
    """After the last element of markup within code."""
    if len(levels) > 1 and levels[-1].mode == "markup" and levels[-1].depth <= 0:
        levels.pop()
