"""A buffer for the text that a parser reads, reused for all parses.

py-tree-sitter 0.26 never releases its reference to the object that a read callback returned: with
`bytes` each parse leaked about 17 kB. Here all parses return the same `bytearray`, so only a
reference count leaks. It also works with a binding that releases the reference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

Read = Callable[[int, object], bytes]
"""From a byte offset and its point: some utf-8 that begins there; empty at the end."""

_spare: list[bytearray] = []
"""One for each parse that runs at the same time; in the server that is one."""


@contextmanager
def lent(read: Read) -> Iterator[Callable[[int, object], bytes | bytearray]]:
    """Return `read` for one call of `Parser.parse`, with its results in a shared buffer.

    The binding is finished with a result before it reads the next, so the buffer may change then.
    """
    buffer = _spare.pop() if _spare else bytearray()

    def shared(offset: int, point: object) -> bytes | bytearray:
        data = read(offset, point)
        try:
            buffer[:] = data
        except BufferError:  # a binding that still uses the last result
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
