"""A replay of a trace for `bench switch`: which visits, how long, and what was learned before."""

from __future__ import annotations

import pytest

from hotseat.attention.forecaster import Forecaster
from hotseat.domain.errors import HotseatError
from hotseat.lab.simulate.replay_window import ReplayPace, ReplayWindow, choose_replay_window, teach
from hotseat.lab.simulate.traces import TraceVisit


def visits(languages: str, *, dwell_s: float = 20.0) -> list[TraceVisit]:
    """One visit a letter, each to a file of its own, four of them a commit."""
    names = {"p": "python", "h": "html", "c": "css", "s": "sql", "m": "markdown", "b": "bash"}
    return [
        TraceVisit(
            session="1",
            developer="d1",
            commit=str(i // 4),
            t_s=0.0,
            path=f"src/{i}.{letter}",
            language=names[letter],
            dwell_s=dwell_s,
        )
        for i, letter in enumerate(languages)
    ]


def stretch_of(
    languages: str,
    *,
    n_visits: int = 6,
    max_experts: int = 4,
    load_s: float = 2.0,
    seed: int = 1,
    dwell_s: float = 20.0,
) -> ReplayWindow:
    """With stays of five loads, so that `n_visits` of them fit."""
    return choose_replay_window(
        visits(languages, dwell_s=dwell_s),
        minutes=n_visits * 5 * load_s / 60,
        max_experts=max_experts,
        load_s=load_s,
        pace=ReplayPace(),
        seed=seed,
    )


def test_the_latest_stretch_with_enough_languages_and_switches_is_taken() -> None:
    replay = stretch_of("pppppppppppppppp" + "phphch" + "pp" + "phpcph" + "pppppp", max_experts=3)
    assert replay.first_visit == 27, "of those with three languages the last, begun at its latest"
    assert [stop.language for stop in replay.stops][:4] == ["css", "python", "html", "python"]


def test_where_no_stretch_has_them_all_the_one_with_most_is_taken() -> None:
    replay = stretch_of("p" * 20 + "ph" + "p" * 10)
    assert set(replay.languages) == {"python", "html"}


def test_it_lies_in_the_second_half_and_all_before_it_is_history() -> None:
    replay = stretch_of("phcsphcsphcs" + "p" * 20 + "phpppp")
    assert replay.first_visit >= 19
    assert [v.path for v in replay.history] == [
        f"src/{i}.{'phcsphcsphcs'[i]}" for i in range(12)
    ] + [f"src/{i}.p" for i in range(12, replay.first_visit)]


def test_only_the_most_visited_languages_have_experts_and_visits() -> None:
    replay = stretch_of("p" * 12 + "pphhpphhpphc", n_visits=12, max_experts=2)
    assert replay.languages == ("python", "html")
    assert {stop.language for stop in replay.stops} == {"python", "html"}


def test_what_no_model_is_asked_about_is_left_out() -> None:
    replay = stretch_of("pmpmpmpmpmhmpmhm", n_visits=6)
    assert {stop.language for stop in replay.stops} == {"python", "html"}


def test_languages_have_the_names_that_editors_send() -> None:
    assert "shellscript" in stretch_of("p" * 6 + "pbpbpb").languages


def test_a_switch_is_a_visit_in_another_language_than_the_one_before_or_the_first() -> None:
    replay = stretch_of("pppppp" + "pphhpp")
    assert [stop.switched for stop in replay.stops] == [True, False, True, False, True, False]
    assert replay.n_switches == 3
    assert replay.n_files == 6


def test_a_stay_is_five_loads_at_least_and_leaves_room_for_a_late_first_key() -> None:
    pace = ReplayPace()
    assert pace.stay_s(10.0, load_s=2.0) == 10.0
    assert pace.stay_s(600.0, load_s=2.0) == 30.0
    assert pace.stay_s(10.0, load_s=0.1) == pytest.approx(3.2)


def test_it_is_as_long_as_it_was_asked_for() -> None:
    replay = stretch_of("phphphphphphphphphphphph", n_visits=7)
    assert len(replay.stops) == 7
    assert replay.duration_s == pytest.approx(70.0)


def test_first_keys_come_in_their_time_and_differ_by_seed_only() -> None:
    first, again, other = (stretch_of("ph" * 20, n_visits=12, seed=s) for s in (1, 1, 2))
    keys = [stop.first_key_s for stop in first.stops]
    assert all(0.5 <= key <= 3.0 for key in keys)
    assert max(keys) - min(keys) > 1.0
    assert first == again
    assert keys != [stop.first_key_s for stop in other.stops]


@pytest.mark.parametrize("languages", ["p" * 30, "p", "", "mmmm", "hhhhhhhh" + "p" * 8])
def test_one_language_is_refused_in_words(languages: str) -> None:
    with pytest.raises(HotseatError, match="only one language") as raised:
        stretch_of(languages)
    assert raised.value.hint


def test_what_was_taught_is_forecast() -> None:
    forecaster = Forecaster()
    teach(forecaster, visits("phpspcps" * 3 + "phphphphph" * 6))
    forecaster.begin(0.0)
    forecaster.visit("src/new.py", "python", 1.0)
    guesses = forecaster.forecast(())
    assert guesses["html"].probability > 0.5
    assert guesses["html"].probability > 5 * guesses["sql"].probability
    assert forecaster.person == "", "the next user is not known"
