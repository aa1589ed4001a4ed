"""One local stream between language servers: a Unix socket in the runtime directory, or, where
there is none (Windows, a path too long), loopback TCP with a token in a 0600 file beside it.

Messages are JSON, one a line, at most MAX_LINE_BYTES.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import os
import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from hotseat.machine.platforms import uses_unix_socket

MAX_LINE_BYTES = 4 * 1024 * 1024
TOKEN_WAIT_S = 10.0
"""Any process of the machine can open TCP connections and leave them there."""

Handler = Callable[["Stream"], Awaitable[None]]


class Stream:
    """A connection. `send` never blocks; `receive` returns None at the end of file."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    def send(self, message: dict[str, Any]) -> None:
        if not self._writer.is_closing():
            self._writer.write(json.dumps(message, separators=(",", ":")).encode() + b"\n")

    async def receive(self) -> dict[str, Any] | None:
        """The next message. A line that is not an object ends the connection like an EOF."""
        try:
            line = await self._reader.readline()
            message = json.loads(line) if line.endswith(b"\n") else None
        except (OSError, ValueError):
            return None
        return message if isinstance(message, dict) else None

    @property
    def backlog_bytes(self) -> int:
        """Sent but not yet taken by the other side: large when it is stopped."""
        return int(self._writer.transport.get_write_buffer_size())

    def close(self) -> None:
        self._writer.close()


async def listen(
    path: Path,
    handler: Handler,
    *,
    max_line_bytes: int = MAX_LINE_BYTES,
    token_wait_s: float = TOKEN_WAIT_S,
) -> asyncio.AbstractServer:
    """Listen at `path`, replacing what a dead process left there. A longer line ends its
    connection. Over TCP, a connection ends that has not sent the token after `token_wait_s`."""
    path.unlink(missing_ok=True)

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await handler(Stream(reader, writer))

    if uses_unix_socket(path):
        server = await asyncio.start_unix_server(accept, path=str(path), limit=max_line_bytes)
        path.chmod(0o600)
        return server

    token = secrets.token_hex(16)

    async def accept_with_token(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(token_wait_s):
                received = await reader.readline()
        except (OSError, ValueError):  # gone or silent (TimeoutError), or its line is too long
            received = b""
        if hmac.compare_digest(received.strip(), token.encode()):
            await accept(reader, writer)
        else:
            writer.close()

    server = await asyncio.start_server(
        accept_with_token, host="127.0.0.1", port=0, limit=max_line_bytes
    )
    port = server.sockets[0].getsockname()[1]
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(f"{port} {token}")
    return server


async def connect(path: Path) -> Stream:
    """Connect to the listener at `path`. Raises OSError if there is none."""
    if uses_unix_socket(path):
        return Stream(*await asyncio.open_unix_connection(str(path), limit=MAX_LINE_BYTES))
    try:
        port, token = path.read_text().split()
        number = int(port)
    except ValueError as error:
        raise OSError(f"{path} is not complete") from error
    reader, writer = await asyncio.open_connection("127.0.0.1", number, limit=MAX_LINE_BYTES)
    writer.write(token.encode() + b"\n")
    return Stream(reader, writer)
