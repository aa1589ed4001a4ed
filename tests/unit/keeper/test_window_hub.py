"""Windows and their messages, without sockets and without an engine."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from typing import Any

import pytest

from hotseat.domain.decisions import Action, Decision
from hotseat.domain.experts import ModelSpec
from hotseat.engines.discovery import EMBEDDED
from hotseat.keeper.releases import release_message
from hotseat.keeper.settings import KeeperSettings
from hotseat.keeper.state import KeeperState, encode_spec, encode_want, engine_status
from hotseat.keeper.window_hub import MergedDemand, WindowHub
from hotseat.residency.released_models import Release, ReleaseAnswer, ReleaseOutcome
from support.windows import at, want

A = ModelSpec("a:1b")
DECISION = Decision(
    time_s=1.0,
    action=Action.LOAD,
    model="a:1b",
    expert="a",
    reason="demanded",
    probability=1.0,
    size_bytes=5,
    used_bytes=5,
    budget_bytes=9,
)


class Owner:
    """A keeper that only records."""

    def __init__(self) -> None:
        self.merged: list[MergedDemand] = []
        self.retried: list[ModelSpec] = []
        self.uses: list[tuple[str, float, float]] = []
        self.released: list[tuple[Sequence[Release] | None, bool]] = []
        self.n_resumed = 0
        self.n_active = 0
        self.n_looks = 0
        self.n_failed = 0
        self.used_bytes = 0

    def state(self) -> KeeperState:
        return KeeperState(engine=engine_status(EMBEDDED), used_bytes=self.used_bytes)

    def decisions(self) -> Sequence[Decision]:
        return [DECISION]

    def demand_merged(self, demand: MergedDemand) -> None:
        self.merged.append(demand)

    def retry_wanted(self, spec: ModelSpec) -> None:
        self.retried.append(spec)

    def release_wanted(
        self, releases: Sequence[Release] | None, *, stops_engine: bool
    ) -> list[ReleaseAnswer]:
        self.released.append((releases, stops_engine))
        return [
            ReleaseAnswer(model=each.model, outcome=ReleaseOutcome.ABSENT)
            for each in releases or ()
        ]

    def resume_wanted(self) -> None:
        self.n_resumed += 1

    def window_works(self, *, has_failed: bool) -> None:
        self.n_looks += not has_failed
        self.n_failed += has_failed

    def window_active(self) -> None:
        self.n_active += 1

    def model_used(self, name: str, began_s: float, until_s: float) -> None:
        self.uses.append((name, began_s, until_s))


class Stream:
    """A window's end of the connection."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.backlog_bytes = 0
        self.is_closed = False
        self._incoming: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()

    def send(self, message: dict[str, Any]) -> None:
        self.sent.append(message)

    async def receive(self) -> dict[str, Any] | None:
        return await self._incoming.get()

    def close(self) -> None:
        self.is_closed = True

    async def says(self, *messages: dict[str, Any] | None) -> None:
        """Send to the hub, and let it handle them."""
        for message in messages:
            self._incoming.put_nowait(message)
        for _turn in range(3 + len(messages)):
            await asyncio.sleep(0)

    def types(self) -> list[str]:
        return [message["type"] for message in self.sent]


class Desk:
    """A hub with windows; time passes by `now_s`."""

    def __init__(self, windows_before: Collection[int] = ()) -> None:
        self.now_s = 100.0
        self.owner = Owner()
        settings = KeeperSettings(observe_s=1.0, max_backlog_bytes=10, reconnect_s=0.0)
        self.hub = WindowHub(
            self.owner,
            windows_before=windows_before,
            settings=settings,
            clock=lambda: self.now_s,
        )
        self.tasks: list[asyncio.Task[None]] = []

    async def window(self) -> Stream:
        stream = Stream()
        self.tasks.append(asyncio.create_task(self.hub.serve(stream)))
        await stream.says()
        return stream


