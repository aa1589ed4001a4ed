"""Parsing in the background: one task that parses, in slices, the documents that have changed.

A slice is short and the event loop runs between two slices, so a keystroke never waits for a parse.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from hotseat.documents.store import Document, DocumentStore

# A slice may take 5 ms; the rest is for what one step does after its deadline.
SLICE_S = 0.002
AFTER_KEY_S = 0.01
# A grammar may parse most of a file again at each key (Python, flat, 50,000 lines: 300 ms), so a
# large file waits for a pause in the typing.
LARGE_BYTES = 100_000
LARGE_PAUSE_S = 0.05
# Freeing a tree cannot be sliced (9 ms for 10,000 lines), so it waits until the user stops typing.
IDLE_S = 1.0


class ParseLoop:
    """`on_parsed` is called with each document whose tree is complete, or was given up."""

    def __init__(self, documents: DocumentStore, on_parsed: Callable[[Document], None]) -> None:
        self._documents = documents
        self._on_parsed = on_parsed
        self._wake = asyncio.Event()
        self._woken_s = 0.0
        self._task: asyncio.Task[None] | None = None
        self.longest_slice_s = 0.0
        """In processor time: the time that other processes take cannot be bounded here."""

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    def wake(self) -> None:
        """A document has changed, or another part of it is needed."""
        self._woken_s = time.perf_counter()
        self._wake.set()

    async def aclose(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            await self._wake_or_idle()
            # The completion that follows a keystroke goes to the engine first.
            await asyncio.sleep(AFTER_KEY_S)
            self._wake.clear()
            while pending := [d for d in self._documents if d.syntax.pending]:
                for document in sorted(pending, key=lambda d: d.buffer.size_bytes):
                    if document.buffer.size_bytes > LARGE_BYTES:
                        await self._pause_in_typing()
                    # Two turns of the loop: work that the last slice delayed comes first.
                    await asyncio.sleep(0)
                    await asyncio.sleep(0)
                    self._step(document)

    async def _wake_or_idle(self) -> None:
        if any(d.syntax.has_old_trees for d in self._documents):
            try:
                async with asyncio.timeout(IDLE_S):
                    await self._wake.wait()
            except TimeoutError:
                for document in self._documents:
                    document.syntax.free_old_trees()
        await self._wake.wait()

    async def _pause_in_typing(self) -> None:
        while (quiet_s := time.perf_counter() - self._woken_s) < LARGE_PAUSE_S:
            await asyncio.sleep(LARGE_PAUSE_S - quiet_s)

    def _step(self, document: Document) -> None:
        deadline_s = time.perf_counter() + SLICE_S
        began_s = time.thread_time()
        if document.syntax.step(lambda: time.perf_counter() > deadline_s, time.thread_time):
            self._on_parsed(document)
        self.longest_slice_s = max(self.longest_slice_s, time.thread_time() - began_s)
