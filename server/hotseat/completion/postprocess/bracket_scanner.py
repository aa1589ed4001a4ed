"""Brackets, strings and line ends of a piece of code, without a parse.

Owns the distinction of code and text by a language's string and comment syntax. It works on
pieces that begin and end anywhere and on what a model is still writing: where a quote may yet be
closed, nothing is reported after it. Linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from hotseat.languages.comments import line_comment
from hotseat.languages.profiles import profile_of

Kind = Literal["open", "close", "newline", "text", "comment", "unclosed"]

CLOSER_OF = {"(": ")", "[": "]", "{": "}"}
OPENER_OF = {closer: opener for opener, closer in CLOSER_OF.items()}

# A slash after one of these begins no division.
_REGEX = r"(?<=[(,=:\[!&|?{};]) ?/(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\[\n])+/"
_DOUBLE, _SINGLE = r'"(?:\\.|[^"\\\n])*"', r"'(?:\\.|[^'\\\n])*'"


@dataclass(frozen=True, slots=True)
class Token:
    kind: Kind
    start: int
    end: int
    depth: int
    """Brackets that the text itself has opened and not closed, before the token."""
    char: str = ""
    """The bracket, or for `unclosed` what would close it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    tokens: tuple[Token, ...]
    opened: tuple[Token, ...]
    """Left open at the end, the innermost last."""
    unopened: tuple[Token, ...]
    """Closing brackets that the text did not open, in its order."""
    quote: str = ""
    """What would close the string or the comment that the text ends in."""
    settled: int
    """Up to here, nothing that is written after the text can change what it means."""

    def gaps(self, n_chars: int, *, max_depth: int = 0) -> Iterator[tuple[int, int]]:
        """Yield the parts of the text, which has `n_chars`, that are code in at most `max_depth`
        brackets."""
        ends = [0, *(token.end for token in self.tokens)]
        starts = [*(token.start for token in self.tokens), min(n_chars, self.settled)]
        depths = [*(token.depth for token in self.tokens), len(self.opened)]
        for begin, end, depth in zip(ends, starts, depths, strict=True):
            if depth <= max_depth and begin < end:
                yield begin, end


@lru_cache(maxsize=32)  # one suggestion asks several times for the text before the cursor
def scan(text: str, language: str | None, *, quote: str = "", final: bool = True) -> Scan:
    """Return the brackets, strings and line ends of `text`.

    `quote`: the text begins inside what that would close ("\\n" for a comment of one line).

    `final`: nothing follows, so a quote that the last line leaves open is a plain character.
    """
    tokens: list[Token] = []
    opened: list[Token] = []
    unopened: list[Token] = []
    begin = 0
    strings = profile_of(language).strings
    has_triple = strings.has_triple
    if quote:
        begin = _end_of_text(text, quote, spans_lines=strings.spans_lines)
        if begin < 0:
            inside = Token("unclosed", 0, len(text), 0, quote)
            return Scan(tokens=(inside,), opened=(), unopened=(), quote=quote, settled=0)
        tokens.append(Token("text", 0, begin, 0))
    for kind, start, end in _spans(text, language, begin):
        if kind == "text" and end == start + 2 == len(text) and has_triple and not final:
            kind, end = "unclosed", start + 1  # an empty string, or two thirds of three quotes
        if kind == "unclosed":
            closing = _closing(text[start:end])
            is_of_line = closing == "'" or (closing == '"' and not strings.spans_lines)
            if is_of_line and (final or "\n" in text[end:]):
                continue
            tokens.append(Token("unclosed", start, len(text), len(opened), closing))
            return Scan(
                tokens=tuple(tokens),
                opened=tuple(opened),
                unopened=tuple(unopened),
                quote=closing,
                settled=start,
            )
        char = text[start] if kind in ("open", "close") else ""
        token = Token(kind, start, end, len(opened), char)
        tokens.append(token)
        if kind == "open":
            opened.append(token)
        elif kind == "close":
            if opened and opened[-1].char == OPENER_OF[char]:
                opened.pop()
            else:
                unopened.append(token)
    return Scan(
        tokens=tuple(tokens), opened=tuple(opened), unopened=tuple(unopened), settled=len(text)
    )


