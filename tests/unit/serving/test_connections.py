"""Idle and half-open connections end, and their number has a limit."""

from __future__ import annotations

import pytest

from hotseat.serving.connections import (
    MAX_CONNECTIONS,
    ConnectionLimits,
    Connections,
    max_connections,
)
from hotseat.serving.listening import BACKLOG

LIMITS = ConnectionLimits(max_connections=3, idle_s=10.0)


class Fake:
    """A connection that waits since `since_s`, or answers (None)."""

    def __init__(self, since_s: float | None = 0.0) -> None:
        self.since_s = since_s
        self.ended = False

    def waits_since_s(self) -> float | None:
        return self.since_s

    def end(self) -> None:
        self.ended = True


class Clock:
    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def test_the_oldest_that_waits_ends_for_a_new_one() -> None:
    connections = Connections(LIMITS, clock=Clock())
    busy, *idle = fakes = [Fake(None), Fake(), Fake()]
    for fake in fakes:
        connections.add(fake)
    new = Fake()
    connections.add(new)
    assert [fake.ended for fake in (busy, *idle, new)] == [False, True, False, False]
    assert len(connections) == 3


def test_a_new_one_ends_where_all_are_answered() -> None:
    connections = Connections(LIMITS, clock=Clock())
    busy = [Fake(None) for _ in range(3)]
    for fake in busy:
        connections.add(fake)
    new = Fake()
    connections.add(new)
    assert new.ended
    assert not any(fake.ended for fake in busy)


def test_what_waits_too_long_ends() -> None:
    clock = Clock()
    connections = Connections(LIMITS, clock=clock)
    early, late, busy = Fake(0.0), Fake(5.0), Fake(None)
    for fake in (early, late, busy):
        connections.add(fake)
    clock.now_s = 10.0
    connections.end_idle()
    assert [fake.ended for fake in (early, late, busy)] == [True, False, False]
    clock.now_s = 100.0
    connections.end_idle()
    assert [fake.ended for fake in (early, late, busy)] == [True, True, False]
    assert len(connections) == 1


@pytest.mark.parametrize("soft_limit", [512, 1024, 4096, 65_536, 1 << 20])
def test_the_descriptors_suffice(soft_limit: int) -> None:
    """Over TCP, by the user's own socket, and those accepted before they are counted."""
    n = max_connections(soft_limit)
    assert 0 < n <= MAX_CONNECTIONS
    assert 2 * n + 2 * BACKLOG < soft_limit


def test_without_a_limit_of_descriptors_there_is_one_of_connections() -> None:
    assert max_connections(None) == MAX_CONNECTIONS
