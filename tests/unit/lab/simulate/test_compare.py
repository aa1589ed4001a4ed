"""Policies compared in pairs, and the promise that is measured so: never worse than focus alone."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from hotseat.cli.main import main
from hotseat.lab.paired import paired_ratio
from hotseat.lab.simulate.compare import (
    UserPace,
    compare_policies,
    is_worse,
    paced,
)
from hotseat.lab.simulate.outcome import SimulatedEngine
from hotseat.lab.simulate.simulate import POLICIES
from hotseat.lab.simulate.traces import TraceVisit
from support.trace_files import write_trace


def walk(n: int, *, habit: float, seed: int, stay_s: float = 12.0) -> list[TraceVisit]:
    """A walk through five languages; with the probability `habit` to the one after this one.
    Every third stay is a short one."""
    chance = random.Random(seed)
    visits, now = [], 0
    for i in range(n):
        now = (now + 1) % 5 if chance.random() < habit else chance.randrange(5)
        visits.append(
            TraceVisit(
                session=str(i // 40),
                developer="d1",
                commit=str(i // 4),
                t_s=0.0,
                path=f"file.l{now}",
                language=f"l{now}",
                dwell_s=stay_s * (0.2 if i % 3 == 2 else chance.uniform(0.5, 2.0)),
            )
        )
    return visits


def engine(visits: list[TraceVisit], seats: int, load_s: float) -> SimulatedEngine:
    sizes = {visit.language: 1 for visit in visits}
    return SimulatedEngine(budget_bytes=seats, sizes=sizes, load_s=load_s, preempts_loads=False)


# --- the figures ---


def test_a_policy_compared_with_itself_is_as_good() -> None:
    found = paired_ratio([0.0, 1.0, 3.0], [0.0, 1.0, 3.0])
    assert (found.ratio, found.low, found.high) == (1.0, 1.0, 1.0)


def test_the_interval_is_wide_for_few_switches_and_narrow_for_many() -> None:
    chance = random.Random(7)
    pairs = [(chance.random() * 0.8, chance.random()) for _ in range(4000)]
    few, many = (
        paired_ratio([a for a, _ in some], [b for _, b in some]) for some in (pairs[:20], pairs)
    )
    assert few.low is not None
    assert few.high is not None
    assert many.ratio is not None
    assert many.low is not None
    assert many.high is not None
    assert few.low < 0.8 < few.high
    assert many.low < many.ratio < many.high < 0.85
    assert many.high - many.low < 0.2 * (few.high - few.low)


def test_pairs_without_a_wait_widen_the_interval_no_less_than_if_they_were_drawn() -> None:
    """The zeros are not drawn one by one; their number varies as if they were."""
    ours, theirs = [0.0] * 60 + [1.0] * 20, [0.0] * 60 + [1.0] * 10 + [2.0] * 10
    found = paired_ratio(ours, theirs)
    chance = random.Random(3)
    ratios = []
    for _ in range(2000):
        drawn = chance.choices(range(80), k=80)
        ratios.append(sum(ours[i] for i in drawn) / sum(theirs[i] for i in drawn))
    ratios.sort()
    assert found.low == pytest.approx(ratios[50], abs=0.03)
    assert found.high == pytest.approx(ratios[-50], abs=0.03)


def test_an_interval_without_a_bound_is_null_in_json() -> None:
    """One wait on their side: many samples do not contain it."""
    found = paired_ratio([0.5, 0.5, 0.5], [1.0, 0.0, 0.0])
    assert found.ratio == 1.5
    assert json.loads(json.dumps(found.as_json(), allow_nan=False))["high"] is None


def test_without_any_wait_on_focus_there_is_no_ratio_and_any_wait_is_worse() -> None:
    found = paired_ratio([1.0], [0.0])
    assert found.ratio is None
    assert is_worse({"stall_s": 1.0, "of_focus": found.as_json()})
    assert not is_worse({"stall_s": 0.0, "of_focus": found.as_json()})


def test_every_policy_meets_the_same_switches_and_first_keys() -> None:
    visits = paced(walk(60, habit=0.5, seed=1), UserPace(hurry=2.0))
    assert all(visit.first_key_s is not None for visit in visits)
    runs = [POLICIES[name](visits, engine(visits, 2, 2.0)) for name in ("lru", "focus", "hotseat")]
    assert {len(run.waits_s) for run in runs} == {runs[0].switches}
    assert all(run.switches == runs[0].switches for run in runs)


# --- the promise ---


@pytest.mark.parametrize("habit", [0.8, 0.5])
@pytest.mark.parametrize("load_s", [0.5, 4.0])
@pytest.mark.parametrize("seats", [1, 2, 3])
def test_no_worse_than_focus_alone_where_no_load_ends_early(
    seats: int, load_s: float, habit: float
) -> None:
    """Also for a user who follows a habit at every second step only."""
    traces = {str(i): paced(walk(160, habit=habit, seed=i), UserPace(seed=i)) for i in range(2)}
    room = engine([visit for of in traces.values() for visit in of], seats, load_s)
    found = compare_policies(traces, room, ("hotseat", "reactive"))
    assert [name for name, figures in found.items() if is_worse(figures)] == []
    if habit == 0.8:
        assert found["hotseat"]["loads_of_lru"] <= 1.7
        assert found["hotseat"]["of_focus"]["high"] < 0.8 or load_s < 4.0 or seats == 1


def test_with_one_seat_no_load_is_made_that_focus_would_not_make() -> None:
    visits = paced(walk(200, habit=0.8, seed=5), UserPace())
    loads = {
        name: POLICIES[name](visits, engine(visits, 1, 2.0)).loads for name in ("focus", "hotseat")
    }
    assert loads["hotseat"] == loads["focus"]


# --- the command ---


def test_the_command_prints_every_cell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_trace(tmp_path / "t.csv", walk(60, habit=0.8, seed=3))
    arguments = ["bench", "forecast", str(tmp_path / "t.csv"), "--seats", "1,2", "--loads", "0.5,4"]
    assert main([*arguments, "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert [(cell["seats"], cell["load_s"]) for cell in result["cells"]] == [
        (1, 0.5),
        (1, 4.0),
        (2, 0.5),
        (2, 4.0),
    ]
    for cell in result["cells"]:
        assert list(cell["policies"]) == ["lru", "focus", "reactive", "hotseat"]
        assert cell["policies"]["focus"]["of_focus"]["ratio"] in (1.0, None)
    assert main(arguments) == 0
    assert "Worse than focus alone: " in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["--seats", "two"], ["--loads", "0"], ["--seats", ""]])
def test_numbers_that_are_none_are_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    write_trace(tmp_path / "t.csv", walk(10, habit=0.8, seed=3))
    assert main(["bench", "forecast", str(tmp_path / "t.csv"), *arguments]) == 1
    assert arguments[0] in capsys.readouterr().err
