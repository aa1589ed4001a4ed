"""Parsing beside the editing: one task that steps through documents whose trees are behind.

A slice is short and the event loop runs between two, so a keystroke never waits for a parse.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from hotseat.documents.store import Document, DocumentStore

# Of the 5 ms that a slice may take; the rest is for what one step does after its deadline.
SLICE_S = 0.003


class ParseLoop:
    """`on_parsed` is called with each document whose tree has caught up (or was given up)."""

    def __init__(self, documents: DocumentStore, on_parsed: Callable[[Document], None]) -> None:
        self._documents = documents
        self._on_parsed = on_parsed
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.longest_slice_s = 0.0

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    def wake(self) -> None:
        """Some document changed."""
        self._wake.set()

    async def aclose(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while pending := [d for d in self._documents if d.syntax.pending]:
                for document in pending:
                    # Two turns: whatever the last slice made wait comes first.
                    await asyncio.sleep(0)
                    await asyncio.sleep(0)
                    self._step(document)

    def _step(self, document: Document) -> None:
        began_s = time.perf_counter()
        deadline_s = began_s + SLICE_S
        if document.syntax.step(lambda: time.perf_counter() > deadline_s):
            self._on_parsed(document)
        self.longest_slice_s = max(self.longest_slice_s, time.perf_counter() - began_s)
