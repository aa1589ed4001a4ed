"""String literals found by text alone: the one that is still open at the end of a piece of code.

Owns how each language writes strings and comments, as far as that takes. For where there is no
tree, and for what is being typed and does not parse. For each language there is one pattern of
whole code, strings and comments: where it ends, something is open. Its parts never give back what
they took, so it takes linear time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from hotseat.syntax.regions import quoted_patterns
from hotseat.syntax.regions.contents import JAVASCRIPTS

_BLOCK_COMMENT = r"/\*(?:[^*]++|\*(?!/))*+\*/"
_LINE_COMMENT = r"//[^\n]*+\n"
_DOUBLE = r'"(?:[^"\\\n]++|\\.)*+["\n]'  # a newline ends what was never closed
_SINGLE = r"'(?:[^'\\\n]++|\\.)*+['\n]"
_TRIPLE_DOUBLE = r'"""(?:[^"\\]++|\\.|"(?!""))*+"""'
_TRIPLE_SINGLE = r"'''(?:[^'\\]++|\\.|'(?!''))*+'''"
# A slash begins a regular expression after one of these, if no space follows; else it divides.
_REGEX = r"(?<=[(,=:\[!&|?{};+~\s])/(?![/*\s>])(?:[^/\\\n\[]++|\\.|\[(?:[^\]\\\n]++|\\.)*+\]?)*+"
_SLASH = rf"{_REGEX}/|(?!{_REGEX}\Z)/(?![/*])"
_HEREDOC = r"<<(?:[~-][\"'`]?(?=[A-Za-z_])|[\"'`]?(?=[A-Z_]))"


def _whole(*parts: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(parts)})*+", re.DOTALL)


_WHOLE: dict[str, re.Pattern[str]] = {
    "python": _whole(
        r"[^\"'#]++",
        r"#[^\n]*+\n",
        _TRIPLE_DOUBLE,
        _TRIPLE_SINGLE,
        rf'(?!""(?:"|\Z)){_DOUBLE}',
        rf"(?!''(?:'|\Z)){_SINGLE}",
        r"(?:\"\"|'')\Z",
    ),
    "go": _whole(
        r"[^\"'`/]++", _LINE_COMMENT, _BLOCK_COMMENT, r"/(?![/*])", _DOUBLE, _SINGLE, r"`[^`]*+`"
    ),
    "java": _whole(
        r"[^\"'/]++",
        _LINE_COMMENT,
        _BLOCK_COMMENT,
        r"/(?![/*])",
        _TRIPLE_DOUBLE,
        rf'(?!""(?:"|\Z)){_DOUBLE}',
        r'""\Z',
        _SINGLE,
    ),
    "ruby": _whole(
        r"[^\"'`/#<%]++",
        r"#[^\n]*+(?=\n)",
        _SLASH,
        rf"(?!{_HEREDOC})<",
        rf"{_HEREDOC}(?P<name>\w++)[^\n]*+\n(?:(?![ \t]*+(?P=name)(?:\n|\Z))[^\n]*+\n)*+"
        r"[ \t]*+(?P=name)(?=\n|\Z)",
        r"%[qQwWiIxr]\((?:[^()\\]++|\\.|\([^()]*+\))*+\)",
        r"%[qQwWiIxr]\{(?:[^{}\\]++|\\.|\{[^{}]*+\})*+\}",
        r"%[qQwWiIxr]\[(?:[^\[\]\\]++|\\.)*+\]",
        r"%(?![qQwWiIxr][({\[])",
        r'"(?:[^"\\]++|\\.)*+"',
        r"'(?:[^'\\]++|\\.)*+'",
        r"`(?:[^`\\]++|\\.)*+`",
    ),
    **dict.fromkeys(
        JAVASCRIPTS,
        _whole(
            r"[^\"'`/]++",
            _LINE_COMMENT,
            _BLOCK_COMMENT,
            _SLASH,
            _DOUBLE,
            _SINGLE,
            r"`(?:[^`\\]++|\\.)*+`",
        ),
    ),
    **quoted_patterns.WHOLE,
}
LANGUAGES: frozenset[str] = frozenset(_WHOLE)
"""Languages whose strings are found by text."""
_OPENER = re.compile(
    rf"\"\"\"|'''|[\"'`]|/(?![/*])|{_HEREDOC}\w+[\"'`]?"
    r"|%[qQwWiIxr][({\[]"
)
_PREFIXES = {
    "python": re.compile(r"(?<!\w)[rRbBuUfFtT]{1,2}\Z"),
    **quoted_patterns.PREFIXES,
}
_MAX_PREFIX_CHARS = 12
_HEREDOC_NAME = re.compile(r"<<[<~-]?[ \t]*[\"'`]?(\w+)")
_CLOSERS = {"(": ")", "{": "}", "[": "]"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """A literal that is open: where it begins, and its content."""

    start: int
    content_start: int
    opener: str
    closer: str


def open_literal(text: str, language: str) -> Open | None:
    """The string that the end of `text` is in; None in code and in comments.

    `text` should begin outside of strings.
    """
    at = quoted_patterns.end_of_closed(
        text, _WHOLE[language], quoted_patterns.HEREDOCS.get(language)
    )
    found = quoted_patterns.OPENERS.get(language, _OPENER).match(text, at)
    if found is None:  # the end, or a comment
        return None
    start, opener = found.start(), found.group()
    if opener.startswith("<<"):
        return _heredoc(text, found)
    prefixes = _PREFIXES.get(language)
    prefix = prefixes and prefixes.search(text, max(0, start - _MAX_PREFIX_CHARS), start)
    if prefix:
        start, opener = prefix.start(), prefix.group() + opener
    closer = opener[-1] if opener[0] == "%" else quoted_patterns.closer_of(opener)
    return Open(
        start=start,
        content_start=found.end(),
        opener=opener,
        closer=_CLOSERS.get(closer, closer),
    )


def _heredoc(text: str, found: re.Match[str]) -> Open | None:
    """Its content begins in the next line."""
    name = _HEREDOC_NAME.match(found.group())
    line_end = text.find("\n", found.end())
    if name is None or line_end < 0:
        return None
    return Open(
        start=found.start(),
        content_start=line_end + 1,
        opener=found.group(),
        closer=f"\n{name.group(1)}",
    )
