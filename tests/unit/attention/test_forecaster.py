"""What the forecaster learns, forgets, keeps, and says."""

from __future__ import annotations

import math
import random
import time
from dataclasses import replace

import pytest

from hotseat.attention.forecaster import MIN_STAY_S, WEIGHTS, Forecaster
from hotseat.attention.habits import FEATURES, Habits
from hotseat.attention.history import History, Visit

STAY_S = 30.0


class Work:
    """Somebody who goes from file to file, `STAY_S` each."""

    def __init__(self, forecaster: Forecaster | None = None) -> None:
        self.forecaster = forecaster or Forecaster()
        self.now_s = 0.0

    def go(self, *places: str, stay_s: float = STAY_S) -> Work:
        """To files by name: the ending is the language."""
        for path in places:
            self.forecaster.visit(path, path.rpartition(".")[2], self.now_s)
            self.forecaster.forecast(())
            self.now_s += stay_s
        return self

    def commit(self, *paths: str) -> Work:
        self.forecaster.committed([(p, p.rpartition(".")[2]) for p in paths], self.now_s)
        return self

    def session(self) -> Work:
        self.forecaster.begin(self.now_s)
        self.forecaster.forecast(())
        return self

    def chances(self, *languages: str) -> dict[str, float]:
        return {k: g.probability for k, g in self.forecaster.forecast(languages).items()}

    def likeliest(self) -> str:
        chances = self.chances()
        return max(chances, key=chances.__getitem__)


def test_the_chances_of_all_other_languages_add_up_to_one() -> None:
    work = Work().go("a.go", "b.html", "c.sql", "a.go")
    chances = work.chances("rust", "lua")
    assert set(chances) == {"html", "sql", "rust", "lua"}
    assert sum(chances.values()) == pytest.approx(1.0)
    assert all(p > 0 for p in chances.values())


def test_nothing_is_known_of_no_language() -> None:
    assert Forecaster().forecast(()) == {}


def test_unknown_languages_are_alike() -> None:
    chances = Work().chances("go", "html", "sql")
    assert list(chances.values()) == [pytest.approx(1 / 3)] * 3


def test_what_always_follows_is_forecast() -> None:
    work = Work().go(*["a.go", "b.html", "a.go", "c.sql"] * 12)
    work.go("a.go", "b.html", "a.go")
    assert work.likeliest() == "sql"


def test_the_file_tells_what_follows_it() -> None:
    work = Work()
    for _ in range(15):
        work.session().go("handler.go", "page.html").session().go("store.go", "query.sql")
    assert work.session().go("handler.go").likeliest() == "html"
    assert work.session().go("store.go").likeliest() == "sql"


def test_files_that_were_committed_together_bring_their_languages() -> None:
    work = Work().go("x.css", "y.sql", "z.go")
    for _ in range(4):
        work.commit("user.go", "user.sql")
    before = work.chances()["sql"]
    work.go("user.go")
    assert work.chances()["sql"] > before


def test_a_file_that_was_visited_since_the_last_commit_is_not_awaited_any_more() -> None:
    habits = Habits()
    for _ in range(6):
        habits.learn_commit([("user.go", "go"), ("user.sql", "sql"), ("user.css", "css")])
    here = History().after(Visit(path="user.go", language="go"))
    back = here.after(Visit(path="user.sql", language="sql"))
    back = back.after(Visit(path="user.go", language="go"))

    def awaited(history: History) -> float:
        return habits.features(history, ["css", "sql"])[FEATURES.index("together")][1]

    assert awaited(back) < awaited(here)
    # A commit begins a new burst: what was visited before it may come again.
    again = replace(back, committed=True).after(Visit(path="user.go", language="go"))
    assert awaited(again) == awaited(here)


def test_habits_change() -> None:
    work = Work().go(*["a.go", "b.html"] * 30).go("c.sql")
    work.go(*["a.go", "c.sql"] * 15)
    assert work.go("a.go").likeliest() == "sql"


def test_flipping_through_tabs_is_neither_learned_nor_remembered() -> None:
    calm, hasty = Work(), Work()
    for work in (calm, hasty):
        work.go(*["a.go", "b.html", "c.sql"] * 3)
    for _ in range(20):
        hasty.go("d.lua", "e.rust", stay_s=MIN_STAY_S / 2)
    calm.go("a.go")
    hasty.go("a.go")
    assert hasty.chances() == calm.chances()


