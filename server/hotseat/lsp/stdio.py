"""Runs the server on stdin and stdout, which the event loop itself reads.

pygls reads stdin in a thread pool and changes threads three times per message. That takes half a
millisecond of every keystroke, more on busy cores, and leaves a thread that still blocks when the
process should end.
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
import selectors
import stat
import sys
import threading
import time
from collections.abc import Awaitable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import BinaryIO, Protocol

from pygls.exceptions import JsonRpcParseError
from pygls.io_ import StdinAsyncReader

from hotseat.lsp.protocol import HotseatProtocol
from hotseat.lsp.refusals import decode
from hotseat.lsp.server import CLOSE_S, HotseatServer
from hotseat.machine.platforms import HERE

log = logging.getLogger(__name__)

MAX_HEADER_BYTES = 64 * 1024
THREADS_S = 1.0
"""How long the process waits for its threads at the end."""
_THREAD_NAME = "hotseat"
_LENGTH = re.compile(rb"Content-Length: (\d{1,15})\r\n$")
_EVENT_LOOP_READS_STDIN = HERE.selects_pipes
"""Elsewhere asyncio cannot read inherited pipes; a thread does, and hangs there at the end."""


class Reader(Protocol):
    """The parts of `asyncio.StreamReader` that are used."""

    def readline(self) -> Awaitable[bytes]: ...

    def readexactly(self, n: int, /) -> Awaitable[bytes]:
        """Return `n` bytes; fewer, or raise IncompleteReadError, at the end of the input."""
        ...


class _Threads(ThreadPoolExecutor):
    """The event loop's threads. Its end does not wait for them: one may hang on a file."""

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        super().shutdown(wait=False, cancel_futures=True)


def serve(server: HotseatServer, out: BinaryIO) -> None:
    """Run until the client disconnects or sends `exit`. The client reads `out`.

    Raises SystemExit with LSP's exit code after `exit`: 1 if there was no `shutdown`. Ends the
    process at once if a thread still hangs.
    """
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve(server, out))
    exit_code = server.protocol.exit_code
    if not _threads_end(THREADS_S if _EVENT_LOOP_READS_STDIN else 0.0):
        logging.shutdown()
        os._exit(exit_code or 0)
    if exit_code is not None:
        raise SystemExit(exit_code)


def _threads_end(timeout_s: float) -> bool:
    """Wait for the event loop's threads. Return whether all have ended."""
    until_s = time.monotonic() + timeout_s
    threads = [t for t in threading.enumerate() if t.name.startswith(_THREAD_NAME)]
    for thread in threads:
        thread.join(max(0.0, until_s - time.monotonic()))
    return not any(thread.is_alive() for thread in threads)


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


async def _serve(server: HotseatServer, out: BinaryIO) -> None:
    loop = asyncio.get_running_loop()
    loop.set_default_executor(_Threads(thread_name_prefix=_THREAD_NAME))
    server.protocol.set_writer(_Out(out))
    try:
        await read_messages(await _stdin(), server.protocol)
    finally:
        await server.protocol.settle(CLOSE_S + 1.0)
        await server.close_session()


async def _stdin() -> Reader:
    source = sys.stdin.buffer
    if not _EVENT_LOOP_READS_STDIN:
        return StdinAsyncReader(source)
    reader = asyncio.StreamReader(limit=MAX_HEADER_BYTES)
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader),
        source if _can_wait_for(source) else _piped(source),
    )
    return reader


async def read_messages(reader: Reader, protocol: HotseatProtocol) -> None:
    """Pass each message to the protocol, until the end of the input or `exit`.

    After a broken header, the next message that has one is read.
    """
    while protocol.exit_code is None:
        try:
            n_bytes = await _read_headers(reader)
            if n_bytes is None:
                return
            body = await reader.readexactly(n_bytes)
        except asyncio.IncompleteReadError:
            body = b""
        if len(body) < (n_bytes or 0):
            log.info("The client has disconnected in the middle of a message")
            return
        try:
            message = decode(body)
        except (ValueError, RecursionError):
            protocol.refuse(None, JsonRpcParseError("not JSON"))
        else:
            with _logged():
                protocol.handle_message(message)


@contextmanager
def _logged() -> Iterator[None]:
    """One message that cannot be processed must not end the server."""
    try:
        yield
    except Exception:
        log.exception("A message could not be processed")


async def _read_headers(reader: Reader) -> int | None:
    """Return the length of the next message in bytes; None at the end of the input."""
    n_bytes = 0
    while True:
        try:
            line = await reader.readline()
        except ValueError:
            log.warning("A header line is too long: skipped")
            continue
        if not line:
            return None
        # After a message without a length, its text and the next header are one line.
        found = _LENGTH.search(line)
        if found is not None:
            n_bytes = int(found[1])
        elif n_bytes and not line.strip():
            return n_bytes


class _Out:
    """The client's end of stdout. Once the client has closed it, what is written is dropped."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._is_closed = False

    def write(self, data: bytes) -> None:
        if self._is_closed:
            return
        try:
            self._out.write(data)
            self._out.flush()
        except (BrokenPipeError, ConnectionResetError):
            self._is_closed = True
            log.info("The client has disconnected")

    def close(self) -> None:
        self._is_closed = True
