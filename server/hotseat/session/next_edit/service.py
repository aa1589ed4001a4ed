"""The next edit of a document: one offer, or none.

Computed when the editor asks, after the key; a newer request or edit makes it worthless, and then
the answer is empty. An offer without a model comes first. Where there is none, the expert with the
role `next-edit` is asked, if it is in memory. Knows nothing of LSP.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from hotseat.documents.columns import to_column
from hotseat.documents.store import Document, DocumentStore
from hotseat.domain.syntax import NameUse
from hotseat.domain.text import Position, PositionEncoding, Range
from hotseat.next_edit.changes import Hunk
from hotseat.next_edit.history import DocumentHistory
from hotseat.next_edit.imports import missing_import
from hotseat.next_edit.offers import Kind, Offer, Search
from hotseat.session.next_edit.offered import OfferedEdit
from hotseat.session.next_edit.recorder import EditRecorder

MAX_IGNORED = 3
"""An offer that is passed over so often is dismissed."""
MAX_IMPORT_FILES = 20
ID_PREFIX = "next-"
Uses = Callable[[str, "str | None", Sequence[tuple[int, int]]], Awaitable["list[NameUse] | None"]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What a model is asked with."""

    document: Document
    lines: Sequence[str]
    original: Sequence[str]
    """The text when the document was opened."""
    hunks: Sequence[Hunk]
    """Places changed since then, the newest last; lines of the present text."""
    line: int
    column: int
    language: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewrite:
    """Lines [first_line, first_line + n_lines) become `lines`, according to a model."""

    first_line: int
    n_lines: int
    lines: tuple[str, ...]
    expert: str


AskModel = Callable[[Situation], Awaitable["Rewrite | None"]]


@dataclass(slots=True)
class _Followed:
    """One document."""

    number: int
    history: DocumentHistory
    original: tuple[str, ...]
    dismissed: set[Kind] = field(default_factory=set)
    ignored: dict[Kind, int] = field(default_factory=dict)
    offer: Offer | None = None
    offer_id: str = ""


