"""llama.cpp's event streams, as objects."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

from hotseat.engines.upstream import UpstreamBroken


async def events(pieces: AsyncIterator[bytes]) -> AsyncGenerator[dict[str, Any], None]:
    """Yield the objects of a server-sent event stream. Raises UpstreamBroken for invalid data."""
    buffer = b""
    async for piece in pieces:
        buffer += piece
        *lines, buffer = buffer.split(b"\n")
        for line in lines:
            name, _, value = line.partition(b":")
            if name in (b"data", b"error") and value.strip() != b"[DONE]":
                try:
                    event = json.loads(value)
                except ValueError as error:
                    raise UpstreamBroken("not an event") from error
                yield event if name == b"data" else {"error": event}
