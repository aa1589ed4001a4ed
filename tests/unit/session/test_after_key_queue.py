"""Work that a keystroke puts off: when it runs, and in which order."""

from __future__ import annotations

from functools import partial

import pytest

from hotseat.session.after_key_queue import AfterKeyQueue
from support.fake_timers import FakeTimers


class Desk:
    def __init__(self) -> None:
        self.timers = FakeTimers()
        self.ran: list[str] = []
        self.queue = AfterKeyQueue(
            partial(self.ran.append, "idle"), delay_s=0.008, later=self.timers.call_later
        )

    def add(self, name: str) -> None:
        self.queue.add(partial(self.ran.append, name))


def test_work_runs_after_the_delay_in_the_order_of_the_keys() -> None:
    desk = Desk()
    desk.add("a")
    desk.timers.advance(0.005)
    desk.add("b")
    assert desk.ran == []
    desk.timers.advance(0.003)
    assert desk.ran == ["a", "b", "idle"], "the delay counts from the first key"
    desk.timers.advance(1.0)
    assert desk.ran == ["a", "b", "idle"]


def test_catching_up_runs_it_at_once_and_only_once() -> None:
    desk = Desk()
    desk.add("a")
    desk.queue.catch_up()
    assert desk.ran == ["a"]
    desk.add("b")
    desk.timers.advance(0.008)
    assert [name for name in desk.ran if name != "idle"] == ["a", "b"]
    desk.queue.catch_up()
    assert desk.ran.count("b") == 1


def test_work_may_add_work() -> None:
    desk = Desk()
    desk.queue.add(lambda: desk.add("later"))
    desk.queue.catch_up()
    assert desk.ran == ["later"]


def test_work_that_fails_does_not_stop_what_follows() -> None:
    desk = Desk()

    def fails() -> None:
        raise ValueError("broken")

    desk.queue.add(fails)
    desk.add("a")
    with pytest.raises(ValueError, match="broken"):
        desk.queue.catch_up()
    desk.queue.catch_up()
    assert desk.ran == ["a"]
