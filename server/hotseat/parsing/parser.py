"""Parsing for one window: decides what the worker is asked and when, and starts it again.

Owns which documents want something, how much of them the worker keeps, and how often it is
restarted. Of each document one request at a time is under way. Nothing here waits for the worker,
except who awaits an answer, for a bounded time.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from functools import partial

from hotseat.documents.buffer import TextBuffer
from hotseat.domain.syntax import SyntaxErrors
from hotseat.parsing.process import WorkerProcess
from hotseat.parsing.quarantine import Failure
from hotseat.parsing.remote_syntax import RemoteSyntax
from hotseat.parsing.wire import Answer

log = logging.getLogger(__name__)

MAX_COPIED_BYTES = 600_000
"""Of all documents that the worker keeps: their trees may be 50 times as large."""
SOON_S = 0.005
"""A request that an editor sends right after a key is on its way to the engine by then; the message
to the worker would delay it by a millisecond, and `settle` does not wait for it."""
ANSWER_S = 0.25
"""The longest wait for the answer about a fragment. It takes 0.1 to 2 ms; a busy machine more."""
ERRORS_S = 10.0
"""The same for the errors of a whole text, which the user waits for."""
ERRORS_LIMIT_S = 0.5
"""Processor time of one such parse, where the parser can be interrupted."""
RECENT_S = 60.0
N_QUICK_STARTS = 5
"""So many starts within RECENT_S are at once; each further one waits twice as long."""
FIRST_PAUSE_S, MAX_PAUSE_S = 0.25, 2.0


class Parser:
    """`on_parsed` is called with a document's syntax when its answers may be others now."""

    def __init__(self, on_parsed: Callable[[RemoteSyntax], None]) -> None:
        self._on_parsed = on_parsed
        self._loop: asyncio.AbstractEventLoop | None = None
        self._process: WorkerProcess | None = None
        self._starting: asyncio.Task[None] | None = None
        self._starts_s: deque[float] = deque()
        self._next_number = 0
        self._documents: dict[int, RemoteSyntax] = {}
        self._copied: OrderedDict[int, None] = OrderedDict()
        """Numbers of the documents that the worker has, the one used last at the end."""
        self._wanting: dict[int, RemoteSyntax] = {}
        self._flushing: asyncio.Handle | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._has_reported = False
        self.is_closed = False
        self.is_prompt = True
        """False after an answer was waited for in vain, until the next answer."""
        self.longest_slice_s = 0.0
        """The longest time that the event loop was held, in processor time."""

    @property
    def worker_pid(self) -> int | None:
        """Of the running worker; None if there is none."""
        process = self._process
        return process.pid if process is not None and process.is_open else None

    @property
    def n_copied_bytes(self) -> int:
        """About how many bytes of documents the worker has."""
        return sum(self._documents[number].n_copied_bytes for number in self._copied)

    @staticmethod
    def now_s() -> float:
        """Return monotonic seconds."""
        return time.monotonic()

    def start(self) -> None:
        """Parse from now on. The worker starts when a document wants a tree."""
        self._loop = asyncio.get_running_loop()
        if self._documents:
            self._wanting |= self._documents
            self._flush_soon()

    async def aclose(self) -> None:
        """End the worker. Documents have no trees from now on."""
        self.is_closed = True
        for handle in (self._flushing, self._timer):
            if handle is not None:
                handle.cancel()
        for syntax in self._documents.values():
            syntax.forgotten()
        if self._starting is not None:
            self._starting.cancel()
            await asyncio.gather(self._starting, return_exceptions=True)
        if self._process is not None:
            await self._process.aclose()

    def new_syntax(self, buffer: TextBuffer) -> RemoteSyntax:
        """Return the syntax of a new document, without a language."""
        self._next_number += 1
        syntax = RemoteSyntax(buffer, self, self._next_number)
        self._documents[syntax.number] = syntax
        return syntax

    # --- what documents ask ----------------------------------------------------------------------

    def want(self, syntax: RemoteSyntax) -> None:
        """Ask soon what that document wants to know."""
        self._wanting[syntax.number] = syntax
        self._flush_soon()

    def want_later(self, pause_s: float) -> None:
        """Look after a pause whether documents want to know something."""
        if self._loop is None or self.is_closed:
            return
        at_s = self._loop.time() + pause_s
        if self._timer is not None:
            if self._timer.when() <= at_s:
                return
            self._timer.cancel()
        self._timer = self._loop.call_at(at_s, self._look_round)

    def flush(self) -> None:
        """Send what is wanted now."""
        if self._flushing is not None:
            self._flushing.cancel()
        self._flush()

    def forget(self, syntax: RemoteSyntax) -> None:
        """A document was closed."""
        self._documents.pop(syntax.number, None)
        self._wanting.pop(syntax.number, None)
        if self._copied.pop(syntax.number, 0) is None:
            self._send_close(syntax.number)

    async def errors(self, text: str, language: str | None) -> SyntaxErrors | None:
        """Return the errors of a text; None if it is not parsed."""
        if self._loop is None or self.is_closed:
            return None
        if self._process is None:
            self._start_soon()
            if self._starting is not None:
                await asyncio.wait((self._starting,), timeout=ERRORS_S)
        arguments = text, language, ERRORS_LIMIT_S
        answer = await self.answer("errors", arguments, within_s=ERRORS_S)
        match answer.value if answer is not None else None:
            case [int(n), int() | None as first_line, int(n_bytes)]:
                return SyntaxErrors(n=n, first_line=first_line, n_bytes=n_bytes)
        return None

    async def answer(
        self,
        method: str,
        arguments: tuple[object, ...],
        *,
        failed: Callable[[Failure], None] = lambda _: None,
        within_s: float = ANSWER_S,
    ) -> Answer | None:
        """Return the worker's answer; None if there is none in time, or no worker.

        `failed` is called if the worker ends because of the request, however late.
        """
        process = self._process
        if process is None or not process.is_open:
            self._start_soon()
            return None
        if not self.is_prompt and within_s <= ANSWER_S:
            return None
        future: asyncio.Future[Answer | None] = asyncio.get_running_loop().create_future()

        def answered(answer: Answer) -> None:
            self._was_prompt()
            if answer.error is not None:
                log.warning("The parser failed: %s", answer.error)
            if not future.done():
                future.set_result(answer)

        def lost(failure: Failure | None) -> None:
            if failure is not None:
                failed(failure)
            if not future.done():
                future.set_result(None)

        process.send(method, arguments, answered, lost)

        def is_late() -> None:
            if not future.done():
                self.is_prompt = False
                future.set_result(None)

        timer = asyncio.get_running_loop().call_later(within_s, is_late)
        try:
            return await future
        finally:
            timer.cancel()

    # --- sending ---------------------------------------------------------------------------------

    def _flush_soon(self) -> None:
        if self._flushing is None and self._loop is not None and not self.is_closed:
            self._flushing = self._loop.call_later(SOON_S, self._flush)

    def _flush(self) -> None:
        began_s = time.thread_time()
        self._flushing = None
        process = self._process
        if process is None or not process.is_open:
            if any(syntax.due_s() is not None for syntax in self._wanting.values()):
                self._start_soon()
            return
        now_s, wanting = self.now_s(), self._wanting
        self._wanting = {}
        for syntax in wanting.values():
            due_s = syntax.due_s()
            if due_s is None:
                continue
            if due_s > now_s:
                self.want_later(due_s - now_s)
            elif self._make_room(syntax):
                self._send(process, syntax)
            else:
                self._wanting[syntax.number] = syntax  # until another one is answered
        self._measure(began_s)

    def _look_round(self) -> None:
        """Send what is due of all documents, and come again for what is due later."""
        self._timer = None
        self._wanting |= self._documents
        self._flush()

    def _send(self, process: WorkerProcess, syntax: RemoteSyntax) -> None:
        number = syntax.number
        self._copied[number] = None
        self._copied.move_to_end(number)
        method, arguments = syntax.next_request()
        process.send(
            method, arguments, partial(self._answered, syntax), partial(self._lost, syntax)
        )

    def _make_room(self, syntax: RemoteSyntax) -> bool:
        """Have the worker forget the documents that were not used for the longest time.

        Return whether there is room for one more now.
        """
        others = [n for n in self._copied if n != syntax.number]
        n_bytes = self.n_copied_bytes
        if syntax.number not in self._copied:
            n_bytes += syntax.n_copied_bytes
        for number in others:
            other = self._documents[number]
            if n_bytes <= MAX_COPIED_BYTES:
                break
            if not other.is_asked:
                n_bytes -= other.n_copied_bytes
                del self._copied[number]
                other.evicted()
                self._send_close(number)
        return n_bytes <= MAX_COPIED_BYTES or not others

    def _send_close(self, number: int) -> None:
        if self._process is not None and self._process.is_open:
            self._process.send("close", (number,), lambda _: None, lambda _: None)

    def _answered(self, syntax: RemoteSyntax, answer: Answer) -> None:
        began_s = time.thread_time()
        self._was_prompt()
        if answer.error is not None:
            log.warning("The parser failed: %s", answer.error)
        is_other = syntax.answered(answer)
        if self._wanting:
            self._flush_soon()
        if syntax.number not in self._documents:
            return
        if (due_s := syntax.due_s()) is not None:
            if due_s <= self.now_s():
                self.want(syntax)
            else:
                self.want_later(due_s - self.now_s())
        self._measure(began_s)
        if is_other:
            self._on_parsed(syntax)

    def _lost(self, syntax: RemoteSyntax, failure: Failure | None) -> None:
        syntax.lost(failure)
        self._wanting[syntax.number] = syntax
        if syntax.quarantine.is_closed:
            log.info("A document is not parsed any more until it has changed: it ended the parser")

    def _was_prompt(self) -> None:
        self.is_prompt = True

    def _measure(self, began_s: float) -> None:
        self.longest_slice_s = max(self.longest_slice_s, time.thread_time() - began_s)

    # --- the worker ------------------------------------------------------------------------------

    def _start_soon(self) -> None:
        if self._starting is None and self._loop is not None and not self.is_closed:
            self._starting = self._loop.create_task(self._start())

    async def _start(self) -> None:
        """Start a worker, after a pause if several have ended lately."""
        if (pause_s := self._pause_s()) > 0:
            await asyncio.sleep(pause_s)
        self._starts_s.append(self.now_s())
        process = WorkerProcess(self._ended)
        try:
            await process.start()
        except OSError as error:
            log.warning("The parser did not start: %s", error)
            self._starting = None
            self.want_later(MAX_PAUSE_S)
            return
        self._process, self._starting = process, None
        if not process.is_open:  # it has ended already
            self._ended()
            return
        self._flush_soon()

    def _pause_s(self) -> float:
        now_s = self.now_s()
        while self._starts_s and now_s - self._starts_s[0] > RECENT_S:
            self._starts_s.popleft()
        n_more = len(self._starts_s) - N_QUICK_STARTS
        return min(FIRST_PAUSE_S * 2**n_more, MAX_PAUSE_S) if n_more >= 0 else 0.0

    def _ended(self) -> None:
        """The worker has ended: all trees are lost."""
        process, self._process = self._process, None
        self.is_prompt = True
        if process is not None and not process.n_answered and not self._has_reported:
            self._has_reported = True
            log.warning("The parser ended at its start: there are no syntax trees")
        had = [self._documents[n] for n in self._copied if n in self._documents]
        self._copied.clear()
        for syntax in had:
            syntax.forgotten()
            self._wanting[syntax.number] = syntax
        if not self.is_closed:
            for syntax in had:
                self._on_parsed(syntax)
            self._flush_soon()
