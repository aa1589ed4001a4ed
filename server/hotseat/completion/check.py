"""Whether a suggestion fits the syntax around it, and what of it does.

Owns the repair: what a model left open is closed, what does not parse is trimmed back line by
line, and what cannot be saved is nothing. Parses a window of text around the cursor, so the time
it takes does not grow with the document; it is for the end of a stream, not for every token.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from hotseat.completion.extent import COLON_LANGUAGES, is_comment
from hotseat.completion.scan import CLOSER_OF, Token, scan
from hotseat.languages.errors import n_errors
from hotseat.languages.places import Place

if TYPE_CHECKING:
    from tree_sitter import Language, Tree

MAX_BEFORE_CHARS = 4000
MAX_AFTER_CHARS = 2000
MAX_PARSES = 24
_PLACEHOLDER = "x"
"""What a person could write almost anywhere: what parses badly with it does so without us."""
_UNSURE = frozenset({"sql", "html", "vue", "svelte", "yaml", "markdown"})
"""Their grammars take honest text for errors, or anything for sound."""
_TOP = re.compile(r"[^\W\d]|[@/#]")
_REGION = re.compile(r"<(/?)(?:script|style)\b[^<>]*>", re.IGNORECASE)


def fitting(
    text: str,
    prefix: str,
    suffix: str,
    language: str | None,
    grammar: Language | None,
    *,
    place: Place | None = None,
    is_region: bool = False,
    expired: Callable[[], bool] = lambda: False,
) -> str:
    """The most of `text` with which the code parses no worse than without; empty for none.

    `prefix` and `suffix` are the text around the cursor, more of it than a prompt holds where there
    is more; `is_region`: they may hold the ends of a `<script>` that the cursor is in. `expired()`
    turning True ends the search: what was not found by then is nothing.
    """
    is_unsure = grammar is None or language in _UNSURE or place is Place.COMMENT
    if not text.strip() or grammar is None or is_unsure:
        return text
    window = _Window(prefix, suffix, grammar, is_region=is_region)
    if window.n_errors_with(text) == 0:
        return text
    most = window.n_unavoidable()
    tried = {""}
    for candidate in _candidates(text, prefix, language):
        if candidate in tried:
            continue
        if expired() or len(tried) > MAX_PARSES:
            break
        tried.add(candidate)
        if window.n_errors_with(candidate) <= most:
            return candidate
    return ""


class _Window:
    """The text around the cursor that is parsed, once; with a suggestion in it, only anew where
    that makes a difference."""

    def __init__(self, prefix: str, suffix: str, grammar: Language, *, is_region: bool) -> None:
        from tree_sitter import Parser

        if is_region:
            prefix, suffix = _inside_region(prefix, suffix)
        self._before = _bytes(_tail(prefix))
        self._after = _bytes(_head(suffix))
        self._parser = Parser(grammar)
        self._start = len(self._before)
        self._point = _point_behind(self._before)
        self._tree: Tree | None = None

    def n_errors_with(self, text: str) -> int:
        inserted = _bytes(text)
        data = self._before + inserted + self._after
        if self._tree is None:
            self._tree = self._parser.parse(data)
            self._end, self._end_point = (
                self._start + len(inserted),
                _point_behind(self._before + inserted),
            )
            return n_errors(self._tree.root_node)
        end, end_point = self._start + len(inserted), _point_behind(self._before + inserted)
        old = self._tree.copy()
        old.edit(self._start, self._end, end, self._point, self._end_point, end_point)
        return n_errors(self._parser.parse(data, old).root_node)

    def n_unavoidable(self) -> int:
        """Errors that are there whatever is suggested."""
        return min(self.n_errors_with(""), self.n_errors_with(_PLACEHOLDER))


def _candidates(text: str, prefix: str, language: str | None) -> Iterator[str]:
    """What could be left of `text`, the most first, each also with its brackets closed."""
    line = prefix[prefix.rfind("\n") + 1 :]
    lines = text.split("\n")
    for n in range(len(lines), 0, -1):
        last = lines[n - 1]
        if not last.strip() or (n > 1 and is_comment(last, language)):
            continue
        left = "\n".join(lines[:n]).rstrip()
        yield left
        yield _closed(left, line, language)
    found = scan(lines[0], language)
    ends = [t.start for t in found.tokens if t.depth == 0 and t.kind in _PARTS]
    for begin, end in found.gaps(len(lines[0])):
        ends += [met.start() for met in _OPERATOR.finditer(lines[0], begin, end)]
    is_header = language in COLON_LANGUAGES and bool(_HEADER.match(lines[0]))
    for end in (len(lines[0]), *sorted(ends, reverse=True)):
        if left := lines[0][:end].rstrip():
            yield left
            if is_header:
                yield f"{left}:"


_HEADER = re.compile(r"(?:async\s+)?(?:if|for|while|with|def|class|elif|except|match|case)\b")
_PARTS = ("open", "close", "unclosed", "comment")
_OPERATOR = re.compile(r"[-+*/%|&^<>=!?:,;]+|\b(?:and|or|if|else|in|is|not|as)\b")


def _closed(text: str, line: str, language: str | None) -> str:
    """`text` with what it leaves open closed, below the line that opened it if that ended there."""
    found = scan(text, language, final=False)
    if found.quote:
        if len(found.quote) > 1 or found.quote == "`":
            return text
        text += found.quote
        found = scan(text, language)
    closing = ""
    for token in reversed(found.opened):
        is_above = "\n" in text[token.end :]
        ends_line = text[token.end :].lstrip(" \t").startswith("\n")
        if ends_line or (is_above and text.endswith((",", ";"))):
            closing += "\n" + _indent_of(text, token, line)
        closing += CLOSER_OF[token.char]
    return text + closing


def _indent_of(text: str, token: Token, line: str) -> str:
    begin = text.rfind("\n", 0, token.start) + 1
    whole = text[begin : token.start] if begin else line + text
    return whole[: len(whole) - len(whole.lstrip())]


def _tail(prefix: str) -> str:
    """The end of `prefix`, from where something begins if that can be told."""
    if len(prefix) <= MAX_BEFORE_CHARS:
        return prefix
    lines = prefix[-MAX_BEFORE_CHARS:].split("\n")[1:]
    starts = [i for i, line in enumerate(lines[:-1]) if _TOP.match(line)]
    after_blank = [i for i in starts if i > 0 and not lines[i - 1].strip()]
    begin = next(iter(after_blank or starts), 0)
    return "\n".join(lines[begin:])


def _head(suffix: str) -> str:
    """The beginning of `suffix`, to where something ends if that can be told."""
    if len(suffix) <= MAX_AFTER_CHARS:
        return suffix
    lines = suffix[:MAX_AFTER_CHARS].split("\n")[:-1]
    ends = [i for i, line in enumerate(lines) if i > 0 and _TOP.match(line)]
    return "\n".join(lines[: ends[-1]]) + "\n" if ends else "\n".join(lines)


def _inside_region(prefix: str, suffix: str) -> tuple[str, str]:
    opening = None
    for found in _REGION.finditer(prefix):
        opening = found
    if opening is not None and not opening.group(1):
        prefix = prefix[opening.end() :]
    closing = next((found for found in _REGION.finditer(suffix) if found.group(1)), None)
    return prefix, suffix[: closing.start()] if closing else suffix


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _point_behind(data: bytes) -> tuple[int, int]:
    """Row and column, in bytes, of the end."""
    return data.count(b"\n"), len(data) - data.rfind(b"\n") - 1
