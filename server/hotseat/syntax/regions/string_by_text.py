"""The string literal around the cursor, found by text: where there is no tree, or a broken one.

Owns how much text is looked at, and what is done where it may begin inside of a string. What a
string holds is `contents`' business.
"""

from __future__ import annotations

import re

from hotseat.syntax.regions import literal_signs, quoted_patterns
from hotseat.syntax.regions.contents import (
    BEFORE_CHARS,
    CONTENT_CHARS,
    JAVASCRIPTS,
    Literal,
    language_of_literal,
)
from hotseat.syntax.regions.marks import TAG_CHARS
from hotseat.syntax.regions.place import Found, Place
from hotseat.syntax.regions.quoted import Open, open_literal

TEXT_CHARS = 3_000
_MANY_LINE_QUOTES = {
    "go": ("`",),
    "java": ('"""',),
    "python": ('"""', "'''"),
    **dict.fromkeys(JAVASCRIPTS, ("`",)),
    **quoted_patterns.MANY_LINES,
}
_PIECE_BEFORE = {
    True: re.compile(r"([\"'])((?:[^\"'\\\n]|\\.)*)\1\s*(?:[+\\]\s*)?[rRbBuUfF]{0,2}\Z"),
    False: re.compile(r"([\"'`])((?:[^\"'`\\\n]|\\.)*)\1\s*[+.]\s*[$@]*\Z"),
}
_MAX_PIECES = 12
_NO_PATTERN = ("/", "*", ">")
"""After a slash these make it a remark, or the end of a tag."""
_DOCSTRING = re.compile(r"[\w)\]]:\s*\n[ \t]*\Z")
_JOIN_BY_SPACE = frozenset({"dart", "python", "ruby"})
_SPANS_LINES = frozenset({"ruby"}) | quoted_patterns.SPANS_LINES


def look(place: Place, language: str) -> Found | None:
    """`language` is one that `quoted` knows."""
    text = place.before(TEXT_CHARS)
    if len(text) < TEXT_CHARS:
        return _region_in(text, place, language)
    text = text.partition("\n")[2]
    if not text:
        return None  # nothing shows whether a line as long as this began in a string
    found = _region_in(text, place, language)
    if found is None:
        # The text may have begun inside of a string of many lines.
        quotes = _MANY_LINE_QUOTES.get(language, ())
        ends = [at + len(quote) for quote in quotes if (at := text.find(quote)) >= 0]
        if ends:
            found = _region_in(text[min(ends) :], place, language)
            if found is not None and found.language == "regex":
                return None  # by a slash alone, in what is a string as far as the text shows
    return found


def _region_in(text: str, place: Place, language: str) -> Found | None:
    """What the string holds in which `text` ends, if it begins outside of strings."""
    found = open_literal(text, language)
    if found is None:
        return None
    inside = text[found.content_start :]
    if found.opener == "/" and not inside and place.after(1) in _NO_PATTERN:
        return None
    if _in_interpolation(inside, found, language):
        return None
    after = place.after(CONTENT_CHARS)
    content = (inside + _up_to(after, found, language))[:CONTENT_CHARS]
    if literal_signs.is_regex_by_rest(after.partition(found.closer)[2], language):
        return Found(language="regex", text=inside)
    before = text[max(0, found.start - TAG_CHARS) : found.start]
    if found.closer in ('"', "'"):
        before, content = _with_pieces_before(before, content, language)
    if found.opener != "`" or not before.endswith((")", ">")):
        before = before[-BEFORE_CHARS:]
    if found.opener.startswith("<<"):
        before = before.rpartition("\n")[2]
        if (place.line_before() + place.line_after()).strip() == found.closer.strip():
            return None  # on a heredoc's last line
    if language == "python" and _DOCSTRING.search(before):
        return None
    literal = Literal(opener=found.opener, before=before, call=before, content=content)
    inner = language_of_literal(literal, language)
    return Found(language=inner, text=inside) if inner else None


def _up_to(after: str, found: Open, language: str) -> str:
    """The rest of the literal."""
    if found.closer in ('"', "'", "/") and language not in _SPANS_LINES:
        after = after.partition("\n")[0]
    return after.partition(found.closer)[0]


def _in_interpolation(inside: str, found: Open, language: str) -> bool:
    """Within a heredoc's `#{}` or an f-string's `{}`, which is code of the host again."""
    if language == "ruby":
        marks = ("#{", "}") if found.closer != "'" else None
    elif language == "python" and "f" in found.opener.lower():
        inside, marks = inside.replace("{{", "").replace("}}", ""), ("{", "}")
    else:
        return quoted_patterns.is_open_code(inside, found.opener, language)
    return marks is not None and inside.rfind(marks[0]) > inside.rfind(marks[1])


def _with_pieces_before(before: str, content: str, language: str) -> tuple[str, str]:
    """Take in the strings that this one is joined to, by `+` or by following them."""
    piece = _PIECE_BEFORE[language in _JOIN_BY_SPACE]
    for _ in range(_MAX_PIECES):
        if not before.rstrip().rstrip("$@").rstrip().endswith(("+", ".", "\\", '"', "'", "`")):
            break
        found = piece.search(before)
        if found is None:
            break
        before, content = before[: found.start()], found.group(2) + content
    return before, content
