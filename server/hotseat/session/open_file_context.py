"""The other open files of a window, as context for completions, and which files models may not see.

Owns the index of those files and updates it in short slices between the event loop's other work.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from hotseat.completion.context.file_index import OpenFile
from hotseat.completion.context.query import ContextQuery
from hotseat.completion.context.recent_edits import MARGIN_LINES
from hotseat.completion.context.sticky_context import ContextKeeper
from hotseat.completion.prompt.fim_templates import Snippet
from hotseat.documents.store import Change, DocumentStore
from hotseat.documents.truncation import cut_lines
from hotseat.session.chat.question_context import RecentEdit

SLICE_S = 0.002
GATHER_S = 0.008
"""The longest time that collecting context may take for one completion."""
PAUSE_S = 1.2
"""From an edit to the update of the index; a little longer than `ContextKeeper` itself waits."""


class OpenFileContext:
    """Use `start` and `aclose`. `language_of` returns an open document's language by its URI."""

    def __init__(
        self,
        documents: DocumentStore,
        *,
        language_of: Callable[[str], str | None],
        is_secret: Callable[[str], bool],
    ) -> None:
        self.is_secret = is_secret
        self._documents = documents
        self._language_of = language_of
        self._keeper = ContextKeeper(is_secret)
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def aclose(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def index_soon(self) -> None:
        """Update the index after a pause: a document was opened, or its tree is complete."""
        self._wake.set()

    def changed(self, uri: str, changes: tuple[Change, ...]) -> None:
        """A document was edited."""
        self._keeper.changed(uri, changes, time.monotonic())
        self._wake.set()

    def closed(self, uri: str) -> None:
        """A document was closed."""
        self._keeper.closed(uri)

    def forget_all(self) -> None:
        """Drop the whole index: other files may be secret now."""
        self._keeper.forget_all()
        self._wake.set()

    def recent_edits(self) -> list[RecentEdit]:
        """Return the places edited lately with their present text, the newest first."""
        found = []
        for span in self._keeper.recent_edits(time.monotonic()):
            document = self._documents.get(span.uri)
            if document is None:
                continue
            first = max(0, span.first_line - MARGIN_LINES)
            stop = min(span.last_line + MARGIN_LINES + 1, document.buffer.n_lines)
            lines = tuple(cut_lines([document.buffer.line(i) for i in range(first, stop)]))
            found.append(RecentEdit(uri=span.uri, first_line=first, lines=lines))
        return found

    def snippets(self, query: ContextQuery) -> tuple[Snippet, ...]:
        """Return snippets of other open files for a prompt."""
        end_s = time.perf_counter() + GATHER_S
        return self._keeper.context(
            query,
            self._files(),
            now_s=time.monotonic(),
            deadline=lambda: time.perf_counter() > end_s,
        )

    def _files(self) -> list[OpenFile]:
        return [OpenFile(document=d, language=self._language_of(d.uri)) for d in self._documents]

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            await asyncio.sleep(PAUSE_S)
            while not self._index_slice():
                await asyncio.sleep(SLICE_S)

    def _index_slice(self) -> bool:
        end_s = time.perf_counter() + SLICE_S
        files = self._files()
        return self._keeper.index(files, time.monotonic(), lambda: time.perf_counter() > end_s)
