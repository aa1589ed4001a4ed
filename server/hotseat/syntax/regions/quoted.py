"""String literals found by text alone: the one that is still open at the end of a piece of code.

Owns how each language writes strings and comments, as far as that takes. For where there is no
tree, and for what is being typed and does not parse. For each language there is one pattern of
whole code, strings and comments: where it ends, something is open, or a string that holds code.
Its parts never give back what they took, so it takes linear time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
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
_SLASH = rf"{_REGEX}/|(?!{_REGEX}\\?\Z)/(?![/*])"
_HEREDOC = r"<<(?:[~-][\"'`]?(?=[A-Za-z_])|[\"'`]?(?=[A-Z_]))"


def _whole(*parts: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(parts)})*+", re.DOTALL)


_RUBY = (
    r"#[^\n]*+(?=\n)",
    _SLASH,
    rf"(?!{_HEREDOC})<",
    r"%[qQwWiIxr]\((?:[^()\\]++|\\.|\([^()]*+\))*+\)",
    r"%[qQwWiIxr]\{(?:[^{}\\]++|\\.|\{[^{}]*+\})*+\}",
    r"%[qQwWiIxr]\[(?:[^\[\]\\]++|\\.)*+\]",
    r"%(?![qQwWiIxr][({\[])",
    r'"(?:[^"\\#]++|\\.|#(?!\{))*+"',
    r"'(?:[^'\\]++|\\.)*+'",
    r"`(?:[^`\\#]++|\\.|#(?!\{))*+`",
)
_JAVASCRIPT = (
    _LINE_COMMENT,
    _BLOCK_COMMENT,
    _SLASH,
    _DOUBLE,
    _SINGLE,
    r"`(?:[^`\\$]++|\\.|\$(?!\{))*+`",
)
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
    "ruby": _whole(r"[^\"'`/#<%]++", *_RUBY),
    **dict.fromkeys(JAVASCRIPTS, _whole(r"[^\"'`/]++", *_JAVASCRIPT)),
    **quoted_patterns.WHOLE,
}
LANGUAGES: frozenset[str] = frozenset(_WHOLE)
"""Languages whose strings are found by text."""
_OPENER = re.compile(r"\"\"\"|'''|[\"'`]|/(?![/*])|%[qQwWiIxr][({\[]")
_PREFIXES = {
    "python": re.compile(r"(?<!\w)[rRbBuUfFtT]{1,2}\Z"),
    **quoted_patterns.PREFIXES,
}
_MAX_PREFIX_CHARS = 12
_HEREDOC_OPENER = re.compile(rf"{_HEREDOC}(\w++)[\"'`]?")
_HEREDOC_NAME = re.compile(r"<<<[ \t]*[\"']?(\w+)")
_CLOSERS = {"(": ")", "{": "}", "[": "]"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Interpolation:
    """How a language writes code in a string, which may hold strings that hold code again."""

    text: Mapping[str, re.Pattern[str]]
    """What a string holds up to such code, by its quote."""
    opener: str
    code: re.Pattern[str]
    """Whole code between braces."""


_INTERPOLATIONS: dict[str, _Interpolation] = {
    "ruby": _Interpolation(
        text={
            '"': re.compile(r'(?:[^"\\#]++|\\.|#(?!\{))*+', re.DOTALL),
            "`": re.compile(r"(?:[^`\\#]++|\\.|#(?!\{))*+", re.DOTALL),
        },
        opener="#{",
        code=_whole(r"[^\"'`/#<%{}]++", *_RUBY),
    ),
    **dict.fromkeys(
        JAVASCRIPTS,
        _Interpolation(
            text={"`": re.compile(r"(?:[^`\\$]++|\\.|\$(?!\{))*+", re.DOTALL)},
            opener="${",
            code=_whole(r"[^\"'`/{}]++", *_JAVASCRIPT),
        ),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """A literal that is open: where it begins, and its content."""

    start: int
    content_start: int
    opener: str
    closer: str


def open_literal(text: str, language: str) -> Open | None:
    """The innermost string that the end of `text` is in; None in code and in comments.

    `text` should begin outside of strings.
    """
    inner = _INTERPOLATIONS.get(language)
    if inner is None:
        heredoc = quoted_patterns.HEREDOCS.get(language)
        at = quoted_patterns.end_of_closed(text, _WHOLE[language], heredoc)
        return _plain(text, at, language)
    around: list[int] = []  # where the strings begin in whose code `at` is
    n_braces: list[int] = []  # that are open in that code, for each of them
    at = 0
    while True:
        at = _end(inner.code if around else _WHOLE[language], text, at)
        char, start = text[at : at + 1], -1
        if char == "<":
            literal, at = _after_heredocs(text, at)
            if literal is not None or at < 0:
                return literal
        elif char == "{" and around:
            n_braces[-1] += 1
            at += 1
        elif char == "}" and around:
            n_braces[-1] -= 1
            at += 1
            if n_braces[-1] < 0:
                start = around.pop()
                n_braces.pop()
        elif char in inner.text:
            start, at = at, at + 1
        else:
            return _plain(text, at, language)
        if start < 0:
            continue
        quote = text[start]
        at = _end(inner.text[quote], text, at)
        if text.startswith(inner.opener, at):
            around.append(start)
            n_braces.append(0)
            at += len(inner.opener)
        elif text.startswith(quote, at):
            at += 1
        else:
            return Open(start=start, content_start=start + 1, opener=quote, closer=quote)


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


def _plain(text: str, at: int, language: str) -> Open | None:
    """The string that begins where whole code ends."""
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
    """PHP's: its content begins in the next line."""
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


def heredocs_of(line: str) -> list[re.Match[str]]:
    """What opens Ruby's heredocs in a line, each with the name as group 1."""
    return list(_HEREDOC_OPENER.finditer(line))


def _after_heredocs(text: str, at: int) -> tuple[Open | None, int]:
    """The open one of the heredocs that begin in the line, first at `at`; or where all have ended.

    -1 on the line itself. Their contents follow each other in the next lines.
    """
    line_end = text.find("\n", at)
    if line_end < 0:
        return None, -1
    content_start = line_end + 1
    for found in _HEREDOC_OPENER.finditer(text, at, line_end):
        name = found.group(1)
        last_line = re.compile(rf"^[ \t]*{name}$", re.MULTILINE).search(text, content_start)
        if last_line is None:
            literal = Open(
                start=found.start(),
                content_start=content_start,
                opener=found.group(),
                closer=f"\n{name}",
            )
            return literal, -1
        content_start = last_line.end()
        at = last_line.end()
        content_start += text.startswith("\n", content_start)
    return None, at