def open_quote(line: str, language: str | None) -> str:
    """Return what would close the string or comment that a line ends in; empty in code."""
    found = scan(line, language, final=False)
    if found.quote:
        return found.quote
    last = found.tokens[-1] if found.tokens else None
    if last is not None and last.kind == "comment" and last.end == len(line):
        return "" if line.endswith("*/") else "\n"
    return ""


def _spans(text: str, language: str | None, begin: int) -> Iterator[tuple[Kind, int, int]]:
    for found in _pattern(language).finditer(text, begin):
        kind = found.lastgroup
        if kind is not None:
            yield kind, found.start(), found.end()  # type: ignore[misc]


@cache
def _pattern(language: str | None) -> re.Pattern[str]:
    """Return the alternatives, those that take precedence first."""
    profile = profile_of(language)
    strings = profile.strings
    comments, texts, unclosed = [], [], []
    token = line_comment(language)
    if token in ("//", None) or profile.block_comment == ("/*", "*/"):
        comments.append(r"/\*[\s\S]*?\*/")
        unclosed.append(r"/\*")
    if token is not None:
        # `${#list}`, `$#` and CSS colours begin no comment.
        before = r"(?<![\w$&{\\])" if token == "#" else ""
        comments.append(before + re.escape(token) + r"[^\n]*")
    if strings.has_triple:
        for quotes in ('"""', "'''"):
            texts.append(rf"{quotes}(?:\\[\s\S]|[^\\])*?{quotes}")
            unclosed.append(quotes)
    if strings.has_regex_literals:
        texts.append(_REGEX)
    if strings.backtick == "raw":
        texts.append(r"`[^`]*`")
        unclosed.append("`")
    elif strings.backtick == "escaped":
        texts.append(r"`(?:\\[\s\S]|[^`\\])*`")
        unclosed.append("`")
    if strings.has_quotes:
        # An empty string before a third quote is none.
        if strings.has_hash_raw:
            for hashes in ("###", "##", "#", ""):
                texts.append(rf'(?<!\w)[bc]?r{hashes}"[\s\S]*?"{hashes}')
                unclosed.append(rf'(?<!\w)[bc]?r{hashes}"')
        if strings.spans_lines:
            texts.append(r'"(?:\\[\s\S]|[^"\\])*"')
        else:
            texts.append(r'""(?!")|"(?:\\.|[^"\\\n])+"' if strings.has_triple else _DOUBLE)
        unclosed.append('"')
        if strings.is_character_quote:
            texts.append(r"'(?:\\[^\n']{1,9}|[^'\\\n])'")
        else:
            texts.append(r"''(?!')|'(?:\\.|[^'\\\n])+'" if strings.has_triple else _SINGLE)
            unclosed.append("'")
    groups = [
        ("comment", "|".join(comments)),
        ("text", "|".join(texts)),
        ("unclosed", "|".join(unclosed)),
        ("open", r"[(\[{]"),
        ("close", r"[)\]}]"),
        ("newline", r"\n"),
    ]
    return re.compile("|".join(f"(?P<{kind}>{part})" for kind, part in groups if part))


def _closing(opening: str) -> str:
    if opening == "/*":
        return "*/"
    return opening.lstrip("bcr")[::-1] if opening.endswith('"') and opening[0] in "bcr" else opening


def _end_of_text(text: str, quote: str, *, spans_lines: bool) -> int:
    """Return where what was open at the text's beginning ends; -1 for nowhere."""
    if quote in ("\n", "*/") or quote.endswith("#"):
        at = text.find(quote)
        return at if at < 0 or quote == "\n" else at + len(quote)
    found = re.match(rf"(?:\\[\s\S]|(?!{quote})[^\\])*?{quote}", text)
    is_of_line = quote == "'" or (quote == '"' and not spans_lines)
    if found is None:
        # A string of one line that its line leaves open ends with it.
        return text.find("\n") if is_of_line else -1
    if is_of_line and "\n" in found.group():
        return text.find("\n")
    return found.end()
