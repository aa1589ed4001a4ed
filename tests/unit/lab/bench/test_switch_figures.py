"""The figures of `bench switch`: what counts as a stall, and the shape of its JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from hotseat.lab.bench.switch_figures import ClientRun, summary
from hotseat.lab.bench.switch_models import ModelMeasurements
from hotseat.lab.bench.switch_walk import Page, TimedVisit
from hotseat.lab.paired import percentile
from hotseat.lab.simulate.replay_window import ReplayStop


def visit(
    wait_s: float | None, *, switched: bool = True, token_s: float | None = 0.5, path: str = "a.py"
) -> TimedVisit:
    """The key comes at 100 s, the user leaves at 110 s; `wait_s` None: never ready."""
    stop = ReplayStop(path=path, language="python", first_key_s=1.0, stay_s=11.0, switched=switched)
    return TimedVisit(
        stop=stop,
        key_s=100.0,
        left_s=110.0,
        ready_s=None if wait_s is None else 100.0 + wait_s,
        first_token_s=None if wait_s is None or token_s is None else 100.0 + wait_s + token_s,
    )


def arm(visits: Sequence[TimedVisit], *loads_s: float) -> ClientRun:
    return ClientRun(
        visits=visits, loads_s=loads_s, peak_bytes=5, n_loads=3, most_models=2, load_average=0.5
    )


def test_a_stall_lasts_from_the_first_key_until_the_expert_can_answer() -> None:
    assert visit(1.25).stall_s == pytest.approx(1.25)
    assert visit(0.0).stall_s == 0.0


def test_who_leaves_before_that_has_waited_until_then() -> None:
    assert visit(None).stall_s == pytest.approx(10.0)


def test_percentiles_are_over_all_switches() -> None:
    visits = [visit(0.0), visit(0.0), visit(1.0), visit(2.0), visit(0.0, switched=False)]
    figures = arm(visits).as_json()
    assert (figures["switches"], figures["stalls"], figures["visits"]) == (4, 2, 5)
    assert figures["stall_s"] == pytest.approx(3.0)
    assert figures["stall_p50_ms"] == pytest.approx(500.0)
    assert figures["stall_p95_ms"] == pytest.approx(1850.0)


def test_a_wait_without_a_switch_is_a_stall_too() -> None:
    figures = arm([visit(0.0), visit(2.0, switched=False)]).as_json()
    assert (figures["switches"], figures["stalls"], figures["stall_s"]) == (1, 1, 2.0)


def test_the_first_token_counts_from_the_key_and_where_one_came() -> None:
    visits = [visit(0.0), visit(2.0), visit(None), visit(0.0, token_s=None)]
    figures = arm(visits).as_json()
    assert figures["first_tokens"] == 2
    assert figures["first_token_p50_ms"] == pytest.approx(1500.0)
    assert arm([visit(None)]).as_json()["first_token_p50_ms"] is None


def test_files_are_counted_once() -> None:
    visits = [visit(0.0, path="a.py"), visit(0.0, path="b.py"), visit(0.0, path="a.py")]
    assert arm(visits).as_json()["files"] == 2


def test_the_summary_has_every_arm_and_hotseat_over_reactive() -> None:
    runs = {"reactive": arm([visit(4.0)]), "focus": arm([visit(2.0)]), "hotseat": arm([visit(1.0)])}
    found = json.loads(json.dumps(summary(runs)))
    named = {"stall_s", "stall_p50_ms", "stall_p95_ms", "first_token_p50_ms", "peak_bytes", "loads"}
    assert list(found) == ["reactive", "focus", "hotseat", "stall_ratio", "of_focus", "uneven"]
    assert all(named <= found[name].keys() for name in ("reactive", "focus", "hotseat"))
    assert found["stall_ratio"] == 0.25
    assert found["of_focus"] == {"ratio": 0.5, "low": 0.5, "high": 0.5}


def test_without_stalls_there_is_no_ratio() -> None:
    calm = arm([visit(0.0)])
    assert summary({"reactive": calm, "focus": calm, "hotseat": calm})["stall_ratio"] is None


def test_a_machine_that_was_busier_in_one_arm_is_noticed() -> None:
    steady, slow = arm([visit(1.0)], 1.0, 1.1, 9.0), arm([visit(1.0)], 2.0)
    never = arm([visit(0.0)])
    assert not summary({"reactive": steady, "focus": steady, "hotseat": never})["uneven"]
    assert summary({"reactive": slow, "focus": steady, "hotseat": steady})["uneven"]
    assert not summary({"reactive": never, "focus": never, "hotseat": never})["uneven"]


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [([], 0.5, None), ([7.0], 0.95, 7.0), ([3.0, 1.0], 0.5, 2.0), ([0.0, 1.0, 4.0], 1.0, 4.0)],
)
def test_percentiles(values: list[float], share: float, expected: float | None) -> None:
    assert percentile(values, share) == expected


def test_the_budget_holds_just_so_many_models_that_are_alike() -> None:
    measurements = ModelMeasurements(load_s=1.0, footprints=dict.fromkeys("abcd", 100))
    assert 200 < measurements.budget_bytes(2) < 300


def test_the_budget_holds_any_so_many_models_that_differ() -> None:
    measurements = ModelMeasurements(load_s=1.0, footprints={"a": 100, "b": 40, "c": 300})
    assert measurements.budget_bytes(2) >= 400


def test_a_page_keeps_its_cursor_after_the_typed_text() -> None:
    page = Page("src/app.py")
    line, column = page.cursor
    page.n_keys += 2
    assert page.cursor == (line, column + 2)
    assert page.text.splitlines()[line].endswith("xx")
    assert Page("src/other.py").text != Page("src/app.py").text
