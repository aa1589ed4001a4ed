"""Regions of PHP and Blade: HTML outside of the code, and strings in it.

Owns where PHP begins and ends: `<?php`, `<?=`, `?>`, and Blade's `{{ }}`, `@php` and directives.
"""

from __future__ import annotations

import re

from hotseat.syntax.regions import strings
from hotseat.syntax.regions.place import LOOK_BACK_CHARS, Found, Place
from hotseat.syntax.regions.quoted_patterns import PHP_HEREDOC, end_of_closed

HOSTS: frozenset[str] = frozenset({"php"})

_NEAR_CHARS = 6_000
_OPENER = re.compile(r"<\?(?:php\b|=|(?=\s))", re.IGNORECASE)
_SHEBANG = re.compile(r"\A#![^\n]*")
_CODE = re.compile(
    r"(?:[^\"'`/#<?]++|\?(?!>)|(?://|#(?!\[))(?:[^\n?]++|\?(?!>))*+(?=\n|\?>)|#\["
    r"|/\*(?:[^*]++|\*(?!/))*+\*/|/(?![/*])|\"(?:[^\"\\]++|\\.)*+\"|'(?:[^'\\]++|\\.)*+'|`[^`]*+`"
    r"|<(?!<<[ \t]*+[\"']?[A-Za-z_]))*+",
    re.DOTALL,
)
"""PHP up to a `?>` outside of strings, or to what is not closed."""
_BLADE_TAGS = (("{{--", "--}}"), ("{!!", "!!}"), ("{{", "}}"), ("@php", "@endphp"))
_BLADE_CHARS = 3_000
_DIRECTIVE = re.compile(r"(?<![\w@.])@(\w+)[ \t]*\(")
_DIRECTIVE_CHARS = 600
_MAX_DIRECTIVES = 3
_COMPONENT = re.compile(r"<(?:x[-:]|livewire:)[\w.:-]*+(?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+")
"""A component's tag up to its end, or to a value that is not closed."""
_COMPONENT_CHARS = 2_000
_BOUND = re.compile(r"(?<![\w:]):[\w.-]+\s*=\s*\Z")
"""`:name=`; the value after `::name=` is a script's."""
_IN_ARGUMENTS = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|[()]", re.DOTALL)
_AT_RULES_WORDS = """
charset container counter-style font-face import include keyframes layer media mixin namespace page
property scope supports use verbatim
"""
_AT_RULES = frozenset(_AT_RULES_WORDS.split())
"""Of CSS, in a style; and what is no code."""


def look(place: Place, language: str) -> Found | None:
    """`language` is PHP's id."""
    text = place.before(_NEAR_CHARS)
    is_start = len(text) < _NEAR_CHARS
    if not is_start and "?>" in text:
        text = place.before(LOOK_BACK_CHARS)
        is_start = len(text) < LOOK_BACK_CHARS
    if place.uri == "" and "<?" not in text and "?>" not in text:
        return strings.look(place, language)  # part of another file, without the opening tag
    html, start = _html_or_code(text, is_start=is_start)
    if html is None:
        code = place.inside(Found(language=language, text=text[start:])) if start else place
        return strings.look(place, language, text=code)
    is_first = is_start and _OPENER.search(text) is None
    if is_first and "<?php".startswith(_SHEBANG.sub("", html).strip()):
        return None  # before the first tag, or on it
    return Found(language="html", text=html)


def _html_or_code(text: str, *, is_start: bool) -> tuple[str | None, int]:
    """The HTML in which the text ends, without the code in it; or None, and where the code begins.

    What a cut text begins in is shown by the first mark in it.
    """
    first_opener = _OPENER.search(text)
    closer = text.find("?>")
    if is_start:
        in_html = True
    elif first_opener is None and closer < 0:
        return None, 0
    else:
        in_html = closer < 0 or (first_opener is not None and first_opener.start() < closer)
    pieces: list[str] = []
    at = 0
    if not in_html:
        at, in_html = closer + 2, True  # the code before it may begin in a string
    while True:
        found = _OPENER.search(text, at)
        if found is None:
            return "".join([*pieces, text[at:]]), 0
        pieces.append(text[at : found.start()])
        at = end_of_closed(text, _CODE, PHP_HEREDOC, found.end())
        if not text.startswith("?>", at):
            return None, found.end()
        at += 2


def look_in_blade(place: Place, language: str) -> Found | None:
    """`language` is blade: HTML around PHP."""
    text = place.before(_BLADE_CHARS)
    code = _open_blade_tag(text)
    if code is None:
        code = _open_directive(text[-_DIRECTIVE_CHARS:])
    if code is None:
        code = _open_bound_attribute(text[-_COMPONENT_CHARS:])
    if code is not None:
        return Found(language="php", text=code, around=("html",))
    html, _ = _html_or_code(text, is_start=len(text) < _BLADE_CHARS or "?>" not in text)
    if html is None:
        return Found(language="php", text=text[text.rfind("<?") :], around=("html",))
    if _is_in_comment(text):
        return None
    return Found(language="html", without_tree=True)


def _is_in_comment(text: str) -> bool:
    return text.rfind("{{--") > text.rfind("--}}")


def _open_blade_tag(text: str) -> str | None:
    """The code in the tag that is open at the end."""
    if _is_in_comment(text):
        return None
    at, (opener, closer) = max((text.rfind(pair[0]), pair) for pair in _BLADE_TAGS[1:])
    if at < 0 or text[at - 1 : at] == "@":
        return None
    content = text[at + len(opener) :]
    if opener == "@php" and not content[:1].isspace():
        return None  # @php(…), or another word
    return None if closer in content else content


def _open_directive(text: str) -> str | None:
    """The arguments of the directive that is open at the end."""
    found = list(_DIRECTIVE.finditer(text))[-_MAX_DIRECTIVES:]
    for directive in reversed(found):
        if directive.group(1) in _AT_RULES:
            continue
        depth = 1
        for token in _IN_ARGUMENTS.finditer(text, directive.end()):
            depth += {"(": 1, ")": -1}.get(token.group(), 0)
            if not depth:
                break
        if depth:
            return text[directive.end() :]
    return None


def _open_bound_attribute(text: str) -> str | None:
    """The value of a component's `:attribute` that is open at the end."""
    at = max(text.rfind("<x-"), text.rfind("<x:"), text.rfind("<livewire:"))
    found = _COMPONENT.match(text, at) if at >= 0 else None
    if found is None or text[found.end() : found.end() + 1] not in ('"', "'"):
        return None
    bound = _BOUND.search(text, max(at, found.end() - 100), found.end())
    return text[found.end() + 1 :] if bound else None
