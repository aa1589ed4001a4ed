"""A suggestion that goes on from the item that is selected in the editor's list of completions.

The editor shows a suggestion only if it begins with that item.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from hotseat.completion.snapshot import SelectedItem
from hotseat.documents.store import Document
from hotseat.domain.text import Position
from hotseat.session.suggest.suggestion import Suggestion

_MAX_TYPED_CHARS = 400


@dataclass(frozen=True, slots=True)
class SelectedRest:
    """`typed` stands before the cursor, from `start` on, and `rest` of the selected item does not
    yet."""

    typed: str = ""
    rest: str = ""
    start: Position | None = None

    def suggestion(self, suggestion: Suggestion) -> Suggestion:
        """Return the suggestion, which goes on after the item, with the item's rest before it."""
        return replace(
            suggestion,
            text=self.rest + suggestion.text,
            alternatives=tuple(self.rest + text for text in suggestion.alternatives),
            replaced=self.typed,
            start=self.start,
        )


def selected_rest(
    document: Document, position: Position, selected: SelectedItem | None
) -> SelectedRest | None:
    """Return what is left of the selected item; nothing without one.

    None if the item does not begin with what it would replace: then no suggestion can be shown.
    """
    if selected is None:
        return SelectedRest()
    line = document.prefix(position, _MAX_TYPED_CHARS).rpartition("\n")[2]
    start = document.prefix(selected.start, _MAX_TYPED_CHARS).rpartition("\n")[2]
    if selected.start.line != position.line or not line.startswith(start):
        return None
    typed = line[len(start) :]
    if not selected.text.startswith(typed):
        return None
    return SelectedRest(typed, selected.text[len(typed) :], selected.start)
