"""What was changed in the open documents, until an offer is asked for.

On the path of a key: it only appends. Nothing of `next_edit/` is imported here.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from hotseat.documents.store import Change, Document

MAX_BYTES = 1_000_000
"""Of a document that is followed."""
MAX_CHANGES = 2000
"""A client that never asks for a next edit costs no more than this."""


@dataclass(slots=True)
class Recorded:
    """The text of a document at some time, and the changes since then, in order."""

    text: str
    changes: list[Change] = field(default_factory=list)


class EditRecorder:
    """Use `opened`, `changed`, `closed` and `take`. Records nothing unless `is_on`."""

    def __init__(self, *, is_on: bool = True) -> None:
        self.is_on = is_on
        self._recorded: dict[str, Recorded] = {}
        self._numbers: dict[str, int] = {}
        self._n_opened = 0

    def opened(self, document: Document) -> None:
        """Keep the text of a document that was opened."""
        if self.is_on and document.buffer.size_bytes <= MAX_BYTES:
            self._n_opened += 1
            self._numbers[document.uri] = self._n_opened
            self._recorded[document.uri] = Recorded(document.buffer.text())

    def changed(self, uri: str, changes: tuple[Change, ...]) -> None:
        """Keep the changes of a document."""
        recorded = self._recorded.get(uri)
        if recorded is None:
            return
        recorded.changes.extend(changes)
        if len(recorded.changes) > MAX_CHANGES:
            self.closed(uri)

    def closed(self, uri: str) -> None:
        """Forget a document."""
        self._recorded.pop(uri, None)
        self._numbers.pop(uri, None)

    def number(self, uri: str) -> int:
        """Return a number that is another one after the document was opened again; 0 if it is not
        followed."""
        return self._numbers.get(uri, 0)

    def take(self, document: Document) -> Recorded | None:
        """Return what was recorded since the last call; the text is that of the first call.

        A document that was not followed is from now on; None for one that is too long.
        """
        uri = document.uri
        if uri not in self._recorded:
            self.opened(document)
        recorded = self._recorded.get(uri)
        if recorded is None:
            return None
        self._recorded[uri] = Recorded("")
        return recorded
