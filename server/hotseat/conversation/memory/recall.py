"""Which remembered turns a question recalls, best first.

BM25 over single turns, then what BM25 does not know: that an answer needs the question before it,
that the later of two statements about one thing counts, which days "last week" are, and what kind
of sentence answers a "why" or a "how many". Pure: the caller passes candidates and the counts of
the whole store.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from hotseat.conversation.memory.cues import ACTIVITY, CHANGED, CUES, FIRST, REPORT, VALUES
from hotseat.conversation.memory.dates import Days, asked_days
from hotseat.conversation.memory.related_words import RELATED
from hotseat.conversation.memory.words import identifiers, is_related, words

_K1 = 1.2
_B = 0.4
"""BM25's constants (Robertson and Zaragoza 2009); `b` is low, because turns are short."""
_RELATED_WEIGHT = 0.7
_GROUP_WEIGHT = 0.35
"""How much a word counts that has the same beginning, or means something similar."""
_COVERAGE = 0.5
"""The share of a score that depends on how much of the question is matched."""
_QUESTION_BEFORE = 0.5
_TURN_BEFORE = 0.1
_TURN_AFTER = 0.15
"""What a turn gets of the score of its neighbours in the conversation."""
_IDENTIFIER = 2.5
_USER = 1.15
_QUESTION_ITSELF = 0.75
_CUE = 1.6
_PRIOR = 0.2
"""What every statement gets, as a share of the weight of one rare word: where no word fits, the
kind of sentence decides."""
_SAME_VALUE = 0.5
"""What a later statement gets of the score of an earlier one that holds a value of the same kind,
where such a value is asked for."""
_REPORT = 1.3
_SIMILAR = 0.6
"""What a later turn that announces a change gets of the score of a similar earlier one."""
_SAME_TOPIC = 0.5
_RECENT = 0.06
_N_COMPARED = 12
_N_LOOKED_AT = 80
_BEGINNING_CHARS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class RememberedTurn:
    """One question or answer as it was stored."""

    id: int
    conversation: str
    number: int
    """Its place in the conversation, from 0."""
    is_user: bool
    day: date
    text: str
    language: str | None = None
    expert: str | None = None
    words: tuple[str, ...] | None = None
    """Those of its text (`words.words`), where the store has them."""
    spoken_of: tuple[Days, ...] | None = None
    """The days that its text names, where the store has them."""

    def speaks_of(self, days: Days) -> bool:
        """Return whether it was said on one of the days, or names one."""
        if self.day in days:
            return True
        named = self.spoken_of
        if named is None:
            named = asked_days(self.text, self.day).days
        return any(said.first <= days.last and days.first <= said.last for said in named)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreCounts:
    """What the weights of words depend on: the whole store, not the candidates."""

    n_turns: int
    mean_words: float
    n_with: Mapping[str, int] = field(default_factory=dict)
    """In how many turns each word of the question, or one that begins like it, occurs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What is looked for."""

    words: tuple[str, ...]
    identifiers: tuple[str, ...]
    days: tuple[Days, ...]
    cues: tuple[re.Pattern[str], ...]
    """A turn that matches one of these may be the kind of sentence that is asked for."""
    values: frozenset[str]
    """Kinds of values that are asked for (`cues.VALUES`)."""
    wants_first: bool
    """What was so in the beginning is asked for, not what is so now."""
    is_about_time: bool
    """Little is asked besides what happened on those days."""


@dataclass(frozen=True, slots=True)
class Recalled:
    """A turn, and how well it fits: larger is better."""

    turn: RememberedTurn
    score: float
    coverage: float = 1.0
    """The share of the question's words that it or the question before it holds, 0 to 1."""


def query_of(question: str, today: date) -> Query:
    """Return what `question`, asked on `today`, looks for."""
    asked = asked_days(question, today)
    found = tuple(dict.fromkeys(words(asked.rest)))
    cues = tuple(cue for trigger, cue in CUES if trigger.search(question))
    topical = [word for word in found if word not in ACTIVITY]
    return Query(
        words=tuple(topical) or found,
        identifiers=tuple(dict.fromkeys(identifiers(question))),
        days=asked.days,
        cues=cues,
        values=frozenset(kind for kind, asks, _ in VALUES if asks.search(question)),
        wants_first=FIRST.search(question) is not None,
        is_about_time=bool(asked.days) and not topical,
    )