def test_what_a_session_begins_with_is_a_habit_of_its_own() -> None:
    work = Work()
    for _ in range(15):
        work.session().go("a.go", "b.html", "a.go", "b.html")
    assert work.session().likeliest() == "go"


def test_each_person_has_habits_of_their_own() -> None:
    work = Work()
    for _ in range(15):
        work.session()
        work.forecaster.person = "ann"
        work.go("a.go", "b.html").session()
        work.forecaster.person = "bob"
        work.go("a.go", "c.sql")
    chances = {}
    for person in ("ann", "bob"):
        work.session()
        work.forecaster.person = person
        work.go("a.go")
        chances[person] = work.chances()
    assert chances["ann"]["html"] > chances["bob"]["html"]
    assert chances["bob"]["sql"] > chances["ann"]["sql"]


def test_reasons_say_what_speaks_for_it() -> None:
    work = Work().go("x.css", "y.sql")
    for _ in range(8):
        work.session().go("user.go", "user.sql").commit("user.go", "user.sql")
    for _ in range(8):
        work.session().go("main.go", "x.css")
    guess = work.session().go("user.go").forecaster.forecast(())["sql"]
    assert guess.reason in {
        "often follows this file",
        "is often edited along with this file",
        "is often committed with these files",
    }


def test_what_was_learned_can_be_saved_and_restored() -> None:
    work = Work().go(*["a.go", "b.html", "a.go", "c.sql"] * 5).commit("a.go", "c.sql")
    rows = {key: row for key, row in work.forecaster.changes().items() if row is not None}
    assert work.forecaster.changes() == {}
    again = Forecaster()
    again.restore(rows)
    assert again.weights == work.forecaster.weights
    for forecaster in (work.forecaster, again):
        Work(forecaster).session().go("a.go")
    ours = work.forecaster.forecast(())
    restored = again.forecast(())
    assert max(abs(ours[k].probability - restored[k].probability) for k in ours) < 0.05
    assert max(ours, key=lambda k: ours[k].probability) == max(
        restored, key=lambda k: restored[k].probability
    )


def test_rows_of_another_version_are_no_harm() -> None:
    forecaster = Forecaster()
    forecaster.restore({("gone", "x"): {"go": 1.0}, ("weights", ""): {"gone": 3.0}})
    assert forecaster.weights == dict(WEIGHTS)
    assert set(WEIGHTS) == set(FEATURES)
    assert Work(forecaster).go("a.go").chances("sql") == {"sql": pytest.approx(1.0)}


def test_memory_is_bounded() -> None:
    work = Work()
    for i in range(4000):
        work.go(f"dir{i}/f{i}.l{i % 20}")
        work.commit(f"dir{i}/f{i}.l{i % 20}", f"other{i}.go")
    tables = work.forecaster.habits.tables.values()
    assert sum(len(table.rows) for table in tables) < 20_000
    assert max(len(row) for table in tables for row in table.rows.values()) <= 32


def test_chances_stay_sane_after_a_long_and_random_life() -> None:
    chance = random.Random(7)
    work = Work()
    for _ in range(2000):
        work.go(f"f{chance.randrange(40)}.l{chance.randrange(9)}")
        if chance.random() < 0.1:
            work.commit(*(f"f{chance.randrange(40)}.l{chance.randrange(9)}" for _ in range(3)))
    chances = work.chances()
    assert sum(chances.values()) == pytest.approx(1.0)
    assert all(math.isfinite(w) for w in work.forecaster.weights.values())
    # Nothing could be foreseen, and the forecaster does not pretend to.
    assert max(chances.values()) < 0.5


def test_an_event_costs_a_fraction_of_a_millisecond() -> None:
    """Generous here, for machines that do other work: the figure is in docs/forecast.md."""
    chance = random.Random(1)
    work = Work()
    for i in range(600):
        work.go(f"d{i % 9}/f{chance.randrange(60)}.l{chance.randrange(16)}")
    costs = []
    for _ in range(200):
        began_s = time.perf_counter()
        work.go(f"d/f{chance.randrange(60)}.l{chance.randrange(16)}")
        costs.append(time.perf_counter() - began_s)
    assert sorted(costs)[100] < 0.005
