"""Regions of Rust: its strings, and the content of `html!` and `json!`.

Owns which part of a macro is Rust again: braces in `html!`, values that are expressions in `json!`.
"""

from __future__ import annotations

import re

from hotseat.syntax.regions import strings
from hotseat.syntax.regions.markup import braces
from hotseat.syntax.regions.place import Found, Place

HOSTS: frozenset[str] = frozenset({"rust"})

_TEXT_CHARS = 3_000
_MACRO = re.compile(r"(?<![\w!])(?:\w+::)*(html|json)!\s*([{(\[])")
_TOKEN = re.compile(
    r"//[^\n]*(?P<comment_end>\n|\Z)|/\*.*?(?:\*/|\Z)|\"(?:[^\"\\]|\\.)*(?:\"|\Z)|[{}()\[\]]",
    re.DOTALL,
)
_MAX_MACROS = 6
_EXPRESSION = re.compile(r"[\[{(:,]\s*(?!(?:true|false|null)\b)[A-Za-z_&*][^\s,:{}\[\]\"]*\Z")
_LITERAL_BEING_TYPED = re.compile(r"[:,\[]\s*(?:t|tr|tru|f|fa|fal|fals|n|nu|nul)\Z")
_SYNTAX = braces.Syntax()


def look(place: Place, language: str) -> Found | None:
    """`language` is Rust's id."""
    found = strings.look(place, language)
    if found is not None:
        return found
    text = place.before(_TEXT_CHARS)
    if "html!" not in text and "json!" not in text:
        return None
    for macro in reversed(list(_MACRO.finditer(text))[-_MAX_MACROS:]):
        is_open, in_parentheses, in_comment = _state(text, macro.end())
        line_start = text.rfind("\n", 0, macro.start()) + 1
        if is_open and "//" not in text[line_start : macro.start()]:
            content = text[macro.end() :]
            if in_comment:
                return None
            if macro.group(1) == "html":
                return _in_html(content, place)
            return None if in_parentheses else _in_json(content)
    return None


def _state(text: str, start: int) -> tuple[bool, bool, bool]:
    """Whether the bracket before `start` is open at the end; within parentheses; in a comment."""
    opened = 1
    parentheses = 0
    in_comment = False
    for token in _TOKEN.finditer(text, start):
        first = token.group()[0]
        if first in "{([":
            opened += 1
            parentheses += first == "("
        elif first in "})]":
            opened -= 1
            parentheses -= first == ")"
            if not opened:
                return False, False, False
        elif first == "/":
            in_comment = token["comment_end"] == ""
    return True, parentheses > 0, in_comment


def _in_html(content: str, place: Place) -> Found | None:
    first = (content + place.line_after()).lstrip()[:1]
    if first not in ("<", "{", ""):
        return None  # Maud's `html!` has its own syntax
    in_code = braces.open_code(content, 0, _SYNTAX) >= 0
    return None if in_code else Found(language="html", text=content)


def _in_json(content: str) -> Found | None:
    near = content[-200:]
    if _EXPRESSION.search(near) and not _LITERAL_BEING_TYPED.search(near):
        return None
    return Found(language="json", text=content)
