"""What a task proposes for each file, what became of it, and what undoes it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from hotseat.conversation.task.changes import FileChanges
from hotseat.conversation.task.diffs import unified_diff
from hotseat.domain.errors import HotseatError
from hotseat.session.task.live import LiveTask
from hotseat.session.task.texts import CurrentText, Texts
from hotseat.storage.tasks import StoredFile


class FileState(StrEnum):
    """What a file holds now."""

    PROPOSED = "proposed"
    CONFLICT = "conflict"
    WRITTEN = "written"
    CHANGED = "changed"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewedFile:
    """One file of a task. `changes` are to be applied where its state is `proposed`."""

    path: str
    uri: str
    version: int | None
    state: FileState
    changes: FileChanges
    note: str = ""
    diff: str = ""
    deletes: bool = False
    """Undoing its creation."""


class Review:
    """The reviews of one window."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    def path_of(self, uri: str) -> str | None:
        """Return the path in the workspace of an open document; None if it is not open."""
        return self._texts.path_of(uri)

    def uri(self, path: str) -> str:
        """Return the URI of a path in the workspace."""
        return self._texts.uri(path)

    async def files(self, live: LiveTask) -> list[ReviewedFile]:
        """Return the files of a task as they are now."""
        return [await self._file(live, changes) for _, changes in sorted(live.files.items())]

    async def _file(self, live: LiveTask, changes: FileChanges) -> ReviewedFile:
        path = changes.path
        current, problem = await self._current(path)
        written = live.written.get(path)
        note = ""
        if written is not None and current.text == written:
            state = FileState.WRITTEN
        elif written is not None and current.text == changes.base:
            state = FileState.UNDONE
        elif written is not None:
            state, note = FileState.CHANGED, problem or "It was edited after the task wrote it."
        elif current.text == changes.base and not problem:
            state = FileState.PROPOSED
        else:
            state, note = FileState.CONFLICT, problem or _why(changes, current)
        diff = await asyncio.to_thread(unified_diff, changes)
        return ReviewedFile(
            path=path,
            uri=current.uri,
            version=current.version,
            state=state,
            changes=changes,
            note=note,
            diff=diff,
        )

    async def _current(self, path: str) -> tuple[CurrentText, str]:
        """Return what a file holds, and why that cannot be read; else empty."""
        try:
            return await self._texts.current(path), ""
        except HotseatError as error:
            return CurrentText(uri=self._texts.uri(path), text=None), error.message

    async def written(self, live: LiveTask) -> list[StoredFile]:
        """Return the files into which the user has taken changes, with the texts that they hold
        now. A file that was undone keeps what the task wrote."""
        found = []
        for path, changes in live.files.items():
            current, _ = await self._current(path)
            if current.text is None:
                continue
            accepted = await asyncio.to_thread(changes.accepted_in, current.text)
            if accepted is not None and any(accepted):
                found.append(StoredFile(changes=changes, written=current.text))
        return found

    async def undo(self, live: LiveTask) -> list[ReviewedFile]:
        """Return what brings back the files that hold what the task wrote, as `proposed`; the other
        files that it wrote as they are, with what was edited since as their diff."""
        found = []
        for file in await self.files(live):
            written = live.written.get(file.path)
            if written is None or file.state is FileState.UNDONE:
                continue
            if file.state is FileState.WRITTEN:
                found.append(await asyncio.to_thread(_undone, file, written))
            else:
                found.append(await self._edited_since(file, written))
        return found

    async def _edited_since(self, file: ReviewedFile, written: str) -> ReviewedFile:
        current, _ = await self._current(file.path)
        since = FileChanges(path=file.path, base=written)
        if current.text is not None:
            since = await asyncio.to_thread(_whole, since, current.text)
        return ReviewedFile(
            path=file.path,
            uri=file.uri,
            version=file.version,
            state=FileState.CHANGED,
            changes=file.changes,
            note=file.note,
            diff=await asyncio.to_thread(unified_diff, since, removes=current.text is None),
        )


def _undone(file: ReviewedFile, written: str) -> ReviewedFile:
    accepted: Sequence[bool] = file.changes.accepted_in(written) or ()
    deletes = file.changes.base is None
    changes = file.changes.undone(accepted)
    return ReviewedFile(
        path=file.path,
        uri=file.uri,
        version=file.version,
        state=FileState.PROPOSED,
        changes=changes,
        diff=unified_diff(changes, removes=deletes),
        deletes=deletes,
    )


def _whole(file: FileChanges, text: str) -> FileChanges:
    """Return the file with all of it replaced."""
    return file.with_lines(0, 0, len(file.base_lines), text.split("\n"))


def _why(changes: FileChanges, current: CurrentText) -> str:
    if current.text is None:
        return "It was deleted or renamed since the task read it."
    if changes.base is None:
        return "It was created since the task began."
    return "It was changed since the task read it."
