"""From the user's events to the demand that the keeper gets: what it holds, and when it is sent."""

from __future__ import annotations

from typing import cast

from hotseat.attention.attention import Attention
from hotseat.domain.demand import Demand
from hotseat.domain.events import CursorMoved, Edited, Focused, Opened, WindowFocused
from hotseat.domain.experts import Expert, ModelSpec, Roster
from hotseat.keeper.link import KeeperLink
from hotseat.keeper.state import WindowFocus
from hotseat.session.attention_loop import AttentionLoop, DemandTiming
from support.fake_timers import FakeTimers

GO = Expert(name="go", languages=("go",), spec=ModelSpec("go:1b"))
SQL = Expert(name="sql", languages=("sql",), spec=ModelSpec("sql:1b"))
ROSTER = Roster(experts=(GO, SQL))
TIMING = DemandTiming(after_event_s=0.01, while_typing_s=0.5, refresh_s=5.0, timer_slack_s=0.005)


class FakeLink:
    def __init__(self, timers: FakeTimers) -> None:
        self._timers = timers
        self.sent: list[tuple[float, Demand, WindowFocus]] = []
        self.releases = self
        self.released_s: dict[ModelSpec, float] = {}
        self.retried: list[ModelSpec] = []

    def since_s(self, spec: ModelSpec) -> float | None:
        return self.released_s.get(spec)

    def retry(self, spec: ModelSpec) -> None:
        self.retried.append(spec)
        self.released_s.pop(spec, None)

    def set_demand(self, demand: Demand, focus: WindowFocus) -> None:
        self.sent.append((round(self._timers.now_s - 1000.0, 3), demand, focus))


class Desk:
    def __init__(self) -> None:
        self.timers = FakeTimers()
        self.link: FakeLink | None = FakeLink(self.timers)
        self.roster = ROSTER
        self.n_changes = 0
        self.n_demands = 0
        self.loop = AttentionLoop(
            Attention(None, lambda uri: uri),
            roster=lambda: self.roster,
            link=lambda: cast("KeeperLink | None", self.link),
            with_awaited=lambda demand: demand,
            on_change=self._changed,
            on_demand=self._sent,
            timing=TIMING,
            clock=self.timers.clock,
            later=self.timers.call_later,
        )

    def _changed(self) -> None:
        self.n_changes += 1

    def _sent(self) -> None:
        self.n_demands += 1

    @property
    def sent(self) -> list[tuple[float, Demand, WindowFocus]]:
        assert self.link is not None
        return self.link.sent

    def demanded(self) -> list[str]:
        """The experts that the last demand wants now."""
        return [want.expert for want in self.sent[-1][1].wants if want.demanded]


def test_several_events_of_one_action_send_one_demand() -> None:
    desk = Desk()
    desk.loop.attend(Opened("a.go", "go"))
    desk.loop.attend(Focused("a.go"))
    desk.loop.attend(CursorMoved("a.go", "go"))
    assert desk.sent == []
    desk.timers.advance(0.01)
    assert [at_s for at_s, _, _ in desk.sent] == [0.01]
    assert desk.demanded() == ["go"]
    focus = desk.sent[-1][2]
    assert (focus.language, focus.expert, focus.focused) == ("go", "go", True)
    assert desk.n_changes == 3
    assert desk.n_demands == 1


def test_typing_on_sends_the_demand_less_often() -> None:
    desk = Desk()
    desk.loop.attend(Opened("a.go", "go"))
    desk.loop.attend(Edited("a.go", "go"))
    desk.timers.advance(0.01)
    for _ in range(20):
        desk.loop.attend(Edited("a.go", "go"))
        desk.timers.advance(0.1)
    assert [at_s for at_s, _, _ in desk.sent] == [0.01, 0.51, 1.01, 1.51, 2.01]


def test_another_action_does_not_wait_for_the_typing() -> None:
    desk = Desk()
    desk.loop.attend(Opened("a.go", "go"))
    desk.loop.attend(Edited("a.go", "go"))
    desk.timers.advance(0.01)
    desk.loop.attend(Edited("a.go", "go"))
    desk.loop.attend(WindowFocused(False))
    desk.timers.advance(0.01)
    assert [at_s for at_s, _, _ in desk.sent] == [0.01, 0.02]
    assert not desk.sent[-1][2].focused
    desk.timers.advance(1.0)
    assert len(desk.sent) == 2, "the timer of the typing was replaced"


def test_a_stay_is_looked_at_again_when_it_counts() -> None:
    """Who passes through a file causes no load; who stays does."""
    desk = Desk()
    desk.loop.attend(Opened("a.go", "go"))
    desk.loop.attend(Edited("a.go", "go"))
    desk.timers.advance(1.0)
    desk.loop.attend(Opened("b.sql", "sql"))
    desk.timers.advance(0.1)
    assert "sql" not in desk.demanded()
    desk.timers.advance(0.2)
    assert "sql" in desk.demanded()


def test_the_demand_is_refreshed_until_the_loop_is_closed() -> None:
    desk = Desk()
    desk.loop.start()
    desk.timers.advance(16.0)
    assert [at_s for at_s, _, _ in desk.sent] == [5.0, 10.0, 15.0]
    desk.loop.attend(Opened("a.go", "go"))
    desk.loop.close()
    desk.timers.advance(60.0)
    assert len(desk.sent) == 3
    assert desk.timers.waiting == []


def test_without_a_keeper_nothing_is_sent_and_later_the_newest_demand_is() -> None:
    desk = Desk()
    link, desk.link = desk.link, None
    desk.loop.attend(Opened("a.go", "go"))
    desk.timers.advance(1.0)
    desk.link = link
    desk.loop.send_demand()
    assert desk.demanded() == ["go"]


def test_a_model_unloaded_by_hand_is_wanted_again_when_its_language_is_turned_to() -> None:
    desk = Desk()
    assert desk.link is not None
    desk.loop.start()
    desk.loop.attend(Opened("a.go", "go"))
    desk.timers.advance(1.0)
    desk.link.released_s[GO.seat] = desk.timers.now_s
    desk.timers.advance(1.0)
    desk.loop.attend(Edited("a.go", "go"))
    desk.timers.advance(20.0)
    assert desk.link.retried == []
    desk.loop.attend(Opened("q.sql", "sql"))
    desk.timers.advance(1.0)
    desk.loop.attend(CursorMoved("a.go", "go"))
    desk.timers.advance(1.0)
    assert desk.link.retried == [GO.seat]


def test_a_suggestion_by_hand_needs_the_model_again() -> None:
    desk = Desk()
    assert desk.link is not None
    desk.loop.need("go")
    assert desk.link.retried == []
    desk.link.released_s[GO.seat] = 0.0
    desk.loop.need("cobol")
    desk.loop.need("go")
    assert desk.link.retried == [GO.seat]