class NextEdits:
    """The offers of one window.

    `uses` asks the syntax tree, `ask_model` a model; `language_of` returns the language of an open
    document, `is_secret` whether no model may see it.
    """

    def __init__(
        self,
        documents: DocumentStore,
        recorder: EditRecorder,
        *,
        uses: Uses,
        language_of: Callable[[str], str | None],
        is_secret: Callable[[str], bool],
        ask_model: AskModel | None = None,
    ) -> None:
        self._documents = documents
        self._recorder = recorder
        self._uses = uses
        self._language_of = language_of
        self._is_secret = is_secret
        self._ask_model = ask_model
        self._followed: dict[str, _Followed] = {}
        self._n_offers = 0
        self._newest: asyncio.Task[object] | None = None

    async def next_edit(
        self, uri: str, position: Position, *, version: int | None = None
    ) -> OfferedEdit | None:
        """Return the offer for the document as it is now; None without one.

        A `version` that is not the document's gets none, and neither does a text that changes
        while this is computed.
        """
        document = self._documents.get(uri)
        if document is None or not self._recorder.is_on:
            return None
        if version is not None and version != document.version:
            return None
        task = self._newest = asyncio.current_task()
        revision = document.revision
        followed = self._follow(document)
        if followed is None:
            return None
        language = self._language_of(uri)
        offer = await self._by_rule(followed, document, language)
        if document.revision != revision or self._newest is not task:
            return None
        if offer is not None:
            return self._offered(followed, document, offer)
        return await self._by_model(followed, document, position, language, task)

    def resolved(self, id_: str, outcome: str) -> None:
        """The user accepted or dismissed an offer."""
        for followed in self._followed.values():
            if followed.offer_id == id_ and followed.offer is not None:
                if outcome == "rejected":
                    followed.dismissed.add(followed.offer.kind)
                    followed.offer = None
                return

    def _follow(self, document: Document) -> _Followed | None:
        """Return what is known of the document, with all edits until now."""
        recorded = self._recorder.take(document)
        if recorded is None:
            return None
        number = self._recorder.number(document.uri)
        followed = self._followed.get(document.uri)
        if followed is None or followed.number != number:
            history = DocumentHistory(recorded.text)
            followed = _Followed(number=number, history=history, original=tuple(history.lines))
            self._followed = {
                uri: one for uri, one in self._followed.items() if self._documents.get(uri)
            }
            self._followed[document.uri] = followed
        for change in recorded.changes:
            is_accepted = _is_offer(change, followed.offer, followed.history, document.encoding)
            self._note_outcome(followed, is_accepted=is_accepted)
            followed.history.edited(change, document.encoding, is_accepted=is_accepted)
        if len(followed.history.lines) != document.buffer.n_lines:
            followed.history = DocumentHistory(document.buffer.text())
        return followed

    def _note_outcome(self, followed: _Followed, *, is_accepted: bool) -> None:
        offer, followed.offer = followed.offer, None
        if offer is None:
            return
        if is_accepted:
            followed.ignored.pop(offer.kind, None)
            return
        n = followed.ignored.get(offer.kind, 0) + 1
        followed.ignored[offer.kind] = n
        if n >= MAX_IGNORED:
            followed.dismissed.add(offer.kind)

    async def _by_rule(
        self, followed: _Followed, document: Document, language: str | None
    ) -> Offer | None:
        history = followed.history
        edits = list(history.hunks())
        search = Search(history.lines, language, edits, followed.dismissed)
        places = search.places
        uses = None
        if places:
            uses = await self._uses(search.text, language, places)
        offer = search.best(uses)
        if offer is None and edits:
            others = [
                one.buffer.text_of(0, 200).split("\n")
                for one in list(self._documents)[:MAX_IMPORT_FILES]
                if one.uri != document.uri and self._language_of(one.uri) == language
            ]
            offer = missing_import(history.lines, language, edits[-1][0], others)
            if offer is not None and offer.kind in followed.dismissed:
                return None
        return offer

    def _offered(self, followed: _Followed, document: Document, offer: Offer) -> OfferedEdit | None:
        if document.buffer.line(offer.line)[offer.start : offer.end] != offer.old:
            return None
        self._n_offers += 1
        followed.offer, followed.offer_id = offer, f"{ID_PREFIX}{self._n_offers}"
        buffer, encoding = document.buffer, document.encoding
        range_ = Range(
            buffer.to_position(offer.line, offer.start, encoding),
            buffer.to_position(offer.line, offer.end, encoding),
        )
        return OfferedEdit(
            id=followed.offer_id,
            uri=document.uri,
            version=document.version,
            range=range_,
            text=offer.new,
        )

    async def _by_model(
        self,
        followed: _Followed,
        document: Document,
        position: Position,
        language: str | None,
        task: asyncio.Task[object] | None,
    ) -> OfferedEdit | None:
        hunks = [hunk for hunk, _ in followed.history.hunks()]
        if self._ask_model is None or not hunks or self._is_secret(document.uri):
            return None
        revision = document.revision
        line, column = document.buffer.to_column(position, document.encoding)
        situation = Situation(
            document=document,
            lines=tuple(followed.history.lines),
            original=followed.original,
            hunks=hunks,
            line=line,
            column=column,
            language=language,
        )
        rewrite = await self._ask_model(situation)
        if rewrite is None or document.revision != revision or self._newest is not task:
            return None
        self._n_offers += 1
        return rewritten(rewrite, document, f"{ID_PREFIX}{self._n_offers}")


def rewritten(rewrite: Rewrite, document: Document, id_: str) -> OfferedEdit:
    """Return a model's rewrite as an edit that leaves the end of the last line alone."""
    last = rewrite.first_line + rewrite.n_lines - 1
    buffer, encoding = document.buffer, document.encoding
    end = buffer.to_position(last, len(buffer.line(last)), encoding)
    return OfferedEdit(
        id=id_,
        uri=document.uri,
        version=document.version,
        range=Range(Position(rewrite.first_line, 0), end),
        text="\n".join(rewrite.lines),
        expert=rewrite.expert,
    )


def _is_offer(
    change: tuple[Range | None, str],
    offer: Offer | None,
    history: DocumentHistory,
    encoding: PositionEncoding,
) -> bool:
    """Return whether a change of the editor is the offer, accepted."""
    range_, text = change
    if offer is None or range_ is None or text != offer.new:
        return False
    if range_.start.line != offer.line or range_.end.line != offer.line:
        return False
    line = history.lines[offer.line] if offer.line < len(history.lines) else ""
    start = to_column(line, range_.start.character, encoding)
    return (start, to_column(line, range_.end.character, encoding)) == (offer.start, offer.end)
