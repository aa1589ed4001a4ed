"""Columns in one line: between a client's code units and Python's code points, and utf-8 sizes.

Owns the arithmetic of the three position encodings. Knows nothing about documents: it is given the
text of one line, without its ending. A client's character that is too large is clamped, one inside
a code point (the middle of a surrogate pair, or of a utf-8 sequence) is rounded down.
"""

from __future__ import annotations

from hotseat.domain.text import PositionEncoding

# Python strings may hold lone surrogates: JSON can carry them, and they must survive a round trip.
_LONE = "surrogatepass"


def utf8_size(text: str) -> int:
    """Size in bytes of `text` in utf-8; a lone surrogate counts three."""
    return len(text) if text.isascii() else len(text.encode("utf-8", _LONE))


def encode_utf8(text: str) -> bytes:
    return text.encode("utf-8", _LONE)


def decode_utf8(data: bytes) -> str:
    """Of bytes that came from `encode_utf8`, cut between code points."""
    return data.decode("utf-8", _LONE)


def to_column(content: str, character: int, encoding: PositionEncoding) -> int:
    """The code point that a client's `character` means in a line."""
    if character <= 0:
        return 0
    if content.isascii() or encoding is PositionEncoding.UTF32:
        return min(character, len(content))
    head = content[:character]  # a code point takes at least one unit, in every encoding
    if encoding is PositionEncoding.UTF8:
        data = encode_utf8(head)
        cut = min(character, len(data))
        while cut < len(data) and data[cut] & 0xC0 == 0x80:
            cut -= 1
        return len(decode_utf8(data[:cut]))
    data = head.encode("utf-16-le", _LONE)
    cut = min(2 * character, len(data))
    if cut < len(data) and data[cut + 1] & 0xFC == 0xDC and data[cut - 1] & 0xFC == 0xD8:
        cut -= 2
    return len(data[:cut].decode("utf-16-le", _LONE))


def to_character(content: str, column: int, encoding: PositionEncoding) -> int:
    """The client's offset of a code point in a line; the inverse of `to_column`."""
    column = max(0, min(column, len(content)))
    if content.isascii() or encoding is PositionEncoding.UTF32:
        return column
    head = content[:column]
    if encoding is PositionEncoding.UTF8:
        return utf8_size(head)
    return len(head.encode("utf-16-le", _LONE)) // 2


def join_surrogates(text: str) -> str:
    """A high surrogate followed by a low one becomes the one code point that they mean."""
    return text.encode("utf-16-le", _LONE).decode("utf-16-le", _LONE)
