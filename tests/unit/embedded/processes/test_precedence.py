"""Processes that write answers pause for completions."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from typing import Any

import psutil
import pytest

from hotseat.embedded.processes.precedence import MAX_PAUSED_S, Precedence
from hotseat.embedded.processes.runner import Child
from hotseat.engines.upstream import Address


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not is_so():
            await asyncio.sleep(0.01)


class Process:
    def __init__(self, *, n_threads: int = 1, can_pause: bool = True) -> None:
        self.n_threads = n_threads
        self.is_paused = False
        self._can_pause = can_pause

    def pause(self) -> bool:
        self.is_paused = self._can_pause
        return self._can_pause

    def resume(self) -> None:
        self.is_paused = False


class Timer:
    def __init__(self, at_s: float, work: Callable[[], None]) -> None:
        self.at_s, self.work = at_s, work
        self.is_due = True

    def cancel(self) -> None:
        self.is_due = False


class Clock:
    def __init__(self) -> None:
        self.now_s = 100.0
        self.timers: list[Timer] = []

    def call_later(self, delay_s: float, work: Callable[[], None]) -> Any:
        self.timers.append(Timer(self.now_s + delay_s, work))
        return self.timers[-1]

    def wait(self, duration_s: float) -> None:
        end_s = self.now_s + duration_s
        while due := [one for one in self.timers if one.is_due and one.at_s <= end_s]:
            timer = min(due, key=lambda one: one.at_s)
            timer.is_due = False
            self.now_s = timer.at_s
            timer.work()
        self.now_s = end_s

    def precedence(self, n_cores: int = 2) -> Precedence:
        return Precedence(n_cores, clock=lambda: self.now_s, call_later=self.call_later)


def test_an_answer_pauses_while_another_process_completes() -> None:
    answers, completes = Process(), Process()
    precedence = Clock().precedence()
    with precedence.answer(answers):
        with precedence.completion(completes):
            assert answers.is_paused
            with precedence.completion(completes):
                assert answers.is_paused
            assert answers.is_paused
        assert not answers.is_paused
    with precedence.completion(completes):
        assert not answers.is_paused


def test_an_answer_that_begins_during_a_completion_waits_for_its_end() -> None:
    answers, completes = Process(), Process()
    precedence = Clock().precedence()
    with precedence.completion(completes), precedence.answer(answers):
        assert answers.is_paused
    assert not answers.is_paused


def test_a_process_that_does_both_never_pauses() -> None:
    one, other = Process(), Process()
    precedence = Clock().precedence()
    with precedence.answer(one), precedence.completion(one):
        assert not one.is_paused
        with precedence.completion(other):
            assert not one.is_paused


def test_nothing_pauses_where_the_cores_suffice_for_both() -> None:
    answers, completes = Process(n_threads=3), Process(n_threads=3)
    many = Clock().precedence(8)
    with many.answer(answers), many.completion(completes):
        assert not answers.is_paused
    few = Clock().precedence(4)
    with few.answer(answers), few.completion(completes):
        assert answers.is_paused


def test_a_pause_is_bounded_and_the_answer_then_has_as_much_time() -> None:
    answers, completes, clock = Process(), Process(), Clock()
    precedence = clock.precedence()
    with precedence.answer(answers):
        with precedence.completion(completes):
            clock.wait(MAX_PAUSED_S - 0.1)
            assert answers.is_paused
            clock.wait(0.2)
            assert not answers.is_paused
        with precedence.completion(completes):
            assert not answers.is_paused, "the next key does not end the rest"
            clock.wait(MAX_PAUSED_S)
            assert answers.is_paused


def test_completions_without_a_break_leave_half_of_the_time() -> None:
    answers, completes, clock = Process(), Process(), Clock()
    precedence, paused_s = clock.precedence(), 0.0
    with precedence.answer(answers):
        for _ in range(1_000):
            with precedence.completion(completes):
                paused_s += 0.1 * answers.is_paused
                clock.wait(0.1)
    assert 40 <= paused_s <= 60


def test_short_completions_with_pauses_between_them_always_come_first() -> None:
    answers, completes, clock = Process(), Process(), Clock()
    precedence = clock.precedence()
    with precedence.answer(answers):
        for _ in range(100):
            with precedence.completion(completes):
                assert answers.is_paused
                clock.wait(0.1)
            clock.wait(0.2)


def test_a_process_that_cannot_be_paused_goes_on() -> None:
    answers, completes, clock = Process(can_pause=False), Process(), Clock()
    precedence = clock.precedence()
    with precedence.answer(answers), precedence.completion(completes):
        assert not answers.is_paused
        assert not clock.timers


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux pauses processes")
async def test_a_process_is_stopped_and_goes_on() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "import time; time.sleep(60)"
    )
    child = Child(process, Address(port=1), ends_with_parent=True)
    inherited = Child(process, Address(port=1))
    assert not inherited.pause(), "it would outlive its parent"
    assert child.pause()
    await until(lambda: psutil.Process(child.pid).status() == psutil.STATUS_STOPPED)
    child.resume()
    await until(lambda: psutil.Process(child.pid).status() != psutil.STATUS_STOPPED)
    assert child.pause()
    child.kill()
    assert await child.wait() != 0
    assert not child.pause()
    child.resume()
