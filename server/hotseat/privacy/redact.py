"""Secrets inside a text, made unreadable before a model sees them.

Joins what is taken for a secret: formats that issuers publish (`token_formats.py`), what is
assigned to a name such as `password` (`named_secrets.py`) or stands in such a place
(`secret_places.py`), private keys, and strings that look random. What is harmless stays: hashes in
hexadecimal (commits, checksums), UUIDs, hashes that say what they are (`sha512-…`, `h1:…`), names,
paths.

Linear in the text, whatever it holds: every pattern begins at a literal or at the beginning of a
run, and is bounded. Masking is stable (the same secret in the same text is masked alike, and
nothing beside it) and never makes a text longer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from hotseat.privacy.entropy import (
    MIN_RANDOM_CHARS,
    SAMPLE_CHARS,
    encodes_text,
    looks_random,
)
from hotseat.privacy.named_secrets import Words, named_spans
from hotseat.privacy.secret_places import place_spans
from hotseat.privacy.token_formats import RUN_CHARS, token_spans

MASK = "********"
"""Written instead of a secret, cut to the length of a shorter one."""
_MAX_KEY_CHARS = 20_000
_SHOWN = re.compile(r"[^\r\n]")

Span = tuple[int, int]


def mask(text: str) -> str:
    """Return the text with its secrets masked."""
    return _written(text, secret_spans(text))


def blank(text: str) -> str:
    """Return the text with its secrets masked at the same length and lines: positions stay
    valid."""
    parts, done = [], 0
    for start, end in secret_spans(text):
        parts += [text[done:start], _SHOWN.sub("*", text[start:end])]
        done = end
    return "".join([*parts, text[done:]])


def mask_prefix(text: str) -> str:
    """Mask text that ends at the cursor, except for what touches its end: that is being typed."""
    line = text.rfind("\n") + 1
    if _KEY_MARK in text:
        return _masked_prefix(text)
    # No other secret goes on over the end of a line, and what is above stays the same while a line
    # is typed.
    return _masked_above(text[:line]) + _masked_prefix(text[line:])


def _masked_prefix(text: str) -> str:
    spans = []
    for start, end in secret_spans(text):
        if end >= len(text):
            end = text.rfind("\n", start, end)  # of a key in many lines only the last one stays
        if end > start:
            spans.append((start, end))
    return _written(text, spans)


@lru_cache(maxsize=8)
def _masked_above(text: str) -> str:
    return mask(text)


@lru_cache(maxsize=8)
def mask_suffix(text: str) -> str:
    """Mask text that begins at the cursor, except for what touches its beginning."""
    return _written(text, [(start, end) for start, end in secret_spans(text) if start > 0])


def secret_spans(text: str) -> list[Span]:
    """Return the spans of the secrets, in order and disjoint."""
    lower = text.lower()
    if len(lower) != len(text):  # "İ" becomes two characters
        lower = text.translate(_LOWER)
    long_runs = _long_runs(text)
    words = Words(lower)
    found = [
        *_private_keys(text),
        *token_spans(text, _distinct(long_runs)),
        *named_spans(text, words, _with_digits(long_runs)),
        *place_spans(text, words),
        *_random(text, long_runs),
    ]
    if not found:
        return found
    found.sort()
    spans = [found[0]]
    for start, end in found[1:]:
        if start >= spans[-1][1]:
            spans.append((start, end))
        elif end > spans[-1][1]:
            spans[-1] = (spans[-1][0], end)
    return spans


def has_known_secret(text: str) -> bool:
    """Return whether the text holds the beginning of a private key, or a token in a format that an
    issuer publishes.

    For code that leaves out whole files: what is only assigned to a name such as `password`, or
    looks random, does not count.
    """
    return _KEY_BEGIN.search(text) is not None or any(
        token_spans(text, _distinct(_long_runs(text)))
    )


def _written(text: str, spans: list[Span]) -> str:
    if not spans:
        return text
    parts, done = [], 0
    for start, end in spans:
        parts += [text[done:start], MASK[: end - start]]
        done = end
    return "".join([*parts, text[done:]])


_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}
_RUNS_ONLY = bytes(byte if byte in RUN_CHARS else ord(" ") for byte in range(256))
_MIN_KNOWN_CHARS = 14
_MIN_DIGITS = 2
_DIGITS = b"0123456789"


def _long_runs(text: str) -> list[bytes]:
    """Return what may be a token at all: most text has little of it, and closer checks are slow."""
    runs = text.encode("utf-8", "surrogatepass").translate(_RUNS_ONLY).split()
    return [run for run in runs if len(run) >= _MIN_KNOWN_CHARS]


def _distinct(runs: list[bytes]) -> bytes:
    """Return the runs that may be tokens of a known format, each once."""
    return b" ".join(set(runs))


def _with_digits(runs: list[bytes]) -> list[str]:
    """Return the runs that have two digits or more, in order."""
    return [
        run.decode() for run in runs if len(run) - len(run.translate(None, _DIGITS)) >= _MIN_DIGITS
    ]


# --- keys --------------------------------------------------------------------------------------

_KEY_BEGIN = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_KEY_TEXT = re.compile(r"""[A-Za-z0-9+/=:,;.\\"'`\s-]*+""")
"""The text of a key in a file, or in a string of a program, with its line continuations."""
_MIN_KEY_CHARS = 40
_KEY_MARK = "PRIVATE KEY"


def _private_keys(text: str) -> Iterator[Span]:
    if _KEY_MARK not in text:
        return
    done = 0
    for begin in _KEY_BEGIN.finditer(text):
        start = begin.end()
        if start < done:
            continue
        match = _KEY_TEXT.match(text, start, start + _MAX_KEY_CHARS)
        done = start if match is None else match.end()
        end = text.find("-----END", start, done)
        if end < 0:  # it is cut off: the words that follow are not of it
            end = text.find("\n\n", start, done)
        end = done if end < 0 else end
        if end - start >= _MIN_KEY_CHARS:
            yield _trimmed(text, start, end)


def _trimmed(text: str, start: int, end: int) -> Span:
    """Return the span without white space at its ends, so that line breaks stay."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


# --- drawn at random ---------------------------------------------------------------------------

_RUN = re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{24,}+={0,2}")
_FOLDERS = re.compile(r"/?(?:[a-z]{3,20}/)+")
_OTHER_COMES = ("base64,", "sha1:", "sha256:", "sha384:", "sha512:", "md5:", "h1:")
_SELF_DESCRIBING = re.compile(r"(?:sha(?:1|256|384|512)|md5|integrity)[-_]", re.IGNORECASE)


def _random(text: str, long_runs: list[bytes]) -> Iterator[Span]:
    if not any(len(part) >= MIN_RANDOM_CHARS for run in long_runs for part in run.split(b".")):
        return
    for match in _RUN.finditer(text):
        start = match.start()
        before = text[max(0, start - 8) : start].lower()
        if _SELF_DESCRIBING.match(text, start) or before.endswith(_OTHER_COMES):
            continue
        run = text[start : min(match.end(), start + SAMPLE_CHARS)].rstrip("=")
        if looks_random(run) and not encodes_text(run):
            folders = _FOLDERS.match(text, start)
            yield start if folders is None else folders.end(), match.end()
