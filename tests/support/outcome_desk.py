"""A document with a suggestion at its cursor, edited as editors do, with a clock of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hotseat.completion.filter.outcome_tracker import Ended, OutcomeTracker
from hotseat.completion.filter.retention import retained_share
from hotseat.documents.shift import end_of
from hotseat.documents.store import Change, DocumentStore
from hotseat.domain.text import Position, PositionEncoding, Range
from hotseat.storage.outcome_store import OutcomeRow
from hotseat.syntax.document_syntax import Syntax

MakeRow = Callable[..., OutcomeRow]
"""A row in which only what matters to the test need be said."""
URI = "file:///shop/main.go"
OTHER_URI = "file:///shop/other.go"


def at(line: int, character: int) -> Position:
    return Position(line, character)


def put(text: str, start: Position, end: Position | None = None) -> Change:
    """Text in place of a range; without an end, an insertion."""
    return Range(start, end or start), text


class Desk:
    """`marked` has the cursor at ‸, where the suggestion is shown."""

    def __init__(
        self,
        marked: str,
        suggestion: str,
        *,
        encoding: PositionEncoding = PositionEncoding.UTF16,
        visible: bool = True,
    ) -> None:
        before, after = marked.split("‸")
        self.encoding = encoding
        self.documents = DocumentStore(Syntax, encoding)
        self.documents.open(URI, "go", 1, before + after)
        self.documents.open(OTHER_URI, "go", 1, "")
        self.tracker: OutcomeTracker[str] = OutcomeTracker(encoding)
        self.now_s = 1000.0
        self.cursor = end_of(at(0, 0), before, encoding)
        self.show(suggestion, visible=visible)

    def show(
        self,
        suggestion: str,
        *,
        id_: str = "1",
        place: Position | None = None,
        visible: bool = True,
    ) -> None:
        self.tracker.shown(
            f"facts of {id_}",
            suggestion_id=id_,
            uri=URI,
            position=place or self.cursor,
            text=suggestion,
            look=self.look,
            now_s=self.now_s,
            visible=visible,
        )

    def change(self, *changes: Change, uri: str = URI) -> None:
        """All in one notification."""
        self.documents.change(uri, None, changes)
        self.tracker.edited(uri, changes, look=self.look, now_s=self.now_s)

    def insert(self, text: str) -> None:
        """One edit at the cursor, which goes behind it."""
        place = self.cursor
        self.cursor = end_of(place, text, self.encoding)
        self.change(put(text, place))

    def type(self, text: str) -> None:
        """Key by key."""
        for char in text:
            self.insert(char)

    def delete_before_cursor(self, n: int) -> None:
        end = self.cursor
        self.cursor = at(end.line, end.character - n)
        self.change(put("", self.cursor, end))

    def wait(self, seconds: float) -> list[Ended[str]]:
        self.now_s += seconds
        return self.tracker.tick(self.read, self.now_s)

    def ending(self) -> Ended[str]:
        """The one suggestion's, after all waiting."""
        found = [*self.wait(31), *self.wait(3), *self.tracker.finish(self.now_s)]
        assert len(found) == 1, found
        return found[0]

    def text(self) -> str:
        document = self.documents.get(URI)
        assert document is not None
        return document.buffer.text()

    def look(self, position: Position, n_chars: int) -> tuple[str, str]:
        document = self.documents.get(URI)
        assert document is not None
        line, column = document.buffer.to_column(position, self.encoding)
        return document.buffer.line(line)[:column], document.suffix(position, n_chars)

    def read(self, uri: str, start: Position, end: Position) -> str | None:
        document = self.documents.get(uri)
        if document is None:
            return None
        return document.buffer.slice_bytes(document.byte_at(start), document.byte_at(end))


def kept(ended: Ended[Any]) -> float:
    """The share that was still there."""
    assert ended.retained is not None
    return retained_share(*ended.retained)
