"""The decision log explains what the scheduler did."""

from __future__ import annotations

from hotseat.domain.decisions import Action, Decision, Outcome
from hotseat.residency.decision_log import Circumstances, DecisionLog, log_line
from hotseat.residency.messages import (
    BudgetChanged,
    Effect,
    EngineLost,
    Event,
    LoadCancelled,
    LoadDone,
    LoadFailed,
    Observed,
)
from support.residency_driver import MIB, A, B, C, Driver, at, want

NAMES = {A: "go", B: "sql", C: "html"}


class LoggingDriver(Driver):
    """A scheduler whose decisions are logged as the keeper does it."""

    def __init__(self, *, budget_mib: float = 1000, max_decisions: int = 200) -> None:
        super().__init__(budget_mib=budget_mib)
        self.log = DecisionLog(max_decisions=max_decisions)
        self.ended: list[Decision] = []
        inner = self.scheduler.handle

        def handle(event: Event, now_s: float) -> list[Effect]:
            effects = inner(event, now_s)
            self.ended += self.log.update(event, effects, self._circumstances(now_s))
            return effects

        self.scheduler.handle = handle  # type: ignore[method-assign]
        self.observe()

    def _circumstances(self, now_s: float) -> Circumstances:
        scheduler = self.scheduler
        return Circumstances(
            time_s=now_s + 1e9,
            now_s=now_s,
            demand=scheduler.demand,
            expert_names=NAMES,
            records=scheduler.records(),
            used_bytes=scheduler.used_bytes(),
            budget_bytes=scheduler.budget_bytes,
            limit_bytes=scheduler.limit_bytes(),
            departures=scheduler.departures,
        )

    def entries(self) -> list[tuple[Action, str, str, Outcome]]:
        return [(d.action, d.expert, d.reason, d.outcome) for d in self.log.recent()]


def test_a_swap_is_explained() -> None:
    driver = LoggingDriver(budget_mib=500)
    driver.settle(at(A)._replace(reason="go is under the cursor"))
    driver.settle(at(B)._replace(reason="sql is under the cursor"), want(A, 0.25))
    assert driver.entries() == [
        (Action.LOAD, "go", "demanded: go is under the cursor", Outcome.DONE),
        (
            Action.UNLOAD,
            "go",
            "makes room for sql (demanded: sql is under the cursor)",
            Outcome.DONE,
        ),
        (Action.LOAD, "sql", "demanded: sql is under the cursor", Outcome.DONE),
    ]
    load, unload, _ = driver.ended
    assert (load.model, load.probability, load.duration_s) == ("a:1b", 1.0, 1.0)
    assert (unload.probability, unload.size_bytes) == (0.25, 400 * MIB)
    assert (unload.used_bytes, unload.budget_bytes) == (400 * MIB, 500 * MIB)
    assert unload.time_s > 1e9


def test_a_load_that_is_dropped_for_another_is_two_entries() -> None:
    driver = LoggingDriver()
    driver.demand(want(A, 0.9)._replace(reason="go comes next"))
    driver.demand(want(A, 0.9), at(B))
    driver.wait(0.5)
    driver.feed(LoadCancelled(A))
    assert driver.entries() == [
        (Action.LOAD, "go", "speculative: go comes next", Outcome.CANCELLED),
        (Action.CANCEL, "go", "makes room for sql (demanded)", Outcome.DONE),
        (Action.LOAD, "sql", "demanded", Outcome.RUNNING),
    ]


def test_a_load_that_ends_before_its_cancellation_is_done() -> None:
    driver = LoggingDriver()
    driver.demand(want(A, 0.9))
    driver.demand(want(A, 0.9), at(B))
    driver.feed(LoadDone(A, 1.0))
    assert {(d.action, d.outcome) for d in driver.ended} == {
        (Action.LOAD, Outcome.DONE),
        (Action.CANCEL, Outcome.TOO_LATE),
    }


def test_pinned_and_awaited_models_are_called_so() -> None:
    driver = LoggingDriver()
    driver.settle(want(A, 0.9, pinned=True)._replace(reason="pinned"))
    driver.settle(at(B)._replace(awaited=True, reason="is asked"))
    assert [d.reason for d in driver.ended] == ["pinned", "awaited: is asked"]


def test_failures_and_lost_engines_end_entries() -> None:
    driver = LoggingDriver()
    driver.demand(at(A))
    driver.feed(LoadFailed(A, "/home/me/secret.gguf: no such file"))
    driver.demand(at(A), at(B))
    driver.feed(EngineLost())
    assert [d.outcome for d in driver.ended] == [Outcome.FAILED, Outcome.ENGINE_LOST]
    assert "secret" not in str(driver.log.recent())


def test_a_model_that_leaves_by_itself_is_logged_once() -> None:
    driver = LoggingDriver()
    driver.settle(at(A))
    driver.wait(100.0)
    driver.memory.clear()
    driver.observe()
    driver.feed(Observed(driver.now_s, ()))
    gone = [d for d in driver.ended if d.action is Action.GONE]
    assert [d.reason for d in gone] == ["the engine or another program unloaded it"]


def test_a_budget_that_shrinks_is_a_reason() -> None:
    driver = LoggingDriver()
    driver.settle(at(A), want(B, 0.5))
    driver.settle(at(A))
    driver.carry_out(driver.feed(BudgetChanged(500 * MIB)))
    assert driver.entries()[-1] == (
        Action.UNLOAD,
        "sql",
        "the budget has no room for it",
        Outcome.DONE,
    )


def test_only_the_last_are_kept() -> None:
    driver = LoggingDriver(max_decisions=2)
    driver.settle(at(A), want(B, 0.9))
    driver.settle(at(C))
    assert [d.model for d in driver.log.recent()] == [d.model for d in driver.ended[-2:]]
    assert len(driver.ended) > 2


def test_a_line_of_the_log_has_all_figures() -> None:
    driver = LoggingDriver()
    driver.settle(at(A)._replace(reason="go is under the cursor"))
    (load,) = driver.ended
    assert log_line(load) == (
        "load a:1b for go: demanded: go is under the cursor; p=1.00, 419 MB, "
        "419 of 1049 MB used, 1.00 s, done"
    )
