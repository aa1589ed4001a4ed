"""Where the last change belongs too: one place, or none.

`Search` collects the kinds of change that the newest edit made and the places that still have the
old tokens. The caller asks the syntax tree how these places are used, and `best` chooses. Bounded:
a token with more than MAX_OCCURRENCES places gets no offer, and only those near the edit are
weighed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from hotseat.domain.syntax import NameUse, Place
from hotseat.next_edit.changes import Hunk, Replaced, replaced_tokens
from hotseat.next_edit.features import MAX_PASSED, MAX_SEEDS, Seed, Situation, Spot, features
from hotseat.next_edit.guards import CERTAIN, is_certain, may_be_offered
from hotseat.next_edit.lined_text import MAX_OCCURRENCES, LinedText, indent_of
from hotseat.next_edit.text_kinds import TextKinds
from hotseat.next_edit.tokens import Token, is_word, tokens_of
from hotseat.next_edit.weights import THRESHOLD, THRESHOLD_AFTER, THRESHOLD_ONCE, probability

MAX_KINDS = 6
"""Weighed at once: those made most often."""
MAX_BELOW, MAX_ABOVE = 14, 8
MIN_ACCEPTED = 2
Kind = tuple[tuple[str, ...], tuple[str, ...]]
"""Old and new tokens."""
Edits = Sequence[tuple[Hunk, bool]]
"""Hunks of the present text, the newest last, and whether each is an accepted offer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A change of one line: columns [start, end) become `new`. Columns are code points."""

    line: int
    start: int
    end: int
    old: str
    new: str
    kind: Kind
    probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """One kind of change, and where it was made."""

    kind: Kind
    text: str
    """The new tokens as they are written."""
    seeds: tuple[Seed, ...]
    """The newest last, at most MAX_SEEDS."""
    columns: tuple[int, ...]
    """Of the new tokens at each seed, in the present text."""
    n_seeds: int
    rows: tuple[int, int]
    """The first and the last line where the user made it: offers jump, and pass nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """The places that a kind of change has left."""

    made: _Made
    spots: tuple[Spot, ...]
    tokens: tuple[tuple[Token, ...], ...]
    """Of each spot's line."""
    passed: tuple[int, ...]
    """Indices of spots."""
    n_passed: int
    n_left: int
    n_left_in_hunk: int
    n_new: int