def demand(
    *wants: Any, budget: int = 100, busy: Any = (), busy_s: Any = (), pid: int = 1
) -> dict[str, Any]:
    return {
        "type": "demand",
        "wants": [encode_want(w) for w in wants],
        "busy": [encode_spec(spec) for spec in busy],
        "busy_s": list(busy_s),
        "budget_bytes": budget,
        "focus": {"pid": pid, "language": "go"},
    }


@pytest.fixture
def desk() -> Desk:
    return Desk()


async def test_the_wants_of_all_windows_are_one_demand_with_the_smallest_budget(
    desk: Desk,
) -> None:
    first, second = await desk.window(), await desk.window()
    await first.says(demand(at("a:1b"), budget=300))
    await second.says(demand(want("b:1b", 0.4), budget=200))
    merged = desk.owner.merged[-1]
    assert [w.spec.model for w in merged.demand.wants] == ["a:1b", "b:1b"]
    assert merged.budget_bytes == 200
    assert len(desk.hub.focuses()) == 2
    await second.says(None)
    merged = desk.owner.merged[-1]
    assert [w.spec.model for w in merged.demand.wants] == ["a:1b"]
    assert (merged.budget_bytes, second.is_closed) == (300, True)


async def test_what_windows_hold_for_models_is_added_up(desk: Desk) -> None:
    first, second = await desk.window(), await desk.window()
    await first.says({**demand(), "held_bytes": 15})
    await second.says({**demand(), "held_bytes": 4})
    assert desk.owner.merged[-1].held_bytes == 19
    await first.says(demand())  # an older version of Hotseat
    assert desk.owner.merged[-1].held_bytes == 4
    await second.says(None)
    assert desk.owner.merged[-1].held_bytes == 0


async def test_the_wants_are_complete_when_all_windows_of_the_keeper_before_have_reported() -> None:
    desk = Desk(windows_before=(1, 2))
    first, second = await desk.window(), await desk.window()
    await first.says(demand(at("a:1b"), pid=1))
    assert not desk.owner.merged[-1].is_complete
    await second.says(demand(at("b:1b"), pid=2))
    assert desk.owner.merged[-1].is_complete
    await second.says(None)
    assert desk.owner.merged[-1].is_complete


async def test_a_window_of_the_keeper_before_that_has_ended_is_not_awaited_for_long() -> None:
    desk = Desk(windows_before=(1, 2))
    first = await desk.window()
    await first.says(demand(at("a:1b"), pid=1))
    assert not desk.owner.merged[-1].is_complete
    await desk.hub.await_windows()
    assert desk.owner.merged[-1].is_complete


async def test_wants_and_pings_are_acknowledged(desk: Desk) -> None:
    window = await desk.window()
    await window.says(demand(at("a:1b")), {"type": "ping"})
    assert window.types() == ["state", "heard", "heard"]


async def test_only_something_new_is_activity(desk: Desk) -> None:
    window = await desk.window()
    await window.says(demand(want("a:1b", 0.4)))
    n_active = desk.owner.n_active
    await window.says(demand(want("a:1b", 0.6)))
    assert desk.owner.n_active == n_active
    await window.says(demand(at("a:1b")), {"type": "look"})
    assert desk.owner.n_active == n_active + 1
    assert desk.owner.n_looks == 1
    await window.says({"type": "look", "failed": True})
    assert (desk.owner.n_looks, desk.owner.n_failed) == (1, 1)


async def test_requests_under_way_are_reported_with_their_begin(desk: Desk) -> None:
    window = await desk.window()
    await window.says(demand(at("a:1b"), busy=[A, ModelSpec("b:1b")], busy_s=[2.0, None]))
    desk.owner.uses.clear()
    desk.now_s = 105.0
    desk.hub.report_uses()
    assert desk.owner.uses == [("a:1b", 98.0, 105.0)]  # b's request waits for its model


async def test_the_state_is_sent_when_it_changed_or_a_heartbeat_is_due(desk: Desk) -> None:
    window = await desk.window()
    window.sent.clear()
    desk.hub.push()
    desk.hub.push()
    assert len(window.sent) == 1
    desk.owner.used_bytes = 5
    desk.hub.push()
    assert len(window.sent) == 2
    desk.now_s += 0.9
    desk.hub.push()
    assert len(window.sent) == 3


