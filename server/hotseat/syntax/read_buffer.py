"""What a parser reads, handed over in a buffer that is used again and again.

py-tree-sitter 0.26 never releases its reference to the object that a read callback returned: with
`bytes` each parse leaked about 17 kB. Here all parses return the same `bytearray`, so what leaks is
a count. A binding that does release it finds nothing different.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

Read = Callable[[int, object], bytes]
"""Byte offset and point of where to read: some utf-8 from there on; empty at the end."""

_spare: list[bytearray] = []
"""One for each parse under way at the same time; in the server that is one."""


@contextmanager
def lent(read: Read) -> Iterator[Callable[[int, object], bytes | bytearray]]:
    """`read` for one call of `Parser.parse`, its results in a shared buffer.

    The binding lets go of a result before it asks for the next one, so the buffer may change then.
    """
    buffer = _spare.pop() if _spare else bytearray()

    def shared(offset: int, point: object) -> bytes | bytearray:
        data = read(offset, point)
        try:
            buffer[:] = data
        except BufferError:  # a binding that still looks at the last result
            return data
        return buffer

    try:
        yield shared
    finally:
        try:
            buffer.clear()
        except BufferError:
            pass
        else:
            _spare.append(buffer)