def search_words(query: Query) -> tuple[tuple[str, str], ...]:
    """Return pairs of a word of the question and a beginning of words to look for in its place."""
    found: list[tuple[str, str]] = []
    for word in query.words:
        found.append((word, word if len(word) < 6 else word[: max(5, len(word) - 3)]))
        found += [(word, other) for other in sorted(RELATED.get(word, ()))]
    return tuple(found)


def recall(
    query: Query,
    candidates: Sequence[RememberedTurn],
    counts: StoreCounts,
    *,
    today: date,
    limit: int = 5,
) -> list[Recalled]:
    """Return at most `limit` of the candidates, best first.

    `candidates` hold the neighbours of what was found, too: they are ranked like the others.
    """
    weights = {word: _rarity(counts, word) for word in query.words}
    strengths: dict[str, tuple[tuple[str, float], ...]] = {}

    def strengths_of(other: str) -> tuple[tuple[str, float], ...]:
        found = strengths.get(other)
        if found is None:
            found = tuple((word, s) for word in query.words if (s := _strength(word, other)))
            strengths[other] = found
        return found

    made = {
        (turn.conversation, turn.number): _Scored(turn, query, weights, counts, strengths_of)
        for turn in candidates
    }
    scores: dict[int, float] = {}
    for (conversation, number), one in made.items():
        before, after = made.get((conversation, number - 1)), made.get((conversation, number + 1))
        score = one.own
        if before is not None:
            score += before.own * (_QUESTION_BEFORE if before.is_question else _TURN_BEFORE)
        if after is not None:
            score += after.own * _TURN_AFTER
        scores[one.turn.id] = score
    # What follows looks at the texts: only at those that may come first.
    best = sorted(made.values(), key=lambda one: (-scores[one.turn.id], -one.turn.id))
    best = best[: len(best) if query.days else _N_LOOKED_AT]
    for one in best:
        scores[one.turn.id] *= one.factor(query, today)
    if not query.wants_first:
        _prefer_later(best[:_N_LOOKED_AT], scores, weights, query)
    if query.days:
        _prefer_days(query, best, scores)
    # The later of two that fit equally well; at last the order in which they were stored.
    ranked = sorted(best, key=lambda one: (-scores[one.turn.id], -one.turn.id))
    return [
        Recalled(one.turn, scores[one.turn.id], _coverage(one, made, query))
        for one in ranked[:limit]
        if scores[one.turn.id] > 0
    ]


def _coverage(one: _Scored, made: Mapping[tuple[str, int], _Scored], query: Query) -> float:
    if query.is_about_time:
        return 1.0
    matched = set(one.matched)
    before = made.get((one.turn.conversation, one.turn.number - 1))
    if before is not None and before.is_question:
        matched |= set(before.matched)
    return len(matched) / max(1, len(query.words))


