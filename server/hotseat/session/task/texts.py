"""What the files of a task hold now: as the editor has them open, else as the disk has them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from hotseat.documents.store import Document, DocumentStore
from hotseat.domain.errors import HotseatError
from hotseat.workspace.tasks.places import MAX_FILE_BYTES, Places

_LONE_RETURN = re.compile(r"\r(?!\n)")


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrentText:
    """A file's text; None if there is no file. `version` is that of the open document, if any."""

    uri: str
    text: str | None
    version: int | None = None


class Texts:
    """`documents` is None outside of an editor. `path_of` takes a URI and returns the path in the
    workspace."""

    def __init__(
        self, documents: DocumentStore | None, places: Places, path_of: Callable[[str], str]
    ) -> None:
        self._documents: Iterable[Document] = () if documents is None else documents
        self._places = places
        self._path_of = path_of

    async def current(self, path: str) -> CurrentText:
        """Return what a file holds now. Raises HotseatError if no task may change that."""
        place = await asyncio.to_thread(self._places.look, path, by_user=True)
        if place.path != path:
            raise HotseatError(
                f"{path} is a link to another place now", hint="Begin a new task for that place"
            )
        if place.problem:
            raise HotseatError(
                f"{path} cannot be changed: {place.problem}", hint="Leave it out of the task"
            )
        document = self.open_document(path)
        if document is None:
            text = await asyncio.to_thread(self._places.read, path)
            return CurrentText(uri=self.uri(path), text=text)
        if document.buffer.size_bytes > MAX_FILE_BYTES:
            raise HotseatError(
                f"{path} is larger than {MAX_FILE_BYTES // 1_000_000} MB",
                hint="Leave it out of the task",
            )
        text = document.buffer.text()
        if _LONE_RETURN.search(text):
            raise HotseatError(
                f"{path} is not text with ordinary line ends", hint="Leave it out of the task"
            )
        return CurrentText(uri=document.uri, text=text, version=document.version)

    def path_of(self, uri: str) -> str | None:
        """Return the path in the workspace of an open document; None if it is not open."""
        return next((self._path_of(uri) for d in self._documents if d.uri == uri), None)

    def uri(self, path: str) -> str:
        """Return the URI of a path, as the client writes it if the file is open."""
        document = self.open_document(path)
        return document.uri if document is not None else (self._places.root / path).as_uri()

    def open_document(self, path: str) -> Document | None:
        """Return the open document of a path in the workspace."""
        return next((d for d in self._documents if self._path_of(d.uri) == path), None)
