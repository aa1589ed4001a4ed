"""Whether a string looks random, as keys and tokens do.

Owns the thresholds. They were chosen by trial: of random strings of 24 characters in base64 96 %
are found, of 40 characters 99 %; what is found in ordinary source, `hotseat bench masking` counts.
"""

from __future__ import annotations

import binascii
import math
import re
from collections import Counter

MIN_RANDOM_CHARS = 24
SAMPLE_CHARS = 200


def looks_random(run: str) -> bool:
    """Return whether letters and digits (with `+`, `/`, `-`, `_`) look random, and not like a name.

    Names are made of words: pieces of one case, or of digits, that are longer than chance makes
    them. Hexadecimal is no sign: commits and checksums are everywhere, and harmless.
    """
    parts = [part for part in _SEPARATOR.split(run[:SAMPLE_CHARS]) if not _HEX.fullmatch(part)]
    n_chars = sum(len(part) + 1 for part in parts) - 1
    if n_chars < MIN_RANDOM_CHARS:
        return False
    is_path = "/" in run and any(map(_WORD_OF_PATH.fullmatch, parts))
    if len(parts) > 1 and (is_path or len(parts) > 2 + n_chars // 10):
        return any(looks_random(part) for part in parts)
    text = "".join(parts)
    pieces = _PIECE.findall(text)
    is_mixed = text != text.lower() and text != text.upper()
    if not is_mixed and (len(parts) > 2 or sum(map(str.isdigit, text)) < 3):
        return False
    length = len(text) / max(1, len(pieces))
    if length >= (3.0 if is_mixed else 5.0):
        return False
    return _entropy_bits(text) >= (3.8 if is_mixed else 3.3)


def encodes_text(run: str) -> bool:
    """Return whether it is the base64 of plain words: `UHJvZHVjdDo3Mw` decodes to `Product:73`."""
    data = run.replace("-", "+").replace("_", "/")
    try:
        plain = binascii.a2b_base64(data[: len(data) // 4 * 4])
    except binascii.Error:
        return False
    text = plain.decode("ascii", "replace")
    return text.isascii() and text.isprintable() and not looks_random(text)


def _entropy_bits(text: str) -> float:
    """Return Shannon's entropy of one character, in bits."""
    n = len(text)
    return -sum(count / n * math.log2(count / n) for count in Counter(text).values())


_HEX = re.compile(r"[0-9a-fA-F]{4,}")
_WORD_OF_PATH = re.compile(r"[a-z]{3,}")
_SEPARATOR = re.compile(r"[+/_-]")
_PIECE = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
