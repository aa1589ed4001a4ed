"""What speaks for and against making a change at one more place: numbers for `weights.py`.

A kind of change is a run of tokens replaced by another, mostly one by one. A `Seed` is a place
where the user made it, and a `Spot` any place, such as one where the old tokens still are.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from hotseat.domain.syntax import NameUse, Place

CONTEXT_TOKENS = 6
MAX_SEEDS = 6
MAX_PASSED = 12
NO_USE = NameUse()


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place in a line: the line's tokens, and which of them."""

    line: int
    tokens: tuple[str, ...]
    index: int
    indent: str
    kind: Place
    use: NameUse = NO_USE

    def left(self, n: int) -> str:
        """Return the token `n` places before; empty beyond the line."""
        return self.tokens[self.index - n] if self.index >= n else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """A place where the change was made: its line before."""

    spot: Spot
    n_changes: int
    """Runs that its hunk replaced in all, at least 1."""
    is_accepted: bool = False
    """Made by accepting an offer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What all candidates of one kind of change share."""

    old: tuple[str, ...]
    new: tuple[str, ...]
    seeds: Sequence[Seed]
    """The newest last; at most MAX_SEEDS."""
    n_seeds: int
    passed: Sequence[Spot]
    """Places with the old tokens that the user has gone past: between seeds, or above the only one.
    """
    n_passed: int
    n_left: int
    """Places that still have the old tokens."""
    n_new_elsewhere: int
    """Places with the new tokens that are not seeds."""
    n_left_in_hunk: int
    """Places with the old tokens in the lines that the newest hunk wrote."""
    n_inserted: int
    """By how many tokens the newest hunk grew or shrank."""
    n_hunk_lines: int
    companions: frozenset[str]
    """Other words that the newest hunk replaced."""
    n_old_defined: int
    """Places left that define the old name; -1 where no tree shows it."""


@lru_cache(maxsize=256)
def _alike(old: str, new: str) -> float:
    return SequenceMatcher(None, old, new, autojunk=False).ratio()


def features(situation: Situation, spot: Spot) -> dict[str, float]:
    """Return the numbers of one candidate by name."""
    n = len(situation.old)
    matches = [_match(spot, seed.spot, n) for seed in situation.seeds]
    best = max(matches, key=sum)
    least = min(left for left, _ in matches), min(right for _, right in matches)
    shared = _shared(situation.seeds, n)
    passed = max((sum(_match(spot, other, n)) for other in situation.passed), default=-1)
    last = situation.seeds[-1]
    values = {
        "left": best[0],
        "right": best[1],
        "both": sum(best),
        "sides": float(best[0] > 0) + float(best[1] > 0),
        "least_left": least[0],
        "least_right": least[1],
        "lacks_left": shared[0] - least[0],
        "lacks_right": shared[1] - least[1],
        "passed_match": passed,
        "passed_over": passed - sum(best) if passed >= 0 else -2 * CONTEXT_TOKENS,
        "rest": float(any(spot.tokens == seed.spot.tokens for seed in situation.seeds)),
        "overlap": max(_overlap(spot.tokens, seed.spot.tokens) for seed in situation.seeds),
        "same_index": float(any(spot.index == seed.spot.index for seed in situation.seeds)),
        "same_indent": float(spot.indent == last.spot.indent),
        "callee": float(_callee(spot) == _callee(last.spot) != ""),
        "companions": sum(token in situation.companions for token in set(spot.tokens))
        if situation.companions
        else -1,
        "new_in_line": float(situation.new[0] in spot.tokens),
        "twice_in_line": float(spot.tokens.count(situation.old[0]) > 1),
    }
    values |= _of_kind(situation)
    values |= _of_place(spot, situation, n)
    values |= _of_tree(spot, situation)
    return {name: float(value) for name, value in values.items()}


