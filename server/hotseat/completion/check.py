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
from hotseat.completion.fragment import Region, Window, is_known
from hotseat.completion.scan import CLOSER_OF, Token, scan
from hotseat.languages.places import Place

if TYPE_CHECKING:
    from tree_sitter import Language

MAX_PARSES = 24
_UNSURE = frozenset({"sql", "html", "vue", "svelte", "yaml", "markdown"})
"""Their grammars take honest text for errors, or anything for sound."""


def fitting(
    text: str,
    prefix: str,
    suffix: str,
    language: str | None,
    grammar: Language | None,
    *,
    place: Place | None = None,
    region: Region = Region.FILE,
    expired: Callable[[], bool] = lambda: False,
) -> str:
    """The most of `text` with which the code parses no worse than without; empty for none.

    `prefix` and `suffix` are the text around the cursor, more of it than a prompt holds where there
    is more. `expired()` turning True ends the search: what was not found by then is nothing.
    """
    is_unsure = language in _UNSURE or place is Place.COMMENT or not is_known(prefix, region)
    if not text.strip() or grammar is None or is_unsure:
        return text
    window = Window(
        prefix,
        suffix,
        language,
        grammar,
        region=region,
        in_string=place is Place.STRING,
        expired=expired,
    )
    if window.n_errors_with(text) == 0:
        return text
    window.settle()
    tried = {""}
    for candidate in _candidates(text, prefix, language):
        if candidate in tried:
            continue
        if expired() or len(tried) > MAX_PARSES:
            break
        tried.add(candidate)
        if window.takes(candidate):
            return candidate
    return ""


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
    ends += [token.start for token in found.unopened]
    for begin, end in found.gaps(len(lines[0])):
        ends += [met.start() for met in _OPERATOR.finditer(lines[0], begin, end)]
    is_header = language in COLON_LANGUAGES and bool(_HEADER.match(lines[0]))
    for end in (len(lines[0]), *sorted(ends, reverse=True)):
        if left := lines[0][:end].rstrip():
            yield left
            yield _closed(left, line, language)
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
    closing, own_line = "", -1
    for token in reversed(found.opened):
        behind = text[token.end :]
        line_n = text.count("\n", 0, token.start)
        ends_line = behind.lstrip(" \t").startswith("\n")
        if line_n != own_line and (ends_line or ("\n" in behind and text.endswith((",", ";")))):
            closing += "\n" + _indent_of(text, token, line)
            own_line = line_n
        closing += CLOSER_OF[token.char]
    return text + closing


def _indent_of(text: str, token: Token, line: str) -> str:
    begin = text.rfind("\n", 0, token.start) + 1
    whole = text[begin : token.start] if begin else line + text
    return whole[: len(whole) - len(whole.lstrip())]