async def test_several_events_of_one_turn_push_once(desk: Desk) -> None:
    window = await desk.window()
    window.sent.clear()
    for used_bytes in (1, 2, 3):
        desk.owner.used_bytes = used_bytes
        desk.hub.push_soon()
    await asyncio.sleep(0)
    assert [message["state"]["used_bytes"] for message in window.sent] == [3]


async def test_a_window_that_reads_nothing_is_skipped(desk: Desk) -> None:
    stopped, other = await desk.window(), await desk.window()
    for window in (stopped, other):
        window.sent.clear()
    stopped.backlog_bytes = 10
    desk.hub.push()
    assert (len(stopped.sent), len(other.sent)) == (0, 1)


async def test_decisions_are_sent_to_the_window_that_asks(desk: Desk) -> None:
    window, other = await desk.window(), await desk.window()
    await window.says({"type": "decisions"})
    (entry,) = window.sent[-1]["decisions"]
    assert (entry["action"], entry["model"], entry["outcome"]) == ("load", "a:1b", "running")
    assert other.types() == ["state"]


async def test_messages_that_cannot_be_read_change_nothing(desk: Desk) -> None:
    window = await desk.window()
    await window.says({"type": "dance"}, {"type": "demand"}, {"type": "retry", "spec": None})
    assert (desk.owner.merged, desk.owner.retried) == ([], [])
    await window.says({"type": "retry", "spec": encode_spec(A)})
    assert desk.owner.retried == [A]


async def test_a_model_is_silent_while_a_window_says_so(desk: Desk) -> None:
    one, other = await desk.window(), await desk.window()
    silent = {**demand(want("a")), "silent": [encode_spec(A)]}
    await one.says(silent)
    await other.says(demand(want("a")))
    assert desk.hub.silent_models() == {A}
    await one.says(demand(want("a")))
    assert desk.hub.silent_models() == set()
    await one.says(silent)
    desk.now_s += 29
    await one.says(silent)  # renewed
    desk.now_s += 29
    assert desk.hub.silent_models() == {A}
    desk.now_s += 2  # a window that was stopped renews nothing
    assert desk.hub.silent_models() == set()


async def test_a_window_that_leaves_takes_its_report_along(desk: Desk) -> None:
    one = await desk.window()
    await one.says({**demand(want("a")), "silent": [encode_spec(A)]}, None)
    assert desk.hub.silent_models() == set()


async def test_answers_of_all_windows_are_added_up(desk: Desk) -> None:
    one, other = await desk.window(), await desk.window()
    await one.says({**demand(want("a")), "answers": {"a:1b": 1}})
    await other.says({**demand(want("a")), "answers": {"a:1b": 1, "b:1b": 1}})
    assert desk.hub.answers() == {"a:1b": 2, "b:1b": 1}
    await other.says(None)
    assert desk.hub.answers() == {"a:1b": 1}


async def test_an_unload_by_hand_is_answered_to_the_window_that_asked(desk: Desk) -> None:
    first = await desk.window()
    await first.says(
        {"type": "release", "id": 7, "releases": [{"model": "a:1b", "experts": ["go"]}]}
    )
    assert desk.owner.released == [([Release(model="a:1b", experts=("go",))], False)]
    (answer,) = [m for m in first.sent if m["type"] == "released"]
    assert answer["id"] == 7
    assert [(a["model"], a["outcome"]) for a in answer["answers"]] == [("a:1b", "absent")]
    await first.says(release_message(None, stops_engine=True), {"type": "resume"})
    assert desk.owner.released[1:] == [(None, True)]
    assert desk.owner.n_resumed == 1


async def test_a_release_that_cannot_be_read_releases_nothing(desk: Desk) -> None:
    first = await desk.window()
    await first.says({"type": "release", "id": 7, "releases": [{"name": "a:1b"}]})
    assert desk.owner.released == []
    assert first.sent[-1]["type"] == "unreadable"