class _Scored:
    """A candidate with what is computed once: its words and its own score."""

    def __init__(
        self,
        turn: RememberedTurn,
        query: Query,
        weights: Mapping[str, float],
        counts: StoreCounts,
        strengths_of: Callable[[str], tuple[tuple[str, float], ...]],
    ) -> None:
        self.turn = turn
        own_words = words(turn.text) if turn.words is None else turn.words
        self.beginnings = frozenset(word[:_BEGINNING_CHARS] for word in own_words)
        self.is_question = turn.text.rstrip().endswith("?")
        norm = _K1 * (1 - _B + _B * len(own_words) / max(1.0, counts.mean_words))
        self.matched: dict[str, float] = {}
        own = 0.0
        n_of: dict[str, float] = {}
        for other in own_words:
            for word, strength in strengths_of(other):
                n_of[word] = n_of.get(word, 0.0) + strength
        for word, n in n_of.items():
            self.matched[word] = weights[word] * min(1.0, n)
            own += weights[word] * n * (_K1 + 1) / (n + norm)
        total = sum(weights.values())
        if total:
            own *= 1 - _COVERAGE + _COVERAGE * sum(self.matched.values()) / total
        if query.identifiers:
            text = turn.text.lower()
            own += _IDENTIFIER * sum(name in text for name in query.identifiers)
        if not self.is_question:
            own += _PRIOR * math.log(1 + counts.n_turns) * (1.0 if turn.is_user else 0.5)
        self.own = own

    @cached_property
    def values(self) -> frozenset[str]:
        return frozenset(kind for kind, _, holds in VALUES if holds.search(self.turn.text))

    @cached_property
    def announces_change(self) -> bool:
        return CHANGED.search(self.turn.text) is not None

    def factor(self, query: Query, today: date) -> float:
        turn = self.turn
        factor = _USER if turn.is_user else 1.0
        if self.is_question:
            factor *= _QUESTION_ITSELF
        if any(cue.search(turn.text) for cue in query.cues):
            factor *= _CUE
        if query.values & self.values:
            factor *= _CUE
        age_days = max(0, (today - turn.day).days)
        return factor * (1 + _RECENT * math.exp(-age_days / 14))


def _rarity(counts: StoreCounts, word: str) -> float:
    """Return BM25's inverse document frequency, which is never negative."""
    n = counts.n_with.get(word, 0)
    return math.log(1 + (counts.n_turns - n + 0.5) / (n + 0.5))


def _strength(word: str, other: str) -> float:
    if word == other:
        return 1.0
    if is_related(word, other):
        return _RELATED_WEIGHT
    return _GROUP_WEIGHT if other in RELATED.get(word, ()) else 0.0


def _prefer_later(
    made: Sequence[_Scored],
    scores: dict[int, float],
    weights: Mapping[str, float],
    query: Query,
) -> None:
    """Put the later of two turns about the same thing before the earlier one."""
    by_score = sorted(made, key=lambda one: -scores[one.turn.id])
    for earlier in by_score[:3]:
        for later in made:
            if later.turn.id <= earlier.turn.id or not later.turn.is_user or later.is_question:
                continue
            share = 0.0
            if later.announces_change:
                share += _SIMILAR * _similarity(earlier, later)
            if query.values & earlier.values & later.values:
                share += _SAME_VALUE if later.announces_change else _SAME_VALUE / 2
            scores[later.turn.id] += share * scores[earlier.turn.id]
    best = sorted(made, key=lambda one: -scores[one.turn.id])[:_N_COMPARED]
    for earlier in best:
        for later in best:
            if later.turn.id <= earlier.turn.id or later.is_question or not later.announces_change:
                continue
            if scores[later.turn.id] >= scores[earlier.turn.id]:
                continue
            shared = sum(min(w, earlier.matched.get(q, 0.0)) for q, w in later.matched.items())
            whole = sum(earlier.matched.values())
            is_same = whole > 0 and shared >= _SAME_TOPIC * whole
            if is_same or _similarity(earlier, later) >= _SAME_TOPIC:
                scores[later.turn.id] = scores[earlier.turn.id] * 1.001


def _similarity(one: _Scored, other: _Scored) -> float:
    """Return the share of the shorter text's words that begin like one of the other text."""
    n_shorter = min(len(one.beginnings), len(other.beginnings))
    return len(one.beginnings & other.beginnings) / max(3, n_shorter)


def _prefer_days(query: Query, made: Sequence[_Scored], scores: dict[int, float]) -> None:
    """Put turns of the days that were asked about first, and those that speak of these days."""
    highest = max(scores.values(), default=0.0) or 1.0
    for one in made:
        turn = one.turn
        if any(turn.speaks_of(days) for days in query.days):
            scores[turn.id] += highest
            if turn.is_user and not one.is_question:
                scores[turn.id] += highest / 2
                if REPORT.search(turn.text):
                    scores[turn.id] *= _REPORT
        elif min(days.distance(turn.day) for days in query.days) <= 1:
            scores[turn.id] += highest / 4
