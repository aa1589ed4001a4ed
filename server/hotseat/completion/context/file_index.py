"""What is known of each open file's content, updated beside the editing in slices.

Owns when a file is looked at again, and that it happens step by step. Reads no text that is not
open. Has no clock: the caller of `step` passes the time and a deadline.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from hotseat.completion.context.imports import (
    MAX_LINES,
    Imports,
    Key,
    imports_of,
    keys_of_file,
    shown_path,
)
from hotseat.completion.context.query import ContextQuery
from hotseat.completion.context.similar_chunks import Windows
from hotseat.documents.store import Document
from hotseat.domain.syntax import Definition
from hotseat.languages.profiles import are_related, profile_of

QUIET_S = 1.0
"""A file is indexed again when the typing pauses for so long."""
MAX_SAME_NAME = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenFile:
    """A document, and the language that the editor's window knows it by."""

    document: Document
    language: str | None


@dataclass(slots=True, kw_only=True)
class FileIndex:
    """One file as it was at `revision`; its document may have moved on."""

    document: Document
    language: str | None
    revision: int
    path: str
    """As a prompt shows it."""
    keys: frozenset[Key]
    imports: Imports = field(default_factory=Imports)
    definitions: dict[str, list[Definition]] = field(default_factory=dict)
    windows: Windows = field(default_factory=Windows)

    @property
    def uri(self) -> str:
        return self.document.uri

    def lines(self, first_line: int, last_line: int) -> list[str]:
        """Return those lines of the present text."""
        buffer = self.document.buffer
        return [
            buffer.line(i) for i in range(max(0, first_line), min(last_line + 1, buffer.n_lines))
        ]

    def imports_file(self, other: FileIndex) -> bool:
        return not self.imports.keys.isdisjoint(other.keys)


@dataclass(frozen=True, slots=True)
class RelatedFile:
    """An open file, and how it relates to the file of a query."""

    index: FileIndex
    is_own: bool
    is_related: bool
    """Their languages belong together."""
    is_imported: bool
    """The query's file imports it, or is it."""
    is_linked: bool
    """One of the two imports the other."""


def related_files(query: ContextQuery, indexes: Sequence[FileIndex]) -> list[RelatedFile]:
    """Return all of `indexes`, in their order."""
    own = next((index for index in indexes if index.uri == query.uri), None)
    files = []
    for index in indexes:
        imports = own is not None and index is not own and own.imports_file(index)
        imported = own is not None and index is not own and index.imports_file(own)
        files.append(
            RelatedFile(
                index,
                is_own=index is own,
                is_related=are_related(index.language, query.language),
                is_imported=index is own or imports,
                is_linked=imports or imported,
            )
        )
    return files


class FileIndexes:
    """The indexes of all open files. Secret files are never read."""

    def __init__(self, is_secret: Callable[[str], bool]) -> None:
        self._is_secret = is_secret
        self._done: dict[str, FileIndex] = {}
        self._edited_s: dict[str, float] = {}
        self._work: tuple[FileIndex, Iterator[None]] | None = None

    def edited(self, uri: str, now_s: float) -> None:
        self._edited_s[uri] = now_s

    def forget(self, uri: str) -> None:
        """Drop the index of a file that was closed."""
        self._edited_s.pop(uri, None)
        if self._work is not None and self._work[0].uri == uri:
            self._work = None
        self._done.pop(uri, None)

    def of(self, files: Sequence[OpenFile]) -> list[FileIndex]:
        """Return the indexes of these files that exist, in their order."""
        found = (self._done.get(file.document.uri) for file in files)
        return [
            index
            for file, index in zip(files, found, strict=True)
            if index is not None and index.document is file.document
        ]

    def step(self, files: Sequence[OpenFile], now_s: float, deadline: Callable[[], bool]) -> bool:
        """Index files whose text has changed; return True when nothing is left to do now.

        Every call gets on a little, even with a deadline that has passed already.
        """
        while True:
            if self._work is None:
                file = next((f for f in files if self._is_due(f, now_s)), None)
                if file is None:
                    return True
                self._work = _build(file)
            index, rest = self._work
            if index.document.revision != index.revision:
                self._work = None  # it begins again when the writing pauses
                continue
            for _ in rest:
                if deadline():
                    return False
            self._done[index.uri] = index
            self._work = None
            if deadline():
                return False

    def _is_due(self, file: OpenFile, now_s: float) -> bool:
        document = file.document
        known = self._done.get(document.uri)
        if known is not None and known.document is document:
            if known.revision == document.revision and known.language == file.language:
                return False
            if now_s - self._edited_s.get(document.uri, -QUIET_S) < QUIET_S:
                return False
        # Without definitions only where there never will be any.
        if profile_of(file.language).definitions is not None and document.syntax.pending:
            return False
        return not self._is_secret(document.uri)


def _build(file: OpenFile) -> tuple[FileIndex, Iterator[None]]:
    document = file.document
    index = FileIndex(
        document=document,
        language=file.language,
        revision=document.revision,
        path=shown_path(document.uri),
        keys=keys_of_file(document.uri),
    )
    return index, _steps(index)


def _steps(index: FileIndex) -> Iterator[None]:
    buffer, syntax = index.document.buffer, index.document.syntax
    index.imports = imports_of(buffer.head_lines(MAX_LINES), index.uri, index.language)
    yield
    for found in syntax.definitions():
        same = index.definitions.setdefault(found.name, [])
        if len(same) < MAX_SAME_NAME:
            same.append(found)
        yield
    # Common imports are no sign that the code below them is similar.
    yield from index.windows.build(buffer, index.imports.end_line)
