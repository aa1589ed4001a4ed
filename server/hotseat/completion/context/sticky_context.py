"""The context of each file's prompts, which stays the same while the user types.

Owns when snippets are chosen again, with what that needs: the indexes of open files and the places
edited lately. From key to key in one line the context is the same, whatever is typed: it is at the
prompt's beginning, and an engine evaluates all that follows a change again. Has no clock and reads
no disk.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hotseat.completion.context.file_index import (
    FileIndex,
    FileIndexes,
    OpenFile,
    related_files,
)
from hotseat.completion.context.query import ContextQuery
from hotseat.completion.context.recent_edits import EditedSpan, EditRing
from hotseat.completion.context.referenced_definitions import referenced_definitions
from hotseat.completion.context.select import choose_snippets
from hotseat.completion.context.snippet import ContextSnippet, Key
from hotseat.completion.prompt.fim_templates import Snippet
from hotseat.documents.store import Change

MOVED_LINES = 10
"""After so many lines the cursor is at another place."""
STALE_S = 5.0
"""Older than that, snippets are chosen again when the line changes."""
OLD_EDIT_S = 1800.0
"""What was written that long ago belongs to other work."""
MAX_HELD = 32
"""Files whose context is remembered."""


@dataclass(slots=True)
class _Held:
    """What was chosen for a file, and where the cursor was."""

    chosen: tuple[ContextSnippet, ...]
    snippets: tuple[Snippet, ...]
    query: ContextQuery
    """The choice was made for it."""
    line: int
    """The cursor's line when the choice was last used."""
    chosen_s: float
    n_elsewhere: int
    """Changes of other files until then."""
    known: frozenset[Key]
    """Definitions that were looked at, chosen or not."""
    is_complete: bool

    def is_for_line(self, query: ContextQuery, n_elsewhere: int) -> bool:
        """Whether the cursor is in the same line, and no other file has changed."""
        is_same_file = self.query.document is query.document
        return is_same_file and self.line == query.line and self.n_elsewhere == n_elsewhere

    def is_near(self, query: ContextQuery) -> bool:
        """Whether the choice was made about here, for a prompt that begins at the same line."""
        return (
            self.query.document is query.document
            and abs(query.line - self.query.line) <= MOVED_LINES
            and query.first_line == self.query.first_line
        )

    def has_all(self, definitions: frozenset[Key], n_elsewhere: int) -> bool:
        """Whether nothing new is to be chosen from: no definition, and no text of other files."""
        is_unchanged = self.is_complete and self.n_elsewhere == n_elsewhere
        return is_unchanged and definitions <= self.known


class ContextKeeper:
    """`is_secret` returns whether models may not see the file of a URI."""

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

    def recent_edits(self, now_s: float) -> list[EditedSpan]:
        """Return the places edited lately, the newest first."""
        return [span for span in self._edits if now_s - span.edited_s < OLD_EDIT_S]

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
        query: ContextQuery,
        files: Sequence[OpenFile],
        *,
        now_s: float,
        deadline: Callable[[], bool],
    ) -> tuple[Snippet, ...]:
        """Return the snippets for a prompt: those chosen before, as long as nothing asks for
        others.

        `deadline()` becoming true ends a new choice with what was found by then.
        """
        held = self._held.get((query.uri, query.n_tokens))
        n_elsewhere = self._n_all_changes - self._n_changes.get(query.uri, 0)
        if held is not None and held.is_for_line(query, n_elsewhere):
            return self._hold(held, query)
        indexes = self._indexes.of([f for f in files if not self._is_secret(f.document.uri)])
        related = related_files(query, indexes)
        definitions = referenced_definitions(query, related)
        known = frozenset(snippet.key for snippet in definitions)
        is_near = held is not None and held.is_near(query)
        is_recent = held is not None and now_s - held.chosen_s < STALE_S
        if held is not None and is_near and is_recent and held.has_all(known, n_elsewhere):
            return self._hold(held, query)
        self._drop_alike_edits(indexes)
        chosen = choose_snippets(
            query,
            related,
            edits=[span for span in self._edits if now_s - span.edited_s < OLD_EDIT_S],
            deadline=deadline,
            previous=held.chosen if held is not None else (),
            sticky=is_near,
            definitions=definitions,
        )
        held = _Held(
            chosen=chosen,
            snippets=tuple(snippet.snippet for snippet in chosen),
            query=query,
            line=query.line,
            chosen_s=now_s,
            n_elsewhere=n_elsewhere,
            known=known | {snippet.key for snippet in chosen},
            is_complete=not deadline(),
        )
        return self._hold(held, query)

    def _hold(self, held: _Held, query: ContextQuery) -> tuple[Snippet, ...]:
        """Keep the choice as the one used last."""
        key = (query.uri, query.n_tokens)
        held.line = query.line
        self._held[key] = held
        self._held.move_to_end(key)
        while len(self._held) > MAX_HELD:
            self._held.popitem(last=False)
        return held.snippets

    def _drop_alike_edits(self, indexes: Sequence[FileIndex]) -> None:
        by_uri = {index.uri: index for index in indexes}

        def read(uri: str, first_line: int, last_line: int) -> list[str] | None:
            index = by_uri.get(uri)
            return index.lines(first_line, last_line) if index is not None else None

        self._edits.drop_alike(read)

    def _drop_held(self, uri: str) -> None:
        for key in [key for key in self._held if key[0] == uri]:
            del self._held[key]

    def _count_change(self, uri: str) -> None:
        self._n_changes[uri] = self._n_changes.get(uri, 0) + 1
        self._n_all_changes += 1
