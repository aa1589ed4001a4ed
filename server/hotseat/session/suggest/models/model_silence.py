"""How long each model has left the requests of one window without a byte.

Counts the time in which a request was open, over requests that were cancelled one after the other:
a user who types on cancels each before it is answered. Owns no I/O.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from hotseat.domain.experts import ModelSpec

MIN_OPEN_S = 0.5
"""A request that was cancelled sooner is no sign of silence: the model may have been about to
answer."""
FORGET_S = 10.0
"""Requests that ended longer ago do not count."""


@dataclass(slots=True)
class _Quiet:
    earlier_s: float = 0.0
    """Of requests that were cancelled."""
    since_s: float = 0.0
    """When the oldest open request began."""
    n_open: int = 0
    ended_s: float = 0.0
    """When the newest request was cancelled."""


class ModelSilence:
    """`clock` returns monotonic seconds. Models are named by their seats."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.on_heard: Callable[[ModelSpec], None] = lambda _: None
        """Called when a model that was marked answers again."""
        self._clock = clock
        self._quiet: dict[ModelSpec, _Quiet] = {}
        """Models with an open request, or one that was cancelled, since their last byte."""
        self._marked: set[ModelSpec] = set()

    @contextmanager
    def request(self, seat: ModelSpec) -> Iterator[None]:
        """A request to the model is open inside the `with` block."""
        quiet = self._quiet.setdefault(seat, _Quiet())
        began_s = self._clock()
        if not quiet.n_open:
            quiet.since_s = began_s
            if began_s - quiet.ended_s > FORGET_S:
                quiet.earlier_s = 0.0
        quiet.n_open += 1
        try:
            yield
        finally:
            quiet.n_open -= 1
            if self._quiet.get(seat) is quiet and not quiet.n_open:
                quiet.ended_s = self._clock()
                open_s = quiet.ended_s - quiet.since_s
                quiet.earlier_s += open_s if open_s >= MIN_OPEN_S else 0.0

    def heard(self, seat: ModelSpec) -> None:
        """A byte of an answer has come, or an error: the model, or its engine, responds."""
        self._quiet.pop(seat, None)
        if seat in self._marked:
            self._marked.remove(seat)
            self.on_heard(seat)

    def quiet_s(self, seat: ModelSpec) -> float:
        """Return for how long an open request has had no byte; 0 if none is open."""
        if not self.is_open(seat):
            return 0.0
        quiet = self._quiet[seat]
        return quiet.earlier_s + self._clock() - quiet.since_s

    def is_open(self, seat: ModelSpec) -> bool:
        """Return whether a request to the model has had no byte yet."""
        quiet = self._quiet.get(seat)
        return quiet is not None and quiet.n_open > 0

    def mark(self, seat: ModelSpec) -> None:
        """The model does not answer: `is_marked` until a byte comes."""
        self._marked.add(seat)

    def is_marked(self, seat: ModelSpec) -> bool:
        return seat in self._marked

    def forget_all(self) -> None:
        """Another engine is in use, or the engine was lost."""
        self._quiet.clear()
        for seat in [*self._marked]:
            self.heard(seat)
