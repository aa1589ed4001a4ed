"""The worker's limits, also where the system refuses them or has none."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from hotseat.parsing.worker import MAX_DATA_BYTES, limit_memory

CORE, DATA, INFINITY = 4, 2, -1


class Limits:
    """The part of the module `resource` that is used; `refused` raise `error`."""

    RLIMIT_CORE, RLIMIT_DATA, RLIM_INFINITY = CORE, DATA, INFINITY

    def __init__(self, *, hard: int = INFINITY, refused: tuple[int, ...] = ()) -> None:
        self._hard = hard
        self._refused = refused
        self.error: type[Exception] = ValueError
        self.set: dict[int, tuple[int, int]] = {}

    def getrlimit(self, _: int) -> tuple[int, int]:
        return self._hard, self._hard

    def setrlimit(self, number: int, pair: tuple[int, int]) -> None:
        if number in self._refused:
            raise self.error("current limit exceeds maximum limit")
        self.set[number] = pair


def test_both_are_set() -> None:
    limits = Limits()
    limit_memory(limits, 5)
    assert limits.set == {CORE: (0, 0), DATA: (5 + MAX_DATA_BYTES, 5 + MAX_DATA_BYTES)}


def test_a_lower_limit_of_the_system_is_kept() -> None:
    limits = Limits(hard=7)
    limit_memory(limits, 5)
    assert limits.set[DATA] == (7, 7)


@pytest.mark.parametrize("error", [ValueError, OSError])
def test_a_limit_that_the_system_refuses_does_not_end_the_worker(error: type[Exception]) -> None:
    limits = Limits(refused=(DATA,))
    limits.error = error
    limit_memory(limits, 5)
    assert limits.set == {CORE: (0, 0)}


def test_nor_does_one_that_it_does_not_have() -> None:
    limit_memory(SimpleNamespace(), 5)
