"""Suggestions that the user rejected: the same text does not return by itself at the same place.

Owns the memory of one window. Pure: knows no clock. A request by hand forgives.
"""

from __future__ import annotations

from collections import OrderedDict

from hotseat.completion.cache import CursorPlace

MAX_REJECTED = 50
"""The oldest is forgotten first."""
_MAX_SHOWN = 20

_At = tuple[str, str, str]
"""The document's URI, and the text right before and right after the cursor."""


class RejectedSuggestions:
    """Which texts were shown under which id, and which of them the user rejected."""

    def __init__(self) -> None:
        self._shown: OrderedDict[str, tuple[_At, str]] = OrderedDict()
        self._rejected: OrderedDict[tuple[_At, str], None] = OrderedDict()

    def shown(self, suggestion_id: str, uri: str, place: CursorPlace, text: str) -> None:
        """Note what the editor shows under that id."""
        self._shown[suggestion_id] = (_at(uri, place), text)
        if len(self._shown) > _MAX_SHOWN:
            self._shown.popitem(last=False)

    def reject(self, suggestion_id: str) -> None:
        """The user dismissed it. An id that is not known changes nothing."""
        if (rejected := self._shown.get(suggestion_id)) is None:
            return
        self._rejected[rejected] = None
        self._rejected.move_to_end(rejected)
        if len(self._rejected) > MAX_REJECTED:
            self._rejected.popitem(last=False)

    def is_rejected(self, uri: str, place: CursorPlace, text: str) -> bool:
        """Return whether the user dismissed that text at that place."""
        return (_at(uri, place), text) in self._rejected

    def forgive(self, uri: str, place: CursorPlace, text: str) -> None:
        """The user asked for it by hand: it may be shown again."""
        self._rejected.pop((_at(uri, place), text), None)


def _at(uri: str, place: CursorPlace) -> _At:
    return uri, place.tail, place.head
