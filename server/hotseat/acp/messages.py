"""What the editor writes to the agent, line by line."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

log = logging.getLogger(__name__)

_SHOWN_BYTES = 80


class MessageLines(asyncio.StreamReader):
    """The lines of `reader` that may be messages: objects. The library ends at any other value,
    such as an array of messages, which JSON-RPC knows and ACP does not.

    Has what the library reads with: `readuntil`, and `readexactly` for the first part of a line
    that is longer than the buffer.
    """

    def __init__(self, reader: asyncio.StreamReader) -> None:
        super().__init__()
        self._reader = reader
        self._is_in_line = False

    async def readuntil(self, separator: Any = b"\n") -> bytes:
        while True:
            try:
                line: bytes = await self._reader.readuntil(separator)
            except asyncio.IncompleteReadError as end:
                if self._is_in_line or _is_object(end.partial):
                    raise
                raise asyncio.IncompleteReadError(b"", None) from None
            is_rest, self._is_in_line = self._is_in_line, False
            if is_rest or _is_object(line):
                return line
            if line.strip():
                log.warning("The editor sent what is no message: %r", line[:_SHOWN_BYTES])

    async def readexactly(self, n: int) -> bytes:
        self._is_in_line = True
        return await self._reader.readexactly(n)


def _is_object(line: bytes) -> bool:
    return line.lstrip()[:1] == b"{"
