"""All open documents of one editor window.

Owns which documents are open, and their versions. Accepts every notification of a client: the
return value says what was wrong with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum

from hotseat.documents.buffer import TextBuffer
from hotseat.documents.syntax import NewSyntax
from hotseat.domain.text import Position, PositionEncoding, Range

Change = tuple[Range | None, str]
"""Text in place of a range; None means the whole document."""


class Outcome(StrEnum):
    """What became of a client's notification."""

    DONE = "done"
    NOT_OPEN = "not open"
    """Nothing was done."""
    ALREADY_OPEN = "already open"
    """The new text replaces the old one."""
    OUT_OF_ORDER = "out of order"
    """The version did not grow. The change was made nevertheless: on one ordered stream only the
    number can be wrong, and without a change every later one would be in the wrong place."""


class Document:
    """One open document: mutable, and changed only by its store."""

    def __init__(
        self,
        *,
        uri: str,
        language_id: str,
        version: int,
        text: str,
        encoding: PositionEncoding,
        new_syntax: NewSyntax,
    ) -> None:
        self.uri = uri
        self.language_id = language_id
        """The client's; `languages/detect.py` finds the real language."""
        self.version = version
        self.revision = 0
        """Grows with every change, whatever the client's version says, and has no value again after
        the document was closed and opened."""
        self.encoding = encoding
        self.buffer = TextBuffer(text)
        self.syntax = new_syntax(self.buffer)

    def prefix(self, position: Position, max_chars: int) -> str:
        return self.buffer.prefix(position, max_chars, self.encoding)

    def suffix(self, position: Position, max_chars: int) -> str:
        return self.buffer.suffix(position, max_chars, self.encoding)

    def clamped(self, position: Position) -> Position:
        """The nearest position that the document has: the end of its line, or of the text."""
        line, column = self.buffer.to_column(position, self.encoding)
        return self.buffer.to_position(line, column, self.encoding)

    def byte_at(self, position: Position) -> int:
        """Offset in utf-8."""
        return self.buffer.byte_at(*self.buffer.to_column(position, self.encoding))


class DocumentStore:
    """`encoding` is the one negotiated with the client, for all its documents. `new_syntax` makes
    the syntax of each document that is opened."""

    def __init__(
        self, new_syntax: NewSyntax, encoding: PositionEncoding = PositionEncoding.UTF16
    ) -> None:
        self.encoding = encoding
        self._new_syntax = new_syntax
        self._documents: dict[str, Document] = {}
        self._n_revisions = 0
        """Of all documents, those that were closed included."""

    def __iter__(self) -> Iterator[Document]:
        return iter(tuple(self._documents.values()))

    def __len__(self) -> int:
        return len(self._documents)

    def get(self, uri: str) -> Document | None:
        return self._documents.get(uri)

    def open(self, uri: str, language_id: str, version: int, text: str) -> Outcome:
        known = self._documents.get(uri)
        if known is not None:
            known.syntax.closed()
        self._documents[uri] = Document(
            uri=uri,
            language_id=language_id,
            version=version,
            text=text,
            encoding=self.encoding,
            new_syntax=self._new_syntax,
        )
        self._documents[uri].revision = self._next_revision()
        return Outcome.ALREADY_OPEN if known is not None else Outcome.DONE

    def change(self, uri: str, version: int | None, changes: Sequence[Change]) -> Outcome:
        """Make the changes in order, each on the result of the previous one."""
        document = self._documents.get(uri)
        if document is None:
            return Outcome.NOT_OPEN
        for range_, text in changes:
            document.syntax.edited(document.buffer.apply(range_, text, document.encoding))
            document.revision = self._next_revision()
        if version is None:
            return Outcome.DONE
        in_order = version > document.version
        document.version = version
        return Outcome.DONE if in_order else Outcome.OUT_OF_ORDER

    def _next_revision(self) -> int:
        self._n_revisions += 1
        return self._n_revisions

    def close(self, uri: str) -> Outcome:
        document = self._documents.pop(uri, None)
        if document is None:
            return Outcome.NOT_OPEN
        document.syntax.closed()
        return Outcome.DONE
