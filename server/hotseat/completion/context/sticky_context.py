"""The context of each file's prompts, held still while somebody types.

Owns when the choice of `snippets` is made anew, with what it needs: the indexes of open files and
the places edited lately. From key to key in one line the context is the same, whatever is typed:
it stands at the prompt's beginning, and an engine evaluates anew all that follows a change. Has no
clock and reads no disk.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hotseat.completion.context.file_index import FileIndexes, OpenFile
from hotseat.completion.context.recent_edits import EditRing
from hotseat.completion.context.referenced_definitions import needed_definitions
from hotseat.completion.context.select import gather, snippets_of
from hotseat.completion.context.snippet import ContextQuery, ContextSnippet, Key
from hotseat.completion.prompt.fim_templates import Snippet
from hotseat.documents.store import Change

MOVED_LINES = 10
"""Behind so many lines the cursor is at another place."""
STALE_S = 5.0
"""Older than that, the choice is made anew when the line changes."""
OLD_EDIT_S = 1800.0
"""What was written that long ago belongs to other work."""
MAX_HELD = 32
"""Files whose context is remembered."""


@dataclass(slots=True)
class _Held:
    """What was chosen for a file, and where the cursor was."""

    pieces: tuple[ContextSnippet, ...]
    snippets: tuple[Snippet, ...]
    place: ContextQuery
    line: int
    """The last one asked for; the choice was made at `place.line`."""
    gathered_s: float
    n_elsewhere: int
    known: frozenset[Key]
    """Definitions that were looked at, chosen or not."""
    is_complete: bool

    def is_near(self, place: ContextQuery) -> bool:
        """Whether the choice was made about here, for a prompt that begins at the same line."""
        return (
            self.place.document is place.document
            and abs(place.line - self.place.line) <= MOVED_LINES
            and place.first_line == self.place.first_line
        )


class ContextKeeper:
    """`is_secret` says of a URI whether its file is to be kept from models."""

    def __init__(self, is_secret: Callable[[str], bool]) -> None:
        self._is_secret = is_secret
        self._edits = EditRing()
        self._indexes = FileIndexes(is_secret)
        self._held: OrderedDict[tuple[str, int], _Held] = OrderedDict()
        self._n_changes: dict[str, int] = {}
        self._n_all_changes = 0

    def changed(self, uri: str, changes: Sequence[Change], now_s: float) -> None:
        """As `DocumentStore.change` got them."""
        self._count_change(uri)
        self._indexes.edited(uri, now_s)
        for range_, text in changes:
            if range_ is None:
                self._edits.forget(uri)
                self._drop_held(uri)
                continue
            first, last = sorted((range_.start.line, range_.end.line))
            n_new = text.replace("\r\n", "\n").replace("\r", "\n").count("\n")
            self._edits.edited(uri, first, last, first + n_new, now_s)

    def closed(self, uri: str) -> None:
        self._count_change(uri)
        self._n_changes.pop(uri)
        self._edits.forget(uri)
        self._indexes.forget(uri)
        self._drop_held(uri)

    def forget_all(self) -> None:
        """What is secret has changed: nothing that was read before may be shown any more."""
        self._edits = EditRing()
        self._indexes = FileIndexes(self._is_secret)
        self._held.clear()

    def index(self, files: Sequence[OpenFile], now_s: float, deadline: Callable[[], bool]) -> bool:
        """Look at what has changed, beside the editing; True when nothing is left to do now."""
        return self._indexes.step(files, now_s, deadline)

    def context(
        self,
        place: ContextQuery,
        files: Sequence[OpenFile],
        *,
        n_tokens: int,
        now_s: float,
        deadline: Callable[[], bool],
    ) -> tuple[Snippet, ...]:
        """At most `n_tokens` (of a prompt's budget, the same from key to key) from open files."""
        key = (place.uri, n_tokens)
        held = self._held.get(key)
        n_elsewhere = self._n_all_changes - self._n_changes.get(place.uri, 0)
        if (
            held is not None
            and held.line == place.line
            and held.n_elsewhere == n_elsewhere
            and held.place.document is place.document
        ):
            self._held.move_to_end(key)
            return held.snippets
        indexes = self._indexes.of([f for f in files if not self._is_secret(f.document.uri)])
        wanted = needed_definitions(place, indexes)
        known = frozenset(piece.key for piece in wanted)
        is_near = held is not None and held.is_near(place)
        if (
            held is not None
            and is_near
            and held.is_complete
            and held.n_elsewhere == n_elsewhere
            and now_s - held.gathered_s < STALE_S
            and known <= held.known
        ):
            held.line = place.line
            self._held.move_to_end(key)
            return held.snippets
        by_uri = {index.uri: index for index in indexes}

        def read(uri: str, first_line: int, last_line: int) -> list[str] | None:
            index = by_uri.get(uri)
            return index.lines(first_line, last_line) if index is not None else None

        self._edits.drop_alike(read)
        pieces = gather(
            place,
            indexes,
            edits=[span for span in self._edits if now_s - span.edited_s < OLD_EDIT_S],
            n_tokens=n_tokens,
            deadline=deadline,
            previous=held.pieces if held is not None else (),
            sticky=is_near,
            wanted=wanted,
        )
        self._held[key] = _Held(
            pieces=pieces,
            snippets=snippets_of(pieces),
            place=place,
            line=place.line,
            gathered_s=now_s,
            n_elsewhere=n_elsewhere,
            known=known | {piece.key for piece in pieces},
            is_complete=not deadline(),
        )
        self._held.move_to_end(key)
        while len(self._held) > MAX_HELD:
            self._held.popitem(last=False)
        return self._held[key].snippets

    def _drop_held(self, uri: str) -> None:
        for key in [key for key in self._held if key[0] == uri]:
            del self._held[key]

    def _count_change(self, uri: str) -> None:
        self._n_changes[uri] = self._n_changes.get(uri, 0) + 1
        self._n_all_changes += 1
