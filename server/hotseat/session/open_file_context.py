"""The other open files of a window, as context for completions, and which files nobody may see.

Owns the context keeper, and that its indexes are brought up to date beside the event loop's other
work, in short slices.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from hotseat.completion.context.file_index import OpenFile
from hotseat.completion.context.snippet import Place
from hotseat.completion.context.sticky_context import ContextKeeper
from hotseat.completion.prompt.fim_templates import Snippet
from hotseat.documents.store import Change, Document, DocumentStore

SLICE_S = 0.002
GATHER_S = 0.008
"""At most, of a keystroke's time."""
PAUSE_S = 1.2
"""After the last edit a file is looked at again; a little more than the keeper itself waits."""


class Neighbours:
    """Use `start` and `aclose`. `language_of` tells an open document's language by its URI."""

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
        self._stirred = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def aclose(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def stir(self) -> None:
        """A document was opened, or its tree has caught up."""
        self._stirred.set()

    def changed(self, uri: str, changes: tuple[Change, ...]) -> None:
        self._keeper.changed(uri, changes, time.monotonic())
        self._stirred.set()

    def closed(self, uri: str) -> None:
        self._keeper.closed(uri)

    def forget_all(self) -> None:
        """Other files are secret now."""
        self._keeper.forget_all()
        self._stirred.set()

    def context(
        self,
        document: Document,
        language: str | None,
        *,
        line: int,
        shown: tuple[int, int],
        n_tokens: int,
    ) -> tuple[Snippet, ...]:
        """For a prompt of `document` that holds the lines `shown`, with the cursor in `line`."""
        first_line, last_line = shown
        place = Place(
            document=document,
            language=language,
            line=line,
            first_line=first_line,
            last_line=last_line,
        )
        end_s = time.perf_counter() + GATHER_S
        return self._keeper.context(
            place,
            self._files(),
            n_tokens=n_tokens,
            now_s=time.monotonic(),
            deadline=lambda: time.perf_counter() > end_s,
        )

    def _files(self) -> list[OpenFile]:
        return [OpenFile(document=d, language=self._language_of(d.uri)) for d in self._documents]

    async def _run(self) -> None:
        while True:
            await self._stirred.wait()
            self._stirred.clear()
            await asyncio.sleep(PAUSE_S)
            while not self._index_a_little():
                await asyncio.sleep(SLICE_S)

    def _index_a_little(self) -> bool:
        end_s = time.perf_counter() + SLICE_S
        files = self._files()
        return self._keeper.index(files, time.monotonic(), lambda: time.perf_counter() > end_s)
