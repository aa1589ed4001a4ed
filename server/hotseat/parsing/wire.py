"""Messages between the language server and the process that parses.

A frame is its size in 4 bytes and its content. Requests are `marshal`, which is fast for texts;
answers are JSON, which is safe to read whatever a text has done to the process that wrote it.
Every request is answered once, in order, under its number.
"""

from __future__ import annotations

import json
import marshal
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

MAX_ANSWER_BYTES = 4_000_000
"""400 definitions of 500 characters, each written as six bytes, are a third of it."""
_SIZE = struct.Struct("<I")


class BrokenFrame(Exception):
    """What was read is no frame: the writer cannot be trusted any more."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the process returned for a request."""

    number: int
    value: Any
    spent_s: float
    """Processor time."""
    error: str | None = None
    """The request failed, with this message."""


def encode_request(number: int, method: str, arguments: tuple[Any, ...]) -> bytes:
    """Return the frame that calls a method of `SyntaxService`."""
    content = marshal.dumps((number, method, arguments))
    return _SIZE.pack(len(content)) + content


def decode_request(content: bytes) -> tuple[int, str, tuple[Any, ...]]:
    """Return number, method and arguments."""
    number, method, arguments = marshal.loads(content)
    return number, method, arguments


def encode_answer(answer: Answer) -> bytes:
    """Return the frame of an answer."""
    values = [answer.number, answer.value, round(answer.spent_s, 6), answer.error]
    content = json.dumps(values, separators=(",", ":")).encode()
    return _SIZE.pack(len(content)) + content


def decode_answer(content: bytes) -> Answer:
    """Return the answer. Raises BrokenFrame."""
    try:
        number, value, spent_s, error = json.loads(content)
        return Answer(int(number), value, float(spent_s), error)
    except (ValueError, TypeError, RecursionError) as wrong:
        raise BrokenFrame(str(wrong)) from wrong


class Frames:
    """Cuts a stream into the contents of frames."""

    def __init__(self, max_bytes: int | None = None) -> None:
        self._max_bytes = max_bytes
        self._data = bytearray()

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield each content that is complete. Raises BrokenFrame for one above `max_bytes`."""
        self._data += data
        at = 0
        try:
            while len(self._data) - at >= _SIZE.size:
                (n_bytes,) = _SIZE.unpack_from(self._data, at)
                if self._max_bytes is not None and n_bytes > self._max_bytes:
                    raise BrokenFrame(f"a frame of {n_bytes} bytes")
                end = at + _SIZE.size + n_bytes
                if end > len(self._data):
                    return
                content = bytes(self._data[at + _SIZE.size : end])
                at = end
                yield content
        finally:
            del self._data[:at]
