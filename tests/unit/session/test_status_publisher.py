"""How often the status of a window is published."""

from __future__ import annotations

from hotseat.domain.experts import ModelSpec
from hotseat.domain.residency import ModelState
from hotseat.engines.capabilities import OLLAMA, flags
from hotseat.keeper.state import EngineStatus, KeeperState, ModelStatus
from hotseat.session.status_publisher import StatusPublisher
from support.fake_timers import FakeTimers


class Desk:
    def __init__(self) -> None:
        self.timers = FakeTimers()
        self.published_s: list[float] = []
        self.publisher = StatusPublisher(
            lambda: self.published_s.append(round(self.timers.now_s - 1000.0, 3)),
            interval_s=0.1,
            clock=self.timers.clock,
            later=self.timers.call_later,
        )


def test_many_changes_are_published_once_per_interval() -> None:
    desk = Desk()
    for _ in range(10):
        desk.publisher.publish_soon()
        desk.timers.advance(0.02)
    desk.timers.advance(1.0)
    assert desk.published_s == [0.1, 0.2]


def test_while_the_user_types_the_status_is_published_once_a_second() -> None:
    desk = Desk()
    for _ in range(20):
        desk.publisher.publish_typing()
        desk.timers.advance(0.1)
    desk.timers.advance(2.0)
    assert desk.published_s == [0.1, 1.1, 2.1]


def test_another_change_is_published_at_once_while_the_user_types() -> None:
    desk = Desk()
    desk.publisher.publish_soon()
    desk.timers.advance(0.2)
    desk.publisher.publish_typing()
    desk.publisher.publish_soon()
    desk.timers.advance(2.0)
    assert desk.published_s == [0.1, 0.3]


def test_nothing_is_published_without_a_change() -> None:
    desk = Desk()
    desk.publisher.publish_if_due()
    desk.timers.advance(1.0)
    assert desk.published_s == []


def test_a_spare_moment_is_used_only_when_the_status_is_nearly_due() -> None:
    desk = Desk()
    desk.publisher.publish_soon()
    desk.timers.advance(0.04)
    desk.publisher.publish_if_due()
    assert desk.published_s == []
    desk.timers.advance(0.02)
    desk.publisher.publish_if_due()
    assert desk.published_s == [0.06]
    desk.timers.advance(1.0)
    assert desk.published_s == [0.06], "the timer was for the same change"


def test_a_state_of_the_keeper_in_which_only_time_has_passed_does_not_hurry() -> None:
    desk = Desk()
    spec = ModelSpec(model="m:latest")
    engine = EngineStatus(kind="ollama", up=True, **flags(OLLAMA))

    def reported(state: ModelState, age_s: float) -> None:
        model = ModelStatus(expert="go", spec=spec, state=state, state_s=age_s, probability=0.5)
        desk.publisher.keeper_reported(KeeperState(engine=engine, models=(model,)))

    for i in range(20):
        reported(ModelState.WARM, i / 10)
        desk.timers.advance(0.1)
    assert desk.published_s == [0.1, 1.1]
    reported(ModelState.LOADING, 0.0)
    desk.timers.advance(0.1)
    assert desk.published_s == [0.1, 1.1, 2.1], "a load is shown at once"
