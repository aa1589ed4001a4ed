"""Which remembered turns a question recalls, best first.

BM25 over single turns, then what BM25 does not know: that an answer needs the question before it,
that the later of two statements about one thing counts, which days "last week" are, and what kind
of sentence answers a "why" or a "how many". Pure: the caller passes candidates and the counts of
the whole store.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from hotseat.conversation.memory.cues import ACTIVITY, CUES, FIRST, REPORT, VALUES
from hotseat.conversation.memory.dates import asked_days
from hotseat.conversation.memory.later import prefer_later
from hotseat.conversation.memory.related_words import RELATED
from hotseat.conversation.memory.remembered import Query, Recalled, RememberedTurn, StoreCounts
from hotseat.conversation.memory.scored import ScoredTurn, Strengths, rarity
from hotseat.conversation.memory.words import identifiers, words

_QUESTION_BEFORE = 0.5
_ASKED_BACK = 0.25
_TURN_BEFORE = 0.1
_TURN_AFTER = 0.15
"""What a turn gets of the score of its neighbours in the conversation."""
_REPORT = 1.3
_N_LOOKED_AT = 60
_N_COMPARED = 40
"""Of these, so many are compared with each other: which of two counts is decided by their texts."""
_FITS = 0.5
"""The cosine of a turn that fits the whole question, whatever its words."""


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
    likeness: Mapping[int, float] | None = None,
) -> list[Recalled]:
    """Return at most `limit` of the candidates, best first. `likeness` has cosines by turn id.

    `candidates` hold the neighbours of what was found, too: they are ranked like the others.
    """
    likeness = likeness or {}
    weights = {word: rarity(counts, word) for word in query.words}
    strengths_of = Strengths(query.words)
    made = {
        (turn.conversation, turn.number): ScoredTurn(
            turn, query, weights, counts, strengths_of, likeness.get(turn.id, 0.0)
        )
        for turn in candidates
    }
    scores: dict[int, float] = {}
    for (conversation, number), one in made.items():
        before, after = made.get((conversation, number - 1)), made.get((conversation, number + 1))
        score = one.own
        if before is not None:
            score += before.own * (_QUESTION_BEFORE if before.is_question else _TURN_BEFORE)
            asker = made.get((conversation, number - 2))
            if before.is_question and not before.turn.is_user and asker is not None:
                # An expert asked back: the answer is about what the user said before that.
                score += asker.own * _ASKED_BACK
        if after is not None:
            score += after.own * _TURN_AFTER
        scores[one.turn.id] = score + one.likeness
    # What follows looks at the texts: only at those that may come first.
    best = sorted(made.values(), key=lambda one: (-scores[one.turn.id], -one.turn.id))
    best = best[: len(best) if query.days else _N_LOOKED_AT]
    for one in best:
        scores[one.turn.id] *= one.factor(query, today)
    if not query.wants_first and not query.is_about_time:
        prefer_later(best[:_N_COMPARED], scores, query)
    if query.days:
        _prefer_days(query, best, scores)
    # The later of two that fit equally well; at last the order in which they were stored.
    ranked = sorted(best, key=lambda one: (-scores[one.turn.id], -one.turn.id))
    return [
        Recalled(one.turn, scores[one.turn.id], _coverage(one, made, query))
        for one in ranked[:limit]
        if scores[one.turn.id] > 0
    ]


def _coverage(one: ScoredTurn, made: Mapping[tuple[str, int], ScoredTurn], query: Query) -> float:
    if query.is_about_time:
        return 1.0
    matched = set(one.matched)
    before = made.get((one.turn.conversation, one.turn.number - 1))
    if before is not None and before.is_question:
        matched |= set(before.matched)
    return max(len(matched) / max(1, len(query.words)), min(1.0, one.cosine / _FITS))


def _prefer_days(query: Query, made: Sequence[ScoredTurn], scores: dict[int, float]) -> None:
    """Put turns of the days that were asked about first, and those that speak of these days."""
    highest = max(scores.values(), default=0.0) or 1.0
    for one in made:
        turn = one.turn
        if any(turn.speaks_of(days) for days in query.days):
            scores[turn.id] += 1.5 * highest
            if turn.is_user and not one.is_question:
                scores[turn.id] += highest / 2
                if REPORT.search(turn.text[:400]):
                    scores[turn.id] *= _REPORT
        elif min(days.distance(turn.day) for days in query.days) <= 1:
            scores[turn.id] += highest / 4
