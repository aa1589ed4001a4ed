"""Which of two statements about one thing counts: the later one, where it is an update.

"A slot is 90 minutes" is updated by "People complained. A slot is 2 hours from March on", and not
by "Courses stay at 90 minutes". What speaks for an update is added up: words of a change, another
amount of the same unit, words that both statements share, and words of the question.
"""

from __future__ import annotations

from collections.abc import Sequence

from hotseat.conversation.memory.quantities import has_other_value, has_unit_of
from hotseat.conversation.memory.remembered import Query
from hotseat.conversation.memory.scored import BEGINNING_CHARS, ScoredTurn
from hotseat.conversation.memory.words import words

_ANNOUNCED = 0.4
_OTHER_AMOUNT = 0.4
_AMOUNT_WITHOUT_UNIT = 0.25
_SHARED_WORDS = 0.6
_ASKED_VALUE = 0.2
"""Signs of an update; `_SHARED_WORDS` is multiplied by the share of words."""
_IS_UPDATE = 0.6
"""Signs that add up to more make a statement an update: one sign alone does not."""
_MAYBE = 0.35
"""What a statement with fewer signs gets of the earlier one's score, multiplied by its signs."""
_MIN_SHARED = 0.15
"""A statement that announces no change shares at least so many words with the one it updates."""
_N_EARLIER = 3
_N_UPDATES = 2
_STEP = 1.001


_UNITS = frozenset(
    word[:BEGINNING_CHARS]
    for word in words("second minute hour day night week month year euro cent percent pixel")
)
"""Words that two quantities share without being about one thing."""


def prefer_later(made: Sequence[ScoredTurn], scores: dict[int, float], query: Query) -> None:
    """Raise in `scores` the updates of the statements that come first, above them."""
    ranked = sorted(made, key=lambda one: (-scores[one.turn.id], -one.turn.id))
    first = [
        one for one in ranked[:_N_EARLIER] if not one.is_question and (one.matched or one.likeness)
    ]
    statements = [one for one in made if one.turn.is_user and not one.is_question]
    found = [
        (earlier, later, signs)
        for earlier in first
        for later in statements
        if later.turn.id > earlier.turn.id and (signs := _signs(earlier, later, query)) > 0
    ]
    # First what is likely, then what is sure: it has to end above all that was raised before.
    likely: dict[int, float] = {}
    for earlier, later, signs in found:
        share = _MAYBE * signs * scores[earlier.turn.id]
        likely[later.turn.id] = max(share, likely.get(later.turn.id, 0.0))
    for id_, share in likely.items():
        scores[id_] += share
    for earlier in sorted(first, key=lambda one: one.turn.id):
        sure = [
            (signs, later)
            for one, later, signs in found
            if one is earlier
            and signs > _IS_UPDATE
            and not _updates_another(later, earlier, signs, statements, query)
        ]
        sure.sort(key=lambda pair: (-pair[0], -pair[1].turn.id))
        score = scores[earlier.turn.id]
        for _, later in sorted(sure[:_N_UPDATES], key=lambda pair: pair[1].turn.id):
            score *= _STEP
            scores[later.turn.id] = max(scores[later.turn.id], score)


def _updates_another(
    later: ScoredTurn,
    earlier: ScoredTurn,
    here: float,
    statements: Sequence[ScoredTurn],
    query: Query,
) -> bool:
    """Return whether `later` fits another statement before it better than it fits `earlier`, which
    has the signs `here`."""
    return any(
        _signs(other, later, query) > here
        for other in statements
        if other.turn.id < later.turn.id and other.turn.id != earlier.turn.id
    )


def _signs(earlier: ScoredTurn, later: ScoredTurn, query: Query) -> float:
    """Return how much speaks for `later` being an update of `earlier`; 0 for none at all."""
    shared = max(similarity(earlier, later), _shared_of_question(earlier, later))
    if not later.announces_change and shared < _MIN_SHARED:
        return 0.0
    before, after = earlier.quantities, later.quantities
    has_other = has_other_value(before, after)
    if before and not has_other and before & after:
        return 0.0
    signs = _SHARED_WORDS * shared
    if later.announces_change:
        signs += _ANNOUNCED
    if has_other:
        signs += _OTHER_AMOUNT if has_unit_of(before, after) else _AMOUNT_WITHOUT_UNIT
        if query.values & earlier.values & later.values:
            signs += _ASKED_VALUE
    return signs if later.announces_change or has_other else 0.0


def _shared_of_question(earlier: ScoredTurn, later: ScoredTurn) -> float:
    whole = sum(earlier.matched.values())
    both = earlier.named & later.named
    shared = sum(min(earlier.matched[word], later.matched[word]) for word in both)
    return shared / whole if whole else 0.0


def similarity(one: ScoredTurn, other: ScoredTurn) -> float:
    """Return the share of the shorter text's words that begin like one of the other text."""
    n_shorter = min(len(one.beginnings), len(other.beginnings))
    return len((one.beginnings & other.beginnings) - _UNITS) / max(3, n_shorter)
