"""How conversations go on from one expert to the next: counts of what was seen. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

DECAY = 0.99
"""Of all counts, with each request: some hundred requests are remembered."""
STAY, STAY_ALONE, STAY_AMONG = 0.7, 0.95, 0.5
"""That the next request is for the expert of the last one, before any was seen: where the
conversation mentions no files, only files of that expert, and files of others too. Guesses."""
ANOTHER = 0.15
"""That the next request is the first one of another conversation, which may need any expert. A
guess."""
PRIOR_REQUESTS = 4.0
"""What is assumed counts as much as so many requests that were seen."""
MENTIONED_FACTOR = 16.0
"""An expert whose files the conversation mentions is so much likelier than another, before the
order of requests says more: a guess."""
_NEGLIGIBLE = 0.01
"""Counts below it are dropped."""


class Moves:
    """From which expert requests go on to which. One for each conversation, and one for all."""

    def __init__(self) -> None:
        self._after: dict[str, dict[str, float]] = defaultdict(dict)
        """By expert: how often each one was next."""
        self._asked: dict[str, float] = {}

    def note(self, before: str, expert: str) -> None:
        """The expert is asked after `before`, which is empty for a conversation's first request."""
        _add(self._asked, expert)
        if before:
            _add(self._after[before], expert)

    def shares(self, experts: Sequence[str]) -> dict[str, float]:
        """Return each expert's share of the requests; all of them together have 1."""
        total = sum(self._asked.get(name, 0.0) for name in experts) + 1.0
        return {name: (self._asked.get(name, 0.0) + 1.0 / len(experts)) / total for name in experts}

    def prior(
        self, current: str, experts: Sequence[str], mentioned: Collection[str]
    ) -> dict[str, float]:
        """Return what is assumed of the next expert after `current`, as far as this table shows.

        `mentioned` are experts whose files the conversation speaks of.
        """
        weights = {
            name: share * (MENTIONED_FACTOR if name in mentioned else 1.0)
            for name, share in self.shares(experts).items()
        }
        others = sum(weight for name, weight in weights.items() if name != current) or 1.0
        among = STAY_AMONG if set(mentioned) - {current} else STAY_ALONE
        stay = among if mentioned else STAY
        return {
            name: stay if name == current else (1.0 - stay) * weight / others
            for name, weight in weights.items()
        }

    def refined(self, current: str, prior: Mapping[str, float]) -> dict[str, float]:
        """Return `prior` as the moves from `current` change it."""
        row = self._after.get(current, {})
        total = sum(row.values()) + PRIOR_REQUESTS
        return {
            name: (row.get(name, 0.0) + PRIOR_REQUESTS * chance) / total
            for name, chance in prior.items()
        }


def next_chances(
    all_moves: Moves,
    own: Moves,
    current: str,
    experts: Sequence[str],
    mentioned: Collection[str] = (),
) -> dict[str, float]:
    """Return how likely each expert is the next one after `current`.

    `own` are the moves of one conversation, `all_moves` those of all.
    """
    prior = all_moves.refined(current, all_moves.prior(current, experts, mentioned))
    shares = all_moves.shares(experts)
    return {
        name: (1.0 - ANOTHER) * chance + ANOTHER * shares[name]
        for name, chance in own.refined(current, prior).items()
    }


def _add(row: dict[str, float], name: str) -> None:
    for known in list(row):
        row[known] *= DECAY
        if row[known] < _NEGLIGIBLE:
            del row[known]
    row[name] = row.get(name, 0.0) + 1.0
