"""What simulated developers ask."""

from __future__ import annotations

from itertools import islice

from hotseat.lab.simulate.team.workload import (
    REACTION_S,
    Visit,
    asks,
    expected,
    habits,
    model_names,
    sample,
)

GO, SQL, CSS = (Visit(language=name, stay_s=50) for name in ("go", "sql", "css"))
SESSIONS = [(GO, SQL, GO, SQL), (GO, GO, SQL, CSS)]


def test_the_same_seed_asks_the_same() -> None:
    groups = model_names(SESSIONS, 6)
    first, again = (list(islice(asks(SESSIONS, 2, groups)[1], 20)) for _ in range(2))
    assert first == again
    assert {ask.model for ask in first} == {"go-1", "sql-1", "css-1"}, "a group's own models"


def test_stays_are_shorter_and_the_reaction_is_not() -> None:
    groups = model_names(SESSIONS, 3)
    ask = list(islice(asks(SESSIONS, 1, groups, acceleration=5)[0], 2))[1]
    assert (ask.pause_s, ask.reaction_s) == (10 + REACTION_S, REACTION_S)


def test_a_keeper_expects_what_followed_before() -> None:
    learned = habits(SESSIONS)
    assert learned["go"] == {"sql": 3 / 4, "go": 1 / 4}
    assert expected("go", learned) == (("sql", 0.75),)
    assert expected("unknown", learned) == ()


def test_the_sample_has_languages_that_are_used() -> None:
    names = [name for group in model_names(sample(), 8) for name in group]
    assert len(set(names)) == 8
    assert names[0] == "python-0"
