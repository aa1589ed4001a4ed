"""Regions of Markdown: fenced code. `markup` has its other blocks.

Owns CommonMark's rules of fences: what opens one, what closes it, and how an info string names a
language. Works from text alone: a fence needs nothing but its lines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from hotseat.languages.detect import normalise
from hotseat.languages.tables import ALIASES, EXTENSIONS, KNOWN
from hotseat.syntax.regions.markup import markdown_blocks
from hotseat.syntax.regions.markup.front_matter import in_front_matter
from hotseat.syntax.regions.place import LOOK_BACK_CHARS, Found, Place, last_places

HOSTS: frozenset[str] = frozenset({"markdown", "mdx"})

_FENCE = re.compile(
    r"^(?P<quotes>(?: {0,3}> ?)*)(?P<indent>[ \t]*)(?P<markers>(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*)"
    r"(?P<fence>`{3,}|~{3,}|:{3,})(?P<info>[^\n]*)$",
    re.MULTILINE,
)
_CONTAINER = re.compile(
    r"([ >]*)(?:(?:!!!|\?\?\?\+?|===[+!]*)[ \t]+[\w\"']|\[\^[^\]\n]+\]:|:[ \t]{1,3}\S)"
)
"""MkDocs' admonitions and tabs, footnotes, definitions: their text is indented by four."""
_CODE_DIRECTIVE = re.compile(r"[ \t]*\{?(?:code|code-block|code-cell|sourcecode)\}?[ \t]+[\w+#.-]")
_LIST_ITEM = re.compile(r"^[ >]*(?:[-*+]|\d{1,9}[.)])[ \t]+")
_NOT_QUOTED = re.compile(r"^(?! {0,3}>)", re.MULTILINE)
_INFO = re.compile(r"\{?\s*[.=]?(\{?[=]?[\w+#.-]+\}?)\s*([\w+#.-]*)")
_VERSION = re.compile(r"-?\d[\d.]*$")
_BLOCKS = (
    ("highlight", re.compile(r"\{%-?[ \t]*highlight[ \t]+([\w+#.-]+)[^%\n]*%\}"), "endhighlight"),
    (
        "highlight",
        re.compile(r"\{\{[<%][ \t]*highlight[ \t]+\"?([\w+#.-]+)[^>%\n]*[>%]\}\}"),
        "/highlight",
    ),
    (
        "lang",
        re.compile(
            r"<(?:code|pre)[^<>\n]{0,200}[ \"'](?:language|lang)-([\w+#.-]+)[^<>\n]{0,200}>"
            r"(?:<code>)?"
        ),
        "</code",
    ),
)
"""Code in blocks of Jekyll, Hugo and HTML: a word in what opens it, that, and what ends it."""
_DIRECTIVES = frozenset({"code", "code-block", "code-cell", "sourcecode"})
"""Of MyST: ```` ```{code-block} python ````."""
_INFO_WORDS = {
    "console": "shellscript",
    "ipython": "python",
    "ipython3": "python",
    "shell-session": "shellscript",
    "shellsession": "shellscript",
    "terminal": "shellscript",
}
_DIRECTIVE = "code"
"""In the text of every directive whose fences are colons."""
_LIST_CHARS = 2_000
_MAX_FENCES = 16
_NEAR_CHARS = 4_000
"""Enough, where there are many fences."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fence:
    char: str
    """Empty for one that began before the text that is looked at."""
    n_chars: int
    info: str
    n_quotes: int
    max_indent: int
    """Of the closing line."""
    end: int
    """Of the opening line in the text."""

    def is_closed_by(self, other: re.Match[str]) -> bool:
        quotes, indent, markers, fence, info = other.groups()
        if self.char and (fence[0] != self.char or len(fence) < self.n_chars):
            return False
        if markers or info.strip() or quotes.count(">") != self.n_quotes:
            return False
        return len(indent.expandtabs(4)) <= self.max_indent


def look(place: Place, language: str) -> Found | None:
    """`language` is markdown or mdx."""
    text = place.before(_NEAR_CHARS)
    lines = _fence_lines(text)
    if len(text) >= _NEAR_CHARS and len(lines) < _MAX_FENCES // 2:
        text = place.before(LOOK_BACK_CHARS)
        lines = _fence_lines(text)
    fence = _open_fence(text, lines, language)
    if fence is None:
        return in_front_matter(place) or _in_block(text) or markdown_blocks.look(place, language)
    if fence.end >= len(text):  # on its opening line
        return None
    inner = language_of_info(fence.info)
    if inner is None or _on_closing_line(place, fence):
        return None
    return Found(language=inner, text=text[fence.end + 1 :])


def _in_block(text: str) -> Found | None:
    """Code outside of fences, in a block that names its language."""
    for word, pattern, ending in _BLOCKS:
        opened = list(pattern.finditer(text)) if word in text else []
        if not opened or ending in text[opened[-1].end() :]:
            continue
        inner = language_of_info(opened[-1].group(1))
        if inner is not None:
            return Found(language=inner, text=text[opened[-1].end() :])
    return None


def language_of_info(info: str) -> str | None:
    """The language that the words after an opening fence name; None for none that is known."""
    found = _INFO.match(info.strip())
    if found is None:
        return None
    whole = ALIASES.get("-".join(info.lower().split()))  # "go sum", "Jupyter Notebook"
    if whole is not None and whole != "plaintext":
        return whole
    word = found.group(1).strip("{}").lower()
    if word in _DIRECTIVES:
        word = found.group(2).lower()
    word = word.strip(".")
    named = _INFO_WORDS.get(word) or normalise(word)
    if named not in KNOWN:  # ".rb", "c++17", "python3.11"
        named = EXTENSIONS.get(word) or normalise(_VERSION.sub("", word))
    if named not in KNOWN:
        return None
    return None if named == "plaintext" else named


def _open_fence(text: str, lines: list[re.Match[str]], language: str) -> _Fence | None:
    """The fence that is open at the end of the text.

    Where the text is cut, its beginning may be inside a fence: what makes better sense of the lines
    that follow is believed. A fence that opens inside another makes little.
    """
    fence, n_doubts = _walk(text, lines, None, language)
    if n_doubts and (len(text) >= _NEAR_CHARS or len(lines) >= _MAX_FENCES // 2):
        unseen = _Fence(char="", n_chars=3, info="", n_quotes=0, max_indent=3, end=0)
        other, n_other = _walk(text, lines, unseen, language)
        if n_other < n_doubts:
            return other
    return fence


def _fence_lines(text: str) -> list[re.Match[str]]:
    """The last lines that look like fences, from the top."""
    lines: list[re.Match[str]] = []
    line_start = len(text) + 1
    marks = ("```", "~~~", ":::") if _DIRECTIVE in text else ("```", "~~~")
    for at in last_places(text, marks, _MAX_FENCES):
        if at >= line_start:
            continue  # more of the same line
        line_start = text.rfind("\n", 0, at) + 1
        if (found := _FENCE.match(text, line_start)) is not None:
            lines.append(found)
    lines.reverse()
    return lines


def _walk(
    text: str, lines: list[re.Match[str]], fence: _Fence | None, language: str
) -> tuple[_Fence | None, int]:
    """The fence open at the end, and how often one with an info string stood inside another."""
    n_doubts = 0
    for found in lines:
        if fence is not None and fence.n_quotes and _quote_ended(text, fence, found.start()):
            fence = None
        if fence is None:
            fence = _opened_by(found, text, language)
        elif fence.is_closed_by(found):
            fence = None
        elif found["info"].strip() and found["fence"][0] == (fence.char or found["fence"][0]):
            n_doubts += len(found["fence"]) >= fence.n_chars
    if fence is not None and fence.n_quotes and _quote_ended(text, fence, len(text)):
        fence = None
    return fence, n_doubts


def _opened_by(found: re.Match[str], text: str, language: str) -> _Fence | None:
    fence, info = found["fence"], found["info"]
    if fence[0] == "`" and "`" in info:
        return None  # a span of code, in a line that begins with it
    if fence[0] == ":" and _CODE_DIRECTIVE.match(info) is None:
        return None  # a directive that holds Markdown
    indent = _indent(found)
    offset = len(found["markers"])
    if language == "mdx":
        offset += indent  # which has no indented blocks of code
    elif indent >= 2 and not offset:
        offset = _list_offset(text, found.start(), indent)
        if indent >= 4 and not offset:
            return None  # an indented block of code, that shows a fence
    return _Fence(
        char=fence[0],
        n_chars=len(fence),
        info=info,
        n_quotes=found["quotes"].count(">"),
        max_indent=offset + 3,
        end=found.end(),
    )


def _quote_ended(text: str, fence: _Fence, end: int) -> bool:
    """A fence in a quotation ends with it."""
    return fence.end + 1 < end and _NOT_QUOTED.search(text, fence.end + 1, end) is not None


def _indent(line: re.Match[str]) -> int:
    return len(line["indent"].expandtabs(4))


def _list_offset(text: str, line_start: int, indent: int) -> int:
    """How far the text of a list's item is indented that a line belongs to; 0 for none."""
    above = text[max(0, line_start - _LIST_CHARS) : line_start].split("\n")
    for line in reversed(above[:-1]):
        begin = _beginning_of_item(line)
        if begin:
            offset = len(begin.expandtabs(4))
            if indent - 3 <= offset <= indent:
                return offset
        elif line.strip() and not line[0].isspace():
            return 0
    return 0


def _beginning_of_item(line: str) -> str:
    """What the text of a list's item, or of a container, is indented by; empty for no such line."""
    if found := _LIST_ITEM.match(line):
        return found.group()
    found = _CONTAINER.match(line)
    return found.group(1) + " " * 4 if found else ""


def _on_closing_line(place: Place, fence: _Fence) -> bool:
    """Within the characters that close the fence, or after them; before them counts as inside."""
    before = place.line_before()
    found = _FENCE.match(before + place.line_after())
    if found is None or not fence.is_closed_by(found):
        return False
    return len(before) > found.start("fence")
