"""The figures of `bench chaos` and `bench soak` from samples that are written down here."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from hotseat.lab.bench.stress.figures import (
    HealTimes,
    MemorySample,
    ModelProcess,
    PassingStates,
    Resources,
    double_loads,
    flatness,
    over_budget,
    percentile,
    percentile_by_victim,
)


def sample(t_s: float, *models: tuple[int, int, str]) -> MemorySample:
    return MemorySample(
        t_s=t_s,
        models=tuple(ModelProcess(pid=pid, rss_bytes=rss, blob=blob) for pid, rss, blob in models),
    )


def sizes(*rss_bytes: int) -> list[MemorySample]:
    return [sample(i * 0.2, (1, rss, "a")) for i, rss in enumerate(rss_bytes)]


@pytest.mark.parametrize(
    ("samples", "most_bytes", "longest_s", "n_samples"),
    [
        (sizes(90, 100, 50), 0, 0.0, 0),
        (sizes(90, 130, 90), 30, 0.2, 1),
        (sizes(130, 90, 110, 120, 90, 90), 30, 0.4, 3),
        (sizes(90, 90, 110, 110), 10, 0.2, 2),
        ([], 0, 0.0, 0),
    ],
)
def test_over_the_budget_counts_until_the_sample_within_it(
    samples: list[MemorySample], most_bytes: int, longest_s: float, n_samples: int
) -> None:
    over = over_budget(samples, 100)
    assert (over.most_bytes, over.n_samples) == (most_bytes, n_samples)
    assert over.longest_s == pytest.approx(longest_s)


def test_all_processes_with_models_count_together() -> None:
    assert over_budget([sample(0.0, (1, 60, "a"), (2, 60, "b"))], 100).most_bytes == 20


def test_a_model_in_two_processes_is_a_double_load_once() -> None:
    double = ((1, 5, "a"), (2, 5, "a"))
    samples = [sample(0.0, *double), sample(0.2, *double), sample(0.4, (2, 5, "a"), (3, 5, "b"))]
    assert double_loads(samples) == {("a", (1, 2))}
    again = sample(0.6, (4, 5, "a"), (2, 5, "a"))
    assert len(double_loads([*samples, again])) == 2


def test_processes_that_have_mapped_no_model_yet_are_no_double_load() -> None:
    assert double_loads([sample(0.0, (1, 5, ""), (2, 5, ""))]) == set()


@pytest.mark.parametrize(
    ("values", "expected"),
    [([], None), ([3.0], 3.0), ([2.0, 1.0], 2.0), ([float(i) for i in range(1, 101)], 95.0)],
)
def test_percentile(values: Sequence[float], expected: float | None) -> None:
    assert percentile(values, 95) == expected


def test_a_burst_counts_for_each_of_its_victims() -> None:
    heals = [
        (1.0, {("keeper", "KILL")}),
        (3.0, {("keeper", "KILL"), ("child", "STOP")}),
        (2.0, {("child", "STOP")}),
        (9.0, set[tuple[str, str]]()),  # its target had ended by itself
    ]
    assert percentile_by_victim(heals, 50) == {"child": {"STOP": 2.0}, "keeper": {"KILL": 1.0}}
    assert percentile_by_victim(heals, 95) == {"child": {"STOP": 3.0}, "keeper": {"KILL": 3.0}}


def test_the_longest_passing_state() -> None:
    states = PassingStates()
    states.note(0.0, "w", {"go": "loading", "sql": "warm"})
    states.note(1.0, "w", {"go": "loading", "sql": "unloading"})
    states.note(1.5, "w", {"go": "warm", "sql": "unloading"})
    states.note(9.0, "w", {"go": "warm", "sql": "unloading"})
    assert (states.longest_s, states.longest) == (8.0, "w: sql unloading")


def test_a_server_that_ended_shows_nothing_any_more() -> None:
    states = PassingStates()
    states.note(0.0, "w", {"go": "loading"})
    states.forget("w")
    states.note(60.0, "w", {"go": "loading"})
    states.note(61.0, "w", {"go": "warm"})
    assert states.longest_s == 1.0


def resources(*rss_bytes: int) -> list[Resources]:
    return [
        Resources(n_processes=1, rss_bytes=rss, n_descriptors=rss // 10, n_threads=4)
        for rss in rss_bytes
    ]


def test_growth_is_after_the_warm_up() -> None:
    flat = flatness(resources(10, 40, 80, *[100] * 9))
    assert (flat["growth"], flat["rss_bytes"]) == (0.0, [100, 100])
    grown = flatness(resources(10, 40, 80, *[100] * 3, *[110] * 3, *[120] * 3))
    assert (grown["growth"], grown["descriptors"]) == (0.2, [10, 12])


def test_one_value_that_stands_out_is_no_growth() -> None:
    assert flatness(resources(*[100] * 11, 500))["growth"] == 0.0


def test_healing_ends_with_a_text_and_answers_may_come_before() -> None:
    times = HealTimes()
    times.answered(asked_s=9.0, answered_s=11.0)  # asked for before the burst
    times.answered(asked_s=10.5, answered_s=10.8)
    times.healed(10.0, 12.0, {("engine", "KILL")})
    times.healed(20.0, 21.0, {("child", "KILL")})
    times.calm(30.0, 30.5)
    figures = times.figures()
    assert (figures["heal_s_p50"], figures["heal_s_p95"], figures["heal_s_max"]) == (1.0, 2.0, 2.0)
    assert figures["answer_s_p95_by_victim"] == {"engine": {"KILL": 0.8}, "child": {"KILL": 1.0}}
    assert figures["calm_s_p95"] == figures["calm_answer_s_p95"] == 0.5
