"""Offers that are always or never made, whatever the trees find.

Certain is a name that nothing in its scope defines any more. Each rule of what is never offered
comes from wrong offers on the histories that the trees were fitted on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hotseat.domain.syntax import Place
from hotseat.next_edit.features import Situation, Spot

MIN_LEFT_OF_NUMBER = 3
"""Tokens before a number that agree: `v1.8.2` is the version of one package, not of the next."""
MIN_BOTH_IN_TEXT = 3
"""Tokens that agree around a word in a string or a comment: there words mean less."""


CERTAIN = 0.98
_RECEIVERS = frozenset({"self", "this", "cls"})


def is_certain(situation: Situation, spot: Spot, spots: Sequence[Spot]) -> bool:
    """Return whether a place uses a name that was defined by a seed, and now is not any more.

    `spots` are all places that still have the name.
    """
    if len(situation.old) != 1 or len(situation.new) != 1:
        return False  # `x` that became `x, error` is no other name
    if spot.kind is not Place.CODE or not spot.use.types:
        return False
    if situation.n_new_elsewhere or spot.use.defines:
        return False
    for seed in situation.seeds:
        low, high = seed.spot.use.scope
        if not seed.spot.use.defines or not low <= spot.line <= high:
            continue
        if any(other.use.defines and low <= other.line <= high for other in spots):
            continue
        owner, own = _owner(spot), _owner(seed.spot)
        if owner is None and own is None:
            return spot.use.types[0] == seed.spot.use.types[0]
        if owner in _RECEIVERS and not _is_local(seed.spot, spot):
            return own is None or own in _RECEIVERS
    return False


def _is_other_name(situation: Situation, spot: Spot) -> bool:
    """Return whether a place is a member of its own object, and only a local name was changed."""
    seeds = [seed.spot for seed in situation.seeds]
    return (
        _owner(spot) in _RECEIVERS
        and any(_is_local(seed, spot) for seed in seeds)
        and not any(_owner(seed) in _RECEIVERS for seed in seeds)
    )


def _is_local(seed: Spot, spot: Spot) -> bool:
    """Return whether a seed defines a parameter or a variable of the function that a place is in.

    The definition of a method, or of a field in a class body, is outside of that function.
    """
    return seed.use.defines and _owner(seed) is None and seed.use.scope == spot.use.scope


def _owner(spot: Spot) -> str | None:
    """Return the token before the `.` or `->` that the place follows; None if it follows none."""
    if spot.left(1) == ".":
        return spot.left(2)
    return spot.left(3) if (spot.left(2), spot.left(1)) == ("-", ">") else None


def may_be_offered(situation: Situation, spot: Spot, features: Mapping[str, float]) -> bool:
    """Return whether a place may be offered at all."""
    old, new = situation.old[0], situation.new[0]
    is_repeated = situation.n_seeds >= 2
    if _is_other_name(situation, spot):
        return False
    if old[0].isdigit() and features["left"] < MIN_LEFT_OF_NUMBER:
        return False
    if features["run"] and not is_repeated:
        return False
    if spot.kind is not Place.CODE and not is_repeated and features["both"] < MIN_BOTH_IN_TEXT:
        return False
    # A type that became a function or the other way: its uses are written another way.
    return is_repeated or old[0].isupper() == new[0].isupper()
