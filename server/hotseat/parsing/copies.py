"""Which documents the worker has a copy of, and which it forgets for another one.

Owns the order in which they were used. Sends nothing: the parser closes what is named here.
"""

from __future__ import annotations

from collections import OrderedDict

from hotseat.parsing.remote_syntax import RemoteSyntax

MAX_COPIED_BYTES = 600_000
"""Of all documents that the worker keeps: their trees may be 50 times as large."""


class Copies:
    """The documents that one worker has, the one used last at the end."""

    def __init__(self) -> None:
        self._copied: OrderedDict[int, RemoteSyntax] = OrderedDict()
        """By the document's number."""

    @property
    def n_bytes(self) -> int:
        """About how many bytes of documents the worker has."""
        return sum(syntax.n_copied_bytes for syntax in self._copied.values())

    def used(self, syntax: RemoteSyntax) -> None:
        """The worker has a copy of that document, and was asked about it."""
        self._copied[syntax.number] = syntax
        self._copied.move_to_end(syntax.number)

    def remove(self, syntax: RemoteSyntax) -> bool:
        """Forget a document. Return whether the worker had a copy."""
        return self._copied.pop(syntax.number, None) is not None

    def take_all(self) -> list[RemoteSyntax]:
        """The worker has ended: return the documents that it had."""
        had, self._copied = list(self._copied.values()), OrderedDict()
        return had

    def make_room(self, syntax: RemoteSyntax) -> tuple[bool, list[RemoteSyntax]]:
        """Forget the documents that were not used for the longest time, to make room for one.

        Return whether there is room now, and what was forgotten. A document with a request under
        way stays.
        """
        others = [other for other in self._copied.values() if other is not syntax]
        n_bytes = self.n_bytes
        if syntax.number not in self._copied:
            n_bytes += syntax.n_copied_bytes
        evicted = []
        for other in others:
            if n_bytes <= MAX_COPIED_BYTES:
                break
            if not other.is_asked:
                n_bytes -= other.n_copied_bytes
                del self._copied[other.number]
                evicted.append(other)
        return n_bytes <= MAX_COPIED_BYTES or not others, evicted