class Search:
    """What the newest edit changed, and where else the old tokens are.

    `dismissed` are kinds of change that the user does not want any more.
    """

    def __init__(
        self,
        lines: Sequence[str],
        language: str | None,
        edits: Edits,
        dismissed: Collection[Kind] = (),
    ) -> None:
        self._lines, self._language = lines, language
        self._kinds: TextKinds | None = None
        self._lined = LinedText(lines)
        self._newest = next((hunk for hunk, accepted in reversed(edits) if not accepted), None)
        self._found: list[_Found] = []
        if self._newest is None:
            return
        self._replaced = replaced_tokens(self._newest)
        for made in self._made(edits, dismissed):
            found = self._left(made, self._newest)
            if found is not None:
                self._found.append(found)

    @property
    def text(self) -> str:
        """Return the text, its lines ended by line feeds."""
        return self._lined.text

    @property
    def places(self) -> list[tuple[int, int]]:
        """Line and column of every place whose use in the syntax tree counts."""
        places: list[tuple[int, int]] = []
        for found in self._found:
            made = found.made
            places += [
                (seed.spot.line, column)
                for seed, column in zip(made.seeds, made.columns, strict=True)
            ]
            places += [
                (spot.line, tokens[spot.index].start)
                for spot, tokens in zip(found.spots, found.tokens, strict=True)
            ]
        return places

    def best(self, uses: Sequence[NameUse] | None = None) -> Offer | None:
        """Return the most probable offer; None if none is probable enough.

        `uses` are those of `places`; None where no tree shows them.
        """
        best: Offer | None = None
        for likely, found, i in self.weighed(uses):
            if likely < self._threshold(found):
                continue
            if best is None or likely > best.probability + 1e-9:
                best = self.offer_at(found, i, likely)
        return best

    @staticmethod
    def _threshold(found: _Found) -> float:
        """Return the least probability of an offer: more for a change that was made once, less
        after others of the kind were accepted."""
        n_accepted = sum(seed.is_accepted for seed in found.made.seeds)
        if n_accepted >= MIN_ACCEPTED:
            return THRESHOLD_AFTER
        return THRESHOLD if found.made.n_seeds >= 2 else THRESHOLD_ONCE

    def weighed(self, uses: Sequence[NameUse] | None) -> Iterator[tuple[float, _Found, int]]:
        """Yield the probability of each place, with what it belongs to and its number there."""
        for situation, found, spots in self.situations(uses):
            allowed = {seed.spot.kind for seed in situation.seeds}
            for i, spot in enumerate(spots):
                if is_certain(situation, spot, spots):
                    yield CERTAIN, found, i
                elif spot.kind in allowed:
                    one = features(situation, spot)
                    if may_be_offered(situation, spot, one):
                        yield probability(one), found, i

    def situations(
        self, uses: Sequence[NameUse] | None
    ) -> Iterator[tuple[Situation, _Found, Sequence[Spot]]]:
        """Yield each kind of change with its places, as the syntax tree shows them."""
        at = 0
        for found in self._found:
            n_seeds, n_spots = len(found.made.seeds), len(found.spots)
            seeds, spots = found.made.seeds, found.spots
            if uses is not None:
                own = uses[at : at + n_seeds + n_spots]
                seeds = tuple(
                    replace(seed, spot=replace(seed.spot, use=use))
                    for seed, use in zip(seeds, own[:n_seeds], strict=True)
                )
                spots = tuple(
                    replace(spot, use=use) for spot, use in zip(spots, own[n_seeds:], strict=True)
                )
            at += n_seeds + n_spots
            assert self._newest is not None
            situation = _situation(found, seeds, spots, self._newest, self._replaced)
            yield situation, found, spots

    def offer_at(self, found: _Found, i: int, likely: float) -> Offer:
        """Return the change of one place."""
        spot, tokens, made = found.spots[i], found.tokens[i], found.made
        start = tokens[spot.index].start
        end = tokens[spot.index + len(made.kind[0]) - 1].end
        return Offer(
            line=spot.line,
            start=start,
            end=end,
            old=self._lines[spot.line][start:end],
            new=made.text,
            kind=made.kind,
            probability=likely,
        )

    def _made(self, edits: Edits, dismissed: Collection[Kind]) -> Iterator[_Made]:
        """Yield the kinds of change of the newest edit, with all places where they were made."""
        wanted = dict.fromkeys(((one.old, one.new) for one in self._replaced), 0)
        replaced = [(hunk, is_accepted, replaced_tokens(hunk)) for hunk, is_accepted in edits]
        for _, _, changes in replaced:
            for change in changes:
                if (kind := (change.old, change.new)) in wanted:
                    wanted[kind] += 1
        often = sorted(wanted, key=lambda kind: -wanted[kind])
        kinds = [kind for kind in often if kind not in dismissed][:MAX_KINDS]
        seeds: dict[Kind, list[tuple[Seed, int, str]]] = {kind: [] for kind in kinds}
        for hunk, is_accepted, changes in replaced:
            for change in changes:
                if (kind := (change.old, change.new)) in seeds:
                    one = self._seed(hunk, change, max(1, len(changes)), is_accepted)
                    seeds[kind].append(one)
        for kind, found in seeds.items():
            rows = [seed.spot.line for seed, _, _ in found if not seed.is_accepted]
            last = found[-MAX_SEEDS:]
            yield _Made(
                kind=kind,
                text=last[-1][2],
                seeds=tuple(seed for seed, _, _ in last),
                columns=tuple(column for _, column, _ in last),
                n_seeds=len(found),
                rows=(min(rows), max(rows)),
            )

    def _seed(
        self, hunk: Hunk, change: Replaced, n_changes: int, is_accepted: bool
    ) -> tuple[Seed, int, str]:
        """Return a place where a change was made, its column now, and the text there."""
        line, old = hunk.first_line + change.new_row, hunk.old[change.old_row]
        now = tokens_of(hunk.new[change.new_row])
        start = now[change.new_index].start
        end = now[change.new_index + len(change.new) - 1].end
        spot = Spot(
            line=line,
            tokens=tuple(token.text for token in tokens_of(old)),
            index=change.old_index,
            indent=indent_of(old),
            kind=self._kind_at(line, start),
        )
        seed = Seed(spot=spot, n_changes=n_changes, is_accepted=is_accepted)
        return seed, start, hunk.new[change.new_row][start:end]

    def _left(self, made: _Made, newest: Hunk) -> _Found | None:
        """Return the places that still have the old tokens; None without any, or with too many."""
        places = self._lined.occurrences(made.kind[0])
        if not places or len(places) > MAX_OCCURRENCES:
            return None
        low, high = made.rows
        last = made.seeds[-1].spot.line

        def is_passed(line: int) -> bool:
            return low <= line <= high if high > low else line < low

        above = [place for place in places if place[0] < last][-MAX_ABOVE:]
        below = [place for place in places if place[0] >= last][:MAX_BELOW]
        spots, tokens = [], []
        for line, column in above + below:
            own = tuple(tokens_of(self._lines[line]))
            index = next((i for i, token in enumerate(own) if token.start == column), None)
            if index is None:  # a part of a number
                continue
            tokens.append(own)
            spots.append(
                Spot(
                    line=line,
                    tokens=tuple(token.text for token in own),
                    index=index,
                    indent=indent_of(self._lines[line]),
                    kind=self._kind_at(line, column),
                )
            )
        if not spots:
            return None
        first, stop = newest.first_line, newest.first_line + len(newest.new)
        return _Found(
            made=made,
            spots=tuple(spots),
            tokens=tuple(tokens),
            passed=tuple(i for i, spot in enumerate(spots) if is_passed(spot.line)),
            n_passed=sum(is_passed(line) for line, _ in places),
            n_left=len(places),
            n_left_in_hunk=sum(first <= line < stop for line, _ in places),
            n_new=len(self._lined.occurrences(made.kind[1])),
        )

    def _kind_at(self, line: int, column: int) -> Place:
        if self._kinds is None:
            self._kinds = TextKinds(self._lined.text, self._language)
        return self._kinds.at(self._lined.offset(line, column))


def _situation(
    found: _Found,
    seeds: Sequence[Seed],
    spots: Sequence[Spot],
    newest: Hunk,
    replaced: Sequence[Replaced],
) -> Situation:
    made = found.made
    has_tree = any(seed.spot.use.types for seed in seeds)
    companions = {token for change in replaced for token in change.old if is_word(token)}
    n_old, n_new = (sum(len(tokens_of(text)) for text in part) for part in (newest.old, newest.new))
    return Situation(
        old=made.kind[0],
        new=made.kind[1],
        seeds=seeds,
        n_seeds=made.n_seeds,
        passed=[spots[i] for i in found.passed][-MAX_PASSED:],
        n_passed=found.n_passed,
        n_left=found.n_left,
        n_new_elsewhere=max(0, found.n_new - made.n_seeds),
        n_left_in_hunk=found.n_left_in_hunk,
        n_inserted=abs(n_new - n_old),
        n_hunk_lines=len(newest.new),
        companions=frozenset(companions) - set(made.kind[0]),
        n_old_defined=sum(spot.use.defines for spot in spots) if has_tree else -1,
    )
