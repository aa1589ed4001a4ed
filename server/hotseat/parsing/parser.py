"""Parsing for one window: decides what the worker is asked, and when.

Owns which documents want something. `current_worker.py` starts the worker, and `copies.py` chooses
what it keeps. Of each document one request at a time is under way. Nothing here waits for the
worker, except who awaits an answer, for a bounded time.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from functools import partial

from hotseat.documents.buffer import TextBuffer
from hotseat.domain.syntax import SyntaxErrors
from hotseat.parsing.awaited_answer import awaited_answer
from hotseat.parsing.copies import Copies
from hotseat.parsing.current_worker import CurrentWorker
from hotseat.parsing.process import WorkerProcess
from hotseat.parsing.quarantine import Failure
from hotseat.parsing.remote_syntax import QUIET_S, RemoteSyntax
from hotseat.parsing.wire import Answer

log = logging.getLogger(__name__)

SOON_S = 0.005
"""A request that an editor sends right after a key is on its way to the engine by then; the message
to the worker would delay it by a millisecond, and `settle` does not wait for it."""
ANSWER_S = 0.25
"""The longest wait for the answer about a fragment. It takes 0.1 to 2 ms; a busy machine more."""
ERRORS_S = 10.0
"""The same for the errors of a whole text, which the user waits for."""
ERRORS_LIMIT_S = 0.5
"""Processor time of one such parse, where the parser can be interrupted."""


class Parser:
    """`on_parsed` is called with a document's syntax when its answers may be others now.

    Definitions are asked for when a document was not edited for `quiet_s` seconds.
    """

    def __init__(
        self, on_parsed: Callable[[RemoteSyntax], None], *, quiet_s: float = QUIET_S
    ) -> None:
        self._on_parsed, self.quiet_s = on_parsed, quiet_s
        self._loop: asyncio.AbstractEventLoop | None = None
        self._worker = CurrentWorker(
            on_start=self._flush_soon, on_end=self._ended, retry_after=self.want_later
        )
        self._next_number = 0
        self._documents: dict[int, RemoteSyntax] = {}
        self._copies = Copies()
        self._wanting: dict[int, RemoteSyntax] = {}
        self._flushing: asyncio.Handle | None = None
        self._timer: asyncio.TimerHandle | None = None
        self.is_closed = False
        self.is_prompt = True
        """False after an answer was waited for in vain, until the next answer."""
        self.longest_slice_s = 0.0
        """The longest time that the event loop was held, in processor time."""

    @property
    def worker_pid(self) -> int | None:
        """Of the running worker; None if there is none."""
        process = self._worker.process
        return process.pid if process is not None else None

    @property
    def n_copied_bytes(self) -> int:
        """About how many bytes of documents the worker has."""
        return self._copies.n_bytes

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
        await self._worker.aclose()

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
        if self._copies.remove(syntax):
            self._send_close(syntax.number)

    async def errors(self, text: str, language: str | None) -> SyntaxErrors | None:
        """Return the errors of a text; None if it is not parsed."""
        if self._loop is None or self.is_closed:
            return None
        await self._worker.started(ERRORS_S)
        arguments = text, language, ERRORS_LIMIT_S
        answer = await self.answer("errors", arguments, within_s=ERRORS_S)
        match answer.value if answer is not None else None:
            case [int(n), int() | None as first_line, int(n_bytes)]:
                return SyntaxErrors(n=n, first_line=first_line, n_bytes=n_bytes)
        return None

    async def started(self, within_s: float) -> None:
        """Wait until the worker runs, at most so long."""
        if self._loop is not None and not self.is_closed:
            await self._worker.started(within_s)

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
        process = self._worker.process
        if process is None:
            self._start_soon()
            return None
        if not self.is_prompt and within_s <= ANSWER_S:
            return None
        return await awaited_answer(
            process,
            method,
            arguments,
            answered=self._note_answer,
            failed=failed,
            is_late=self._note_late,
            within_s=within_s,
        )

    # --- sending ---------------------------------------------------------------------------------

    def _flush_soon(self) -> None:
        if self._flushing is None and self._loop is not None and not self.is_closed:
            self._flushing = self._loop.call_later(SOON_S, self._flush)

    def _flush(self) -> None:
        began_s = time.thread_time()
        self._flushing = None
        process = self._worker.process
        if process is None:
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
        self._copies.used(syntax)
        method, arguments = syntax.next_request()
        process.send(
            method, arguments, partial(self._answered, syntax), partial(self._lost, syntax)
        )

    def _make_room(self, syntax: RemoteSyntax) -> bool:
        """Have the worker forget the documents that were not used for the longest time.

        Return whether there is room for one more now.
        """
        has_room, evicted = self._copies.make_room(syntax)
        for other in evicted:
            other.evicted()
            self._send_close(other.number)
        return has_room

    def _send_close(self, number: int) -> None:
        if (process := self._worker.process) is not None:
            process.send("close", (number,), lambda _: None, lambda _: None)

    def _answered(self, syntax: RemoteSyntax, answer: Answer) -> None:
        began_s = time.thread_time()
        self._note_answer(answer)
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

    def _note_answer(self, answer: Answer) -> None:
        self.is_prompt = True
        if answer.error is not None:
            log.warning("The parser failed: %s", answer.error)

    def _note_late(self) -> None:
        self.is_prompt = False

    def _measure(self, began_s: float) -> None:
        self.longest_slice_s = max(self.longest_slice_s, time.thread_time() - began_s)

    # --- the worker ------------------------------------------------------------------------------

    def _start_soon(self) -> None:
        if self._loop is not None and not self.is_closed:
            self._worker.start_soon()

    def _ended(self) -> None:
        """The worker has ended: all trees are lost."""
        self.is_prompt = True
        had = self._copies.take_all()
        for syntax in had:
            syntax.forgotten()
            self._wanting[syntax.number] = syntax
        if not self.is_closed:
            for syntax in had:
                self._on_parsed(syntax)
            self._flush_soon()
