"""One run of the worker: starts it, sends requests, passes on its answers, and notices its end.

Owns the watch over it: a worker that is silent or too large is killed. Decides nothing about
documents, and does not start a new one.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, cast

from hotseat.machine.platforms import HERE, is_crash_status
from hotseat.parsing.quarantine import Failure
from hotseat.parsing.wire import (
    MAX_ANSWER_BYTES,
    Answer,
    BrokenFrame,
    Frames,
    decode_answer,
    encode_request,
)

log = logging.getLogger(__name__)

# -P: the working directory, which is a workspace, is not searched for modules.
COMMAND = (sys.executable, "-P", "-m", "hotseat.parsing.worker")
TICK_S = 0.25
SILENT_TICKS = 20
"""Without an answer while one is due, before the worker is killed: 5 s. Its own limit is 1 s of
processor time. Ticks, because this process may have been stopped itself."""
START_TICKS = 80
"""The same for the first answer of a worker: a busy machine takes seconds to start it."""
MAX_RSS_BYTES = 130_000_000
"""Of the worker, checked while an answer is due. For systems that do not enforce its own limit."""
_CAUSED_BY_TEXT = ("SIGSEGV", "SIGBUS", "SIGABRT", "SIGILL", "SIGFPE", "SIGPROF", "SIGSYS")
_OUT_OF_MEMORY = 3
_CLOSING_S = 0.5

OnAnswer = Callable[[Answer], None]


@dataclass(slots=True)
class Request:
    """A request that is not answered yet. `lost` is called instead of `answered` when the worker
    has ended: with how it failed for the request that it was at, with None for the others."""

    number: int
    answered: OnAnswer
    lost: Callable[[Failure | None], None]


class WorkerProcess(asyncio.SubprocessProtocol):
    """Use `start`, then `send`. `on_end` is called once, when the worker has ended."""

    def __init__(self, on_end: Callable[[], None]) -> None:
        self._on_end = on_end
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.SubprocessTransport | None = None
        self._stdin: asyncio.WriteTransport | None = None
        self._frames = Frames(MAX_ANSWER_BYTES)
        self._waiting: deque[Request] = deque()
        self._n_sent = 0
        self._n_answered = 0
        self._n_silent_ticks = 0
        self._tick: asyncio.TimerHandle | None = None
        self._killed_as: Failure | None = None
        self._ended = asyncio.Event()
        self._is_open = False

    @property
    def pid(self) -> int | None:
        """Of the running worker."""
        return self._transport.get_pid() if self._transport is not None else None

    @property
    def is_open(self) -> bool:
        """Whether requests can be sent."""
        return self._is_open

    @property
    def n_answered(self) -> int:
        """Number of requests answered so far."""
        return self._n_answered

    @property
    def is_busy(self) -> bool:
        """Whether an answer is due."""
        return bool(self._waiting)

    async def start(self) -> None:
        """Start the worker. Raises OSError."""
        transport, _ = await self._loop.subprocess_exec(
            lambda: self,
            *COMMAND,
            str(os.getpid()),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        self._transport = transport
        stdin = transport.get_pipe_transport(0)
        self._stdin = cast("asyncio.WriteTransport", stdin)
        self._is_open = not self._ended.is_set()

    def send(
        self,
        method: str,
        arguments: tuple[object, ...],
        answered: OnAnswer,
        lost: Callable[[Failure | None], None],
    ) -> None:
        """Send a request without waiting. The worker must be open."""
        assert self._stdin is not None
        self._n_sent += 1
        if not self._waiting:
            self._n_silent_ticks = 0
        self._waiting.append(Request(self._n_sent, answered, lost))
        if self._tick is None:
            self._tick = self._loop.call_later(TICK_S, self._watch)
        self._stdin.write(encode_request(self._n_sent, method, arguments))

    def kill(self, failure: Failure) -> None:
        """End the worker now; the request that it is at counts as failed that way."""
        self._killed_as = self._killed_as or failure
        self._is_open = False
        if self._transport is None or self._transport.get_returncode() is not None:
            return
        with suppress(ProcessLookupError):
            if HERE.kills_by_signal:  # `Transport.kill` takes the exit status away from asyncio
                os.kill(self._transport.get_pid(), signal.SIGKILL)
            else:
                self._transport.kill()

    async def aclose(self) -> None:
        """End the worker, and wait for its end."""
        self._is_open = False
        if self._tick is not None:
            self._tick.cancel()
        if self._transport is None:
            return
        if self._stdin is not None and not self._waiting:
            self._stdin.close()
        else:
            self.kill(Failure.UNCLEAR)
        try:
            await asyncio.wait_for(self._ended.wait(), _CLOSING_S)
        except TimeoutError:
            self.kill(Failure.UNCLEAR)
            await self._ended.wait()
        self._transport.close()

    # --- called by asyncio -----------------------------------------------------------------------

    def pipe_data_received(self, fd: int, data: bytes | str) -> None:
        self._n_silent_ticks = 0
        try:
            for content in self._frames.feed(cast("bytes", data)):
                answer = decode_answer(content)
                if not self._waiting or self._waiting[0].number != answer.number:
                    raise BrokenFrame("an answer to no request")
                self._n_answered += 1
                self._waiting.popleft().answered(answer)
        except BrokenFrame as broken:
            log.info("The parser's answer cannot be read: %s", broken)
            self.kill(Failure.CAUSED)

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        """The worker has ended, mostly; without its input and output it is of no use."""
        self._is_open = False
        if not self._ended.is_set() and self._tick is None:
            self._tick = self._loop.call_later(_CLOSING_S, self.kill, Failure.UNCLEAR)

    def connection_lost(self, exc: Exception | None) -> None:
        self._is_open = False
        if self._tick is not None:
            self._tick.cancel()
        waiting, self._waiting = self._waiting, deque()
        failure = self._failure()
        for i, request in enumerate(waiting):
            request.lost(failure if i == 0 else None)
        self._ended.set()
        if self._transport is not None:
            self._transport.close()
        self._on_end()

    def _failure(self) -> Failure | None:
        """Return how the worker failed, None if it failed for a reason of its own."""
        status = self._transport.get_returncode() if self._transport is not None else None
        if self._killed_as is not None or status is None:
            return self._killed_as or Failure.UNCLEAR
        if status < 0:
            names = {
                int(getattr(signal, name)) for name in _CAUSED_BY_TEXT if hasattr(signal, name)
            }
            return Failure.CAUSED if -status in names else Failure.UNCLEAR
        if is_crash_status(status):
            return Failure.CAUSED
        return Failure.CAUSED if status == _OUT_OF_MEMORY else None

    def _watch(self) -> None:
        """Kill a worker that is silent or too large."""
        self._tick = None
        if not self._waiting:
            return
        self._tick = self._loop.call_later(TICK_S, self._watch)
        self._n_silent_ticks += 1
        limit = SILENT_TICKS if self._n_answered else START_TICKS
        if self._n_silent_ticks >= limit:
            log.info("The parser is silent: it is ended")
            self.kill(Failure.UNCLEAR)
        elif self._n_silent_ticks > 1 and _rss_bytes(self.pid) > MAX_RSS_BYTES:
            log.info("The parser needs too much memory: it is ended")
            self.kill(Failure.CAUSED)


def _rss_bytes(pid: int | None) -> int:
    import psutil

    try:
        return int(cast("Any", psutil.Process(pid)).memory_info().rss)
    except (psutil.Error, OSError):
        return 0
