"""Which hints are passed on: models that developers' keepers expect next. Pure, but for the counts.

A hint may cost others memory and time, so it is dropped when in doubt; its sender repeats it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Container, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

EACH = 2
"""Hints of one developer that are under way at once."""
BUSY_SHARE = 0.5
"""Of the requests that the replicas take: from there on, every hint is dropped."""
CERTAIN = 0.8
"""From this probability on, a hint may unload a model: its file is open, and the first key comes in
a second or two. Less likely ones only use free memory: on a server that many use, a model that is
in memory is as likely to be asked next (docs/decisions/0105)."""
IDLE_S = 2.0
"""A model that was used in so many seconds does not leave memory for a hint."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What the ingress has to do at the moment."""

    n_running: int
    n_waiting: int
    total: int
    """Requests that all replicas answer at once."""
    replicas: int


def idle_needed_s(probability: float, idle_s: float = IDLE_S) -> float:
    """Return for how long a model must be unused to leave memory for the hint."""
    return idle_s if probability >= CERTAIN else math.inf


def is_passed_on(
    model: str,
    *,
    resident: Container[str],
    under_way: Container[str],
    n_own: int,
    n_all: int,
    load: Load,
) -> bool:
    """Return whether a hint becomes a load: never while a request waits, at most one for each
    replica and EACH for the developer, and none for a model that is there or comes already."""
    return (
        model not in resident
        and model not in under_way
        and n_own < EACH
        and n_all < load.replicas
        and load.n_waiting == 0
        and load.n_running < BUSY_SHARE * load.total
    )


class HintGate:
    """Counts the hints that are under way."""

    def __init__(self) -> None:
        self._own: Counter[str] = Counter()
        self._models: Counter[str] = Counter()
        self.n_passed = 0
        self.n_dropped = 0

    @contextmanager
    def entered(
        self, developer: str, model: str, *, resident: Container[str], load: Load
    ) -> Iterator[bool]:
        """Yield whether the hint is passed on; it is under way until the block ends."""
        passes = is_passed_on(
            model,
            resident=resident,
            under_way=self._models,
            n_own=self._own[developer],
            n_all=self._models.total(),
            load=load,
        )
        if not passes:
            self.n_dropped += 1
            yield False
            return
        self.n_passed += 1
        self._own[developer] += 1
        self._models[model] += 1
        try:
            yield True
        finally:
            for counter, key in ((self._own, developer), (self._models, model)):
                counter[key] -= 1
                if not counter[key]:
                    del counter[key]
