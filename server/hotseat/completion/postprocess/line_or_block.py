"""How much to suggest at a cursor: nothing, a line, or a block.

A *line* goes on while the brackets that it opens are open, so it may be a whole statement of
several lines; a *block* is the body that is missing after a header. Decides from the text around
the cursor and, if a syntax tree is known, from the kind of text that the cursor is in.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from typing import Literal

from hotseat.completion.postprocess.bracket_scanner import open_quote, scan
from hotseat.domain.syntax import Place
from hotseat.languages.comments import line_comment
from hotseat.languages.profile import BlockStyle
from hotseat.languages.profiles import profile_of

_PROSE = frozenset(
    {"asciidoc", "git-commit", "latex", "markdown", "mdx", "plaintext", "restructuredtext", "tex"}
)
_TAB_WIDTH = 4
_HEADER_LINES = 30
_CLOSES = re.compile(r"[)\]}]")
_OPENERS = ("{", "(", "[", "=>", "->")
_OPENING_WORDS = re.compile(r"(?:^|\s)(?:then|do|else|begin|repeat)(?:\s*\|[^|]*\|)?$")
_WORD_HEADER = re.compile(r"^\s*(?:def|class|module|if|unless|while|until|case|function)\b")


_DECIMALS = re.compile(r"\d\0\.\d|\d\.\0\d")
"""A number with its decimals, and the cursor at its point."""


class LineOrBlock(StrEnum):
    NOTHING = "nothing"
    LINE = "line"
    BLOCK = "block"


Mode = Literal["line", "block"]
"""How much a model is asked for, if it is asked at all."""


def mode_of(length: LineOrBlock | Mode) -> Mode:
    """Return how much a model is asked for where `length` is suggested."""
    return "block" if length == LineOrBlock.BLOCK else "line"


def line_or_block_at(
    prefix: str, suffix: str, language: str | None, place: Place | None = None
) -> LineOrBlock:
    """Return how much to suggest between `prefix` and `suffix`.

    `place` is the kind of text that the cursor is in, if a syntax tree says so (`place_at`).
    """
    rest, _, following = suffix.partition("\n")
    if _is_in_name(prefix, rest, language):
        return LineOrBlock.NOTHING  # in the middle of a name
    current = prefix[prefix.rfind("\n") + 1 :]
    if rest.strip() or place in (Place.COMMENT, Place.STRING) or is_comment(current, language):
        return LineOrBlock.LINE
    if place is None and open_quote(current, language):
        return LineOrBlock.LINE
    header = current
    if not current.strip():
        before = prefix.rstrip()
        header = before[before.rfind("\n") + 1 :]
    if not opens(header, language):
        return LineOrBlock.LINE
    header = statement_line(prefix.rstrip(), language)
    next_line = first_line(following)
    has_body = bool(next_line) and indent_width(next_line) > indent_width(header)
    if not current.strip() and indent_width(current) <= indent_width(header):
        return LineOrBlock.LINE
    return LineOrBlock.LINE if has_body else LineOrBlock.BLOCK


def statement_line(prefix: str, language: str | None) -> str:
    """Return the line in which the brackets are opened that the last line of `prefix` closes.

    It is the last line itself mostly; a header may have several lines.
    """
    line = prefix[prefix.rfind("\n") + 1 :]
    if not _CLOSES.search(line) or not scan(line, language).unopened:
        return line
    begin = len(prefix)
    for _ in range(_HEADER_LINES):
        begin = prefix.rfind("\n", 0, max(0, begin))
        if not scan(prefix[begin + 1 :], language).unopened:
            break
        if begin < 0:
            return line
    return prefix[begin + 1 :].partition("\n")[0]


def opens(line: str, language: str | None) -> bool:
    """Return whether the line is a header, so that a body belongs below it."""
    bare = line.rstrip()
    return not is_comment(line, language) and (
        bare.endswith(_OPENERS) or opens_by_word(line, language)
    )


def opens_by_word(line: str, language: str | None) -> bool:
    """Return whether the line is a header without a bracket, whose body ends by its indentation or
    with a word."""
    bare = line.rstrip()
    if is_comment(line, language):
        return False
    if bare.endswith(":"):
        return profile_of(language).blocks is BlockStyle.INDENTATION
    if profile_of(language).blocks is BlockStyle.END_KEYWORD:
        return bool(_OPENING_WORDS.search(bare) or _WORD_HEADER.match(bare))
    return False


def is_comment(line: str, language: str | None) -> bool:
    """Return whether the line is a comment of the language."""
    token = line_comment(language)
    return token is not None and line.lstrip().startswith(token)


def has_code(language: str | None) -> bool:
    """Return whether texts of the language are mostly code, and not prose."""
    return language not in _PROSE and language is not None


def first_line(text: str) -> str:
    """Return the first line that is not blank, without its ending."""
    return next((line for line in text.split("\n", 20)[:20] if line.strip()), "").rstrip()


def indent_width(line: str) -> int:
    """Return the width of the white space at the beginning of a line."""
    expanded = line.expandtabs(_TAB_WIDTH)
    return len(expanded) - len(expanded.lstrip())


def indent_of(line: str) -> str:
    """Return the white space at the beginning of a line."""
    return line[: len(line) - len(line.lstrip())]


def _is_in_name(prefix: str, rest: str, language: str | None) -> bool:
    """Return whether the cursor is inside a name or a number."""
    after = rest[:1]
    if profile_of(language).names_have_hyphens:
        if prefix[-1:] == "-" and is_name(after):
            return is_name(prefix[-2:-1]) or prefix[-2:-1] in ("-", ".", "#", "")
        if after == "-" and is_name(prefix[-1:]) and is_name(rest[1:2]):
            return True
    if prefix[-1:] == "$" and is_name(after):
        return True
    if is_name(prefix[-1:]) and is_name(after):
        return True
    return _DECIMALS.search(f"{prefix[-2:]}\0{rest[:2]}") is not None


def is_name(char: str) -> bool:
    """Return whether the character may be part of a name: marks on letters are."""
    if not char:
        return False
    return char == "_" or char.isalnum() or unicodedata.category(char)[0] == "M"
