"""Runs the server on stdin and stdout, which the event loop itself reads.

pygls reads stdin in a thread pool and changes threads three times per message. That takes half a
millisecond of every keystroke, more on busy cores, and leaves a thread that still blocks when the
process should end.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import threading
from typing import BinaryIO

from pygls.io_ import StdoutWriter, run_async

from hotseat.lsp.server import HotseatServer

log = logging.getLogger(__name__)

MAX_HEADER_BYTES = 64 * 1024
_LENGTH = b"Content-Length: "


def serve(server: HotseatServer, out: BinaryIO) -> None:
    """Run until the client disconnects or sends `exit`. The client reads `out`."""
    if os.name != "posix":
        server.start_io(stdout=out)  # asyncio cannot read inherited pipes there
        return
    try:
        asyncio.run(_serve(server, out))
    except BrokenPipeError:
        log.info("The client has disconnected")
    except KeyboardInterrupt:
        pass
    except SystemExit as end:
        raise SystemExit(end.code) from None  # LSP: 1 for an exit without shutdown


class _Headers:
    """The stream as pygls reads it. Finds the next message after a broken header."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self._reader = reader
        self.readexactly = reader.readexactly

    async def readline(self) -> bytes:
        while True:
            try:
                line = await self._reader.readline()
            except ValueError:
                log.warning("A header line is too long: skipped")
                continue
            # After a message without a length, its text and the next header are one line.
            return line[max(0, line.rfind(_LENGTH)) :]


async def _serve(server: HotseatServer, out: BinaryIO) -> None:
    reader = asyncio.StreamReader(limit=MAX_HEADER_BYTES)
    try:
        await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), sys.stdin.buffer
        )
    except (ValueError, OSError):  # stdin is a file and no pipe: read it at once
        reader.feed_data(sys.stdin.buffer.read())
        reader.feed_eof()
    server.protocol.set_writer(StdoutWriter(out))
    try:
        await run_async(
            stop_event=threading.Event(),
            reader=_Headers(reader),
            protocol=server.protocol,
            logger=logging.getLogger("pygls.server"),
            error_handler=server.report_server_error,
        )
    except asyncio.IncompleteReadError:
        log.info("The client has disconnected in the middle of a message")
    finally:
        if server.session is not None:
            await server.session.aclose()