def _of_kind(situation: Situation) -> dict[str, float]:
    old, new = situation.old[0], situation.new[0]
    last = situation.seeds[-1]
    return {
        "seen": min(situation.n_seeds, 8),
        "accepted": sum(seed.is_accepted for seed in situation.seeds),
        "passed": math.log1p(situation.n_passed),
        "n_left": math.log1p(situation.n_left),
        "new_known": math.log1p(situation.n_new_elsewhere),
        "left_in_hunk": min(3, situation.n_left_in_hunk),
        "inserted": math.log1p(situation.n_inserted),
        "changes": math.log(last.n_changes),
        "hunk_lines": math.log1p(situation.n_hunk_lines),
        "run": len(situation.old) + len(situation.new) - 2,
        "old_number": float(old[0].isdigit()),
        "new_number": float(new[0].isdigit()),
        "old_chars": min(20, len(old)),
        "new_chars": min(20, len(new)),
        "alike": _alike(old, new),
        "prefix": float(old[:3] == new[:3]),
        "case_only": float(old.lower().replace("_", "") == new.lower().replace("_", "")),
        "new_holds_old": float(old in new),
        "old_upper": float(old[:1].isupper()),
        "old_joined": float("_" in old or (not old.islower() and not old.isupper())),
        "seed_kind": _KINDS[last.spot.kind],
    }


def _of_place(spot: Spot, situation: Situation, n: int) -> dict[str, float]:
    last = situation.seeds[-1]
    distance = spot.line - last.spot.line
    before, after = spot.left(1), _right(spot, n)
    return {
        "below": float(distance > 0),
        "distance": math.log1p(abs(distance)),
        "nearest": math.log1p(min(abs(spot.line - seed.spot.line) for seed in situation.seeds)),
        "kind": _KINDS[spot.kind],
        "before_dot": float(before == "."),
        "after_call": float(after == "("),
        "after_dot": float(after == "."),
        "after_equals": float(after in ("=", ":")),
        "before_quote": float(before in ('"', "'", "`")),
        "first": float(spot.index == 0),
    }


def _of_tree(spot: Spot, situation: Situation) -> dict[str, float]:
    depth = max(_common(spot.use.types, seed.spot.use.types) for seed in situation.seeds)
    defining = [seed for seed in situation.seeds if seed.spot.use.defines]
    inside = [s for s in defining if s.spot.use.scope[0] <= spot.line <= s.spot.use.scope[1]]
    same = any(seed.spot.use.scope == spot.use.scope for seed in situation.seeds)
    return {
        "tree": float(bool(spot.use.types)),
        "same_node": depth,
        "defines": float(spot.use.defines),
        "seed_defines": float(bool(defining)),
        "in_scope": float(bool(inside)),
        "same_scope": float(same and bool(spot.use.types)),
        "old_defined": min(3, situation.n_old_defined),
        "renamed": float(bool(inside) and situation.n_old_defined == 0),
    }


_KINDS = {Place.CODE: 0, Place.STRING: 1, Place.COMMENT: 2}


def _right(spot: Spot, n: int) -> str:
    i = spot.index + n
    return spot.tokens[i] if i < len(spot.tokens) else ""


def _match(a: Spot, b: Spot, n: int) -> tuple[int, int]:
    """Return how many tokens agree before and after the places; ends of lines agree too."""
    left = 0
    while left < CONTEXT_TOKENS:
        i, k = a.index - 1 - left, b.index - 1 - left
        if i < 0 or k < 0:
            left += i < 0 and k < 0
            break
        if a.tokens[i] != b.tokens[k]:
            break
        left += 1
    right = 0
    while right < CONTEXT_TOKENS:
        i, k = a.index + n + right, b.index + n + right
        if i >= len(a.tokens) or k >= len(b.tokens):
            right += i >= len(a.tokens) and k >= len(b.tokens)
            break
        if a.tokens[i] != b.tokens[k]:
            break
        right += 1
    return left, right


def _shared(seeds: Sequence[Seed], n: int) -> tuple[int, int]:
    """Return how many tokens before and after all seeds have in common; one seed shares none."""
    if len(seeds) < 2:
        return 0, 0
    found = [_match(seeds[0].spot, seed.spot, n) for seed in seeds[1:]]
    return min(left for left, _ in found), min(right for _, right in found)


def _overlap(a: Sequence[str], b: Sequence[str]) -> float:
    """Return the share of distinct tokens in common."""
    left, right = set(a), set(b)
    return len(left & right) / max(1, len(left | right))


def _common(a: Sequence[str], b: Sequence[str]) -> int:
    """Return how many types agree, from the innermost on."""
    n = 0
    for one, other in zip(a, b, strict=False):
        if one != other:
            break
        n += 1
    return n


def _callee(spot: Spot) -> str:
    """Return the name before the bracket that is open at the place; empty outside of brackets."""
    depth = 0
    for i in range(spot.index - 1, 0, -1):
        token = spot.tokens[i]
        if token in ")]}":
            depth += 1
        elif token in "([{":
            if depth == 0:
                return spot.tokens[i - 1]
            depth -= 1
    return ""
