"""Why agents wait, in virtual time: one test for each cause that was found, and for the causes'
names."""

from __future__ import annotations

from collections.abc import Sequence

from support.simulated_agents import Cause, EngineAlone, Task, ThroughGateway

NAMES = ("css", "html", "sql")


def task(experts: str, pause_s: float = 1.0, mentioned: Sequence[str] = ()) -> Task:
    steps = tuple((name, pause_s) for name in experts.split())
    return Task(steps=steps, mentioned=frozenset(mentioned))


def waits_of(log: Sequence[str], agent: int) -> list[str]:
    return [line for line in log if f"agent {agent} waited" in line]


def test_an_agent_that_stays_keeps_its_model_while_another_holds_one_task_after_the_other() -> None:
    """Every task that had ended counted as one that goes on, so that all experts were certain; and
    a model that was loaded a moment ago was kept before one that is needed again."""
    stays = [task("go " * 60)]
    moves = [task(f"{NAMES[i % 3]} {NAMES[i % 3]}") for i in range(12)]
    found = ThroughGateway([stays, moves], n_seats=2, load_s=1.5, answer_s=0.3).run()
    late = [line for line in waits_of(found.log, 0) if float(line.split()[0]) > 15.0]
    assert late == [], "\n".join(found.log)


def test_a_new_task_is_forecast_by_the_tasks_before_it() -> None:
    """Each conversation's order was learned by itself, and agents' tasks are short."""
    tasks = [[task("go sql go sql", 3.0) for _ in range(6)]]
    shape = {"n_seats": 1, "load_s": 1.5, "answer_s": 0.3}
    learned = ThroughGateway(tasks, **shape).run()  # type: ignore[arg-type]
    plain = ThroughGateway(tasks, forecasts=False, **shape).run()  # type: ignore[arg-type]
    assert plain.by_cause_s[Cause.DEMAND] > 20.0
    assert learned.total_s < plain.total_s / 2
    assert learned.n_speculative > 8


def test_files_that_a_task_mentions_are_loaded_before_they_are_asked_for() -> None:
    tasks = [[task("go go go sql", 3.0)]]
    shape = {"n_seats": 2, "load_s": 1.0, "answer_s": 0.3}
    blind = ThroughGateway([[*tasks[0], task("css html", 3.0)]], **shape).run()  # type: ignore[arg-type]
    tasks[0][0] = task("go go go sql", 3.0, mentioned=["go", "sql"])
    seeing = ThroughGateway([[*tasks[0], task("css html", 3.0)]], **shape).run()  # type: ignore[arg-type]
    assert any("waited" in line and "for sql" in line for line in blind.log)
    assert not any("waited" in line and "for sql" in line for line in seeing.log)


def test_an_engine_alone_loads_what_is_asked() -> None:
    alone = EngineAlone([[task("go sql css go")]], n_seats=2, load_s=2.0, answer_s=0.3).run()
    assert (alone.n_loads, alone.total_s) == (4, 8.0)
    assert alone.by_cause_s[Cause.DEMAND] == 2.0
    gateway = ThroughGateway(
        [[task("go sql css go", 0.0)]], n_seats=2, load_s=2.0, answer_s=0.3, forecasts=False
    ).run()
    assert gateway.n_loads == 4
    assert gateway.total_s < 8.2, "an unload takes a moment"
