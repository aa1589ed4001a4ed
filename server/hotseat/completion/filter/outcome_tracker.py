"""What became of each suggestion, from being shown until 30 s after it was accepted.

Owns the life of one suggestion after another, on `acceptance` and `retention`. Pure: time and texts
are given, and nothing here is stored. A window has one cursor, so at most one suggestion is on
offer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Generic, TypeVar

from hotseat.completion.filter.acceptance import Look, Offer, follow, offer
from hotseat.completion.filter.retention import Region, moved
from hotseat.domain.text import Position, PositionEncoding, Range

RETAINED_AFTER_S = 30.0
GRACE_S = 2.0
"""A cursor's move may be reported before the edit that caused it, and a client's report comes
later."""
TYPING_S = 0.4
"""So soon after a typed letter, a few letters more were typed and not accepted."""
MAX_REGIONS = 32
"""So many accepted texts are watched at once: each costs every edit some microseconds."""
EXPIRES_S = 300.0
"""A suggestion is not looked at for that long."""

Change = tuple[Range | None, str]
Facts = TypeVar("Facts")


class Outcome(StrEnum):
    ACCEPTED = "accepted"
    """All of it, at once or part by part."""
    PART = "part"
    """Some words or lines of it."""
    TYPED = "typed"
    """The user typed all of it."""
    DISMISSED = "dismissed"


class How(StrEnum):
    """What ended it."""

    DONE = "done"
    """All of it is in the document."""
    EDIT = "edit"
    """Something else was typed."""
    MOVED = "moved"
    REPLACED = "replaced"
    """Another suggestion took its place, or none."""
    REJECTED = "rejected"
    """The client reported it."""
    CLOSED = "closed"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended(Generic[Facts]):
    """A suggestion of which all is known."""

    facts: Facts
    outcome: Outcome
    how: How
    n_taken: int
    """Characters that were accepted."""
    n_typed: int
    visible_s: float
    """From being shown until it was gone."""
    retained: tuple[Region, str] | None
    """For `retained_share`: what was accepted, and what is there 30 s later. None: it is not
    known."""


@dataclass(slots=True)
class _Watched(Generic[Facts]):
    facts: Facts
    offer: Offer
    shown_s: float
    ids: set[str]
    """A suggestion that goes on as the user types its beginning is requested again each time."""
    typed_s: float = float("-inf")
    away_s: float | None = None
    n_first: int | None = None
    """Characters of the text before the first that was accepted."""
    region: Region | None = None
    """What was accepted, until it is looked at again at `due_s`."""
    due_s: float = 0.0
    retained: tuple[Region, str] | None = None
    outcome: Outcome | None = None
    how: How = How.DONE
    ended_s: float = 0.0


@dataclass(slots=True)
class OutcomeTracker(Generic[Facts]):
    """`Facts` is whatever the caller knows of a suggestion; it comes back with the outcome."""

    encoding: PositionEncoding
    _live: _Watched[Facts] | None = None
    _ended: list[_Watched[Facts]] = field(default_factory=list)

    @property
    def is_idle(self) -> bool:
        """Nothing is watched, so that no tick is needed."""
        return self._live is None and not self._ended

    def shown(
        self,
        facts: Facts,
        *,
        suggestion_id: str,
        uri: str,
        position: Position,
        text: str,
        look: Look,
        now_s: float,
        visible: bool = True,
    ) -> None:
        """`visible` False: it was hidden, and is followed to see what the user wrote instead."""
        new = offer(uri=uri, text=text, position=position, look=look, visible=visible)
        live = self._live
        if live is not None and _goes_on(live.offer, new, self.encoding):
            so_far = live.offer.text[: live.offer.n_done]
            live.offer = replace(live.offer, text=so_far + new.text)
            live.ids.add(suggestion_id)
            live.away_s = None
            return
        self._end(How.REPLACED, now_s)
        self._live = _Watched(facts=facts, offer=new, shown_s=now_s, ids={suggestion_id})

    def nothing(self, now_s: float) -> None:
        """A request was answered with no suggestion, which clears what was on the screen."""
        self._end(How.REPLACED, now_s)

    def edited(self, uri: str, changes: Sequence[Change], *, look: Look, now_s: float) -> None:
        """After a notification's changes were made; `look` reads the document as they left it."""
        watched = [*self._ended, self._live] if self._live else self._ended
        for one in watched:
            if one.region is not None and one.offer.uri == uri:
                for change in changes:
                    one.region = moved(one.region, change, self.encoding)
        live = self._live
        if live is None:
            return
        if live.offer.uri != uri:
            live.away_s = live.away_s or now_s
            return
        before = live.offer
        is_typing = now_s - live.typed_s < TYPING_S
        after = follow(before, changes, encoding=self.encoding, look=look, is_typing=is_typing)
        if after is None:
            self._end(How.EDIT, now_s)
            return
        live.offer, live.away_s = after, None
        if after.n_typed > before.n_typed:
            live.typed_s = now_s
        if after.n_taken > before.n_taken:
            if live.n_first is None:
                live.n_first = before.n_done
            self._watch(live, now_s)
        elif after.n_taken == 0:  # also: accepted and taken back
            live.n_first = live.region = None
        if after.is_finished:
            self._end(How.DONE, now_s)

    def cursor(self, uri: str | None, position: Position | None, now_s: float) -> None:
        """Where the cursor is; without a position, in that document (None: in none)."""
        if (live := self._live) is None:
            return
        here = live.offer.place(live.offer.n_done, self.encoding)
        is_away = uri != live.offer.uri or (position is not None and position != here)
        live.away_s = (live.away_s or now_s) if is_away else None

    def resolved(self, suggestion_id: str, outcome: str, now_s: float) -> None:
        """The client reports `accepted` (all of it) or `rejected`, which counts more than edits."""
        for one in (self._live, *self._ended):
            if one is None or suggestion_id not in one.ids:
                continue
            if outcome == "rejected":
                if one is self._live:
                    self._end(How.REJECTED, now_s)
            elif one is self._live:
                # The edit may still come, and then is kept an eye on.
                one.outcome, one.due_s = Outcome.ACCEPTED, now_s + RETAINED_AFTER_S
            elif one.outcome is not Outcome.ACCEPTED:
                one.outcome = Outcome.ACCEPTED
                if one.offer.is_finished:  # it came like typed
                    one.offer = replace(one.offer, n_taken=one.offer.n_done)
                    one.n_first = 0
                    self._watch(one, now_s)
            return

    def closed(self, uri: str, now_s: float) -> None:
        """What was accepted in that document cannot be looked at any more."""
        if self._live is not None and self._live.offer.uri == uri:
            self._end(How.CLOSED, now_s)
        for one in self._ended:
            if one.offer.uri == uri:
                one.region = None

    def tick(
        self, read: Callable[[str, Position, Position], str | None], now_s: float
    ) -> list[Ended[Facts]]:
        """What is over by now. `read` gives a document's text between two places."""
        if (live := self._live) is not None:
            if live.away_s is not None and now_s - live.away_s >= GRACE_S:
                self._end(How.MOVED, live.away_s)
            elif now_s - live.shown_s >= EXPIRES_S:
                self._end(How.EXPIRED, now_s)
        for one in (self._live, *self._ended):
            if one is not None and one.region is not None and now_s >= one.due_s:
                text = read(one.offer.uri, one.region.start, one.region.end)
                one.retained = (one.region, text) if text is not None else None
                one.region = None
        is_over = [one.region is None and now_s - one.ended_s >= GRACE_S for one in self._ended]
        over = [one for one, yes in zip(self._ended, is_over, strict=True) if yes]
        self._ended = [one for one, yes in zip(self._ended, is_over, strict=True) if not yes]
        return [_told(one) for one in over]

    def finish(self, now_s: float) -> list[Ended[Facts]]:
        """Everything, as far as it is known: the window closes."""
        self._end(How.CLOSED, now_s)
        over, self._ended = self._ended, []
        return [_told(one) for one in over]

    def _watch(self, one: _Watched[Facts], now_s: float) -> None:
        """What was accepted, from its first part to its last."""
        n_first, n_done = one.n_first or 0, one.offer.n_done
        one.region = Region(
            start=one.offer.place(n_first, self.encoding),
            end=one.offer.place(n_done, self.encoding),
            text=one.offer.text[n_first:n_done],
        )
        one.retained, one.due_s = None, now_s + RETAINED_AFTER_S
        watched = [other for other in self._ended if other.region is not None]
        for oldest in watched[:-MAX_REGIONS]:
            oldest.region = None

    def _end(self, how: How, now_s: float) -> None:
        if (live := self._live) is None:
            return
        self._live = None
        if how is How.REPLACED and live.away_s is not None:
            how = How.MOVED
        live.how, live.ended_s = how, now_s
        live.outcome = live.outcome or _outcome(live.offer)
        self._ended.append(live)


def _goes_on(old: Offer, new: Offer, encoding: PositionEncoding) -> bool:
    """The new suggestion is what is left of the old one, or begins or ends like it."""
    return (
        (old.uri, old.visible) == (new.uri, new.visible)
        and old.place(old.n_done, encoding) == new.origin
        and bool(old.rest)
        and (new.text.startswith(old.rest) or old.rest.startswith(new.text))
    )


def _outcome(offer: Offer) -> Outcome:
    if offer.n_taken:
        return Outcome.ACCEPTED if offer.is_finished else Outcome.PART
    return Outcome.TYPED if offer.is_finished else Outcome.DISMISSED


def _told(one: _Watched[Facts]) -> Ended[Facts]:
    outcome = one.outcome or Outcome.DISMISSED
    return Ended(
        facts=one.facts,
        outcome=outcome,
        how=one.how,
        n_taken=one.offer.n_taken,
        n_typed=one.offer.n_typed,
        visible_s=one.ended_s - one.shown_s,
        retained=one.retained if outcome in (Outcome.ACCEPTED, Outcome.PART) else None,
    )
