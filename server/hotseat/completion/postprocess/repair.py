"""What could be made of a suggestion that does not parse, the longest first.

Owns the repairs. Parses nothing: `syntax_check.py` tries one after the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from hotseat.completion.postprocess.bracket_scanner import CLOSER_OF, Token, scan
from hotseat.completion.postprocess.line_or_block import indent_of, is_comment
from hotseat.completion.postprocess.trailing_space import ended_before, splits_word
from hotseat.languages.profile import BlockStyle
from hotseat.languages.profiles import profile_of

_HEADER = re.compile(
    r"(?:\}\s*)?(?:async\s+|export\s+)?(?:if|for|while|with|def|class|elif|except|match|case|switch"
    r"|else|try|catch|func|function|fn|impl)\b"
)
_OPERATOR = re.compile(r"[-+*/%|&^<>=!?:,;]+|\b(?:and|or|if|else|in|is|not|as)\b")
_MAX_DEPTH = 2
_LONE_NAME = re.compile(r"\w+$")
_AFTER_WORDS = (" ", ",", "!", ":", "'")
_PARTS = ("open", "close", "unclosed", "comment")
_STRING_PREFIX = re.compile(r"(?<![\w\"'`])[bfru]{1,2}(?=[\"'])")


def repaired(text: str, prefix: str, language: str | None, rest: str = "") -> Iterator[str]:
    """Return candidates for what to suggest instead of `text` after `prefix`; some may come twice.

    `rest` is what follows the cursor in its line: no candidate ends so that a word of `text` and
    one of the rest, which `text` keeps apart, become one word.
    """
    line = prefix[prefix.rfind("\n") + 1 :]
    texts = [text, *_without_slips(text, line, language)]
    for whole in texts:
        yield from _by_lines(whole, line, language, rest)
    for whole in texts:
        yield from _inside_line(whole.partition("\n")[0], line, language, rest)


def _without_slips(text: str, line: str, language: str | None) -> Iterator[str]:
    """Yield `text` without frequent slips of small models: another language's strings, a word that
    is repeated."""
    if not profile_of(language).strings.has_prefixes and _STRING_PREFIX.search(text):
        yield _STRING_PREFIX.sub("", text)
    words = line.split()
    for word in {words[0], words[-1]} if words else ():
        if word.isalpha() and text.startswith(f"{word} "):
            yield text[len(word) :].lstrip()


def _by_lines(text: str, line: str, language: str | None, rest: str) -> Iterator[str]:
    """Yield the first lines of `text`, each time also with what they leave open closed."""
    lines = text.split("\n")
    for n in range(len(lines), 0, -1):
        last = lines[n - 1]
        if not last.strip() or (n > 1 and is_comment(last, language)):
            continue
        whole = "\n".join(lines[:n])
        left = whole.rstrip()
        yield ended_before(whole, rest)
        if (closed := _closed(left, line, language)) != left:
            yield closed


def _inside_line(text: str, line: str, language: str | None, rest: str) -> Iterator[str]:
    """Yield beginnings of a line, up to a bracket, an unclosed string, or an operator."""
    found = scan(text, language)
    ends = {token.start for token in found.tokens if token.depth == 0 and token.kind in _PARTS}
    ends |= {token.end for token in found.tokens if token.depth == 0 and token.kind == "open"}
    ends |= {token.start for token in found.unopened}
    for begin, end in found.gaps(len(text), max_depth=_MAX_DEPTH):
        ends |= {met.start() for met in _OPERATOR.finditer(text, begin, end)}
    body = "" if rest.strip() else _body(text, line, language)
    for end in (len(text), *sorted(ends, reverse=True)):
        if left := text[:end].rstrip():
            if _LONE_NAME.match(left) and text[end : end + 1] in _AFTER_WORDS:
                continue  # one word of a sentence is nothing that the model said
            closed = _closed(left, line, language)
            if body:  # without one of its own, it would take the next statement for it
                yield closed + body
            apart = ended_before(text[:end], rest)
            if end == len(text) or not splits_word(apart, rest):
                yield apart
            if closed != left:
                yield closed


def _body(text: str, line: str, language: str | None) -> str:
    """Return what completes a line that begins like a header; empty for another line."""
    blocks = profile_of(language).blocks
    if not _HEADER.match((line + text).lstrip()) or blocks is BlockStyle.END_KEYWORD:
        return ""
    return ":" if blocks is BlockStyle.INDENTATION else f" {{\n{indent_of(line)}}}"


def _closed(text: str, line: str, language: str | None) -> str:
    """Return `text` with its open brackets closed, below the line that opened them if it ended
    there."""
    found = scan(text, language, final=False)
    if found.quote:
        if len(found.quote) > 1 or "\n" in text[found.settled :]:
            return text  # it may have been meant to go on for many lines
        text += found.quote
        found = scan(text, language)
    closing, own_line = "", -1
    for token in reversed(found.opened):
        after = text[token.end :]
        line_n = text.count("\n", 0, token.start)
        ends_line = after.lstrip(" \t").startswith("\n")
        if line_n != own_line and (ends_line or ("\n" in after and text.endswith((",", ";")))):
            closing += "\n" + _indent_at(text, token, line)
            own_line = line_n
        closing += CLOSER_OF[token.char]
    return text + closing


def _indent_at(text: str, token: Token, line: str) -> str:
    begin = text.rfind("\n", 0, token.start) + 1
    return indent_of(text[begin : token.start] if begin else line + text)
