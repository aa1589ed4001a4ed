"""Runs the server on stdin and stdout, which the event loop itself reads.

pygls reads stdin in a thread pool and changes threads three times per message. That takes half a
millisecond of every keystroke, more on busy cores, and leaves a thread that still blocks when the
process should end.
"""

from __future__ import annotations

import asyncio
import logging
import os
import selectors
import stat
import sys
import threading
from contextlib import suppress
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


def _can_wait_for(source: BinaryIO) -> bool:
    """Return whether the event loop can wait for input from `source`: it can for pipes, sockets and
    terminals, and not for files and devices such as /dev/null."""
    kind = os.fstat(source.fileno()).st_mode
    if stat.S_ISREG(kind):
        return False  # some systems accept a file here, and asyncio none
    try:
        with selectors.DefaultSelector() as selector:
            selector.register(source, selectors.EVENT_READ)
    except (ValueError, OSError):
        return False
    return True


def _piped(source: BinaryIO) -> BinaryIO:
    """Return a pipe into which a thread copies `source`, no faster than the pipe is read."""
    out, into = os.pipe()

    def copy() -> None:
        # The pipe has no reader any more, or the source cannot be read: the copying ends.
        with suppress(OSError), open(into, "wb", buffering=0) as pipe:
            while chunk := os.read(source.fileno(), MAX_HEADER_BYTES):
                rest = memoryview(chunk)
                while rest:
                    rest = rest[pipe.write(rest) or 0 :]

    threading.Thread(target=copy, name="stdin", daemon=True).start()
    return open(out, "rb", buffering=0)


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
    source = sys.stdin.buffer
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader),
        source if _can_wait_for(source) else _piped(source),
    )
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
