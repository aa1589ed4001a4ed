"""Traces replayed: what counts as a stall, and what no policy may do better."""

from __future__ import annotations

import gzip
import json
import random
import subprocess
from pathlib import Path
from typing import Any

import pytest

from hotseat.cli.main import main
from hotseat.lab.simulate.optimum import optimum, optimum_demand
from hotseat.lab.simulate.outcome import SimulatedEngine, SimulationResult
from hotseat.lab.simulate.simulate import POLICIES, focus, hotseat, reactive, simulate
from hotseat.lab.simulate.traces import COLUMNS, TraceVisit, read_trace
from support.trace_files import write_trace


def trace(*languages: str, stay_s: float = 20.0, per_session: int = 0) -> list[TraceVisit]:
    """One file per language; a new session after every `per_session` visits."""
    return [
        TraceVisit(
            session=str(i // per_session if per_session else 0),
            developer="d1",
            commit=str(i // 4),
            t_s=0.0,
            path=f"file.{language}",
            language=language,
            dwell_s=stay_s,
        )
        for i, language in enumerate(languages)
    ]


def engine(visits: list[TraceVisit], seats: int, **changes: Any) -> SimulatedEngine:
    sizes = {visit.language: 1 for visit in visits}
    return SimulatedEngine(budget_bytes=seats, sizes=sizes, **changes)


def random_trace(n: int, n_languages: int, seed: int) -> list[TraceVisit]:
    """With some habit in it: three of four steps go on to the next language."""
    chance = random.Random(seed)
    languages, now = [], 0
    for _ in range(n):
        step = 1 if chance.random() < 0.75 else chance.randrange(n_languages)
        now = (now + step) % n_languages
        languages.append(f"l{now}")
    return trace(*languages, per_session=20)


@pytest.mark.parametrize("policy", POLICIES)
def test_with_room_for_all_each_expert_is_loaded_once(policy: str) -> None:
    visits = trace(*["go", "html", "sql"] * 10, stay_s=60)
    outcome = POLICIES[policy](visits, engine(visits, 3))
    assert outcome.switches == 30
    assert outcome.loads == 3
    assert outcome.stalls <= 3


@pytest.mark.parametrize("policy", POLICIES)
def test_going_on_in_the_same_language_is_no_switch(policy: str) -> None:
    visits = trace("go", "go", "go", "html", "html")
    outcome = POLICIES[policy](visits, engine(visits, 1))
    assert (outcome.switches, outcome.stalls, outcome.loads) == (2, 2, 2)


@pytest.mark.parametrize("policy", POLICIES)
def test_the_first_visit_of_a_session_is_a_switch_if_the_language_changed(policy: str) -> None:
    same = trace("go", "go", per_session=1)
    other = trace("go", "sql", per_session=1)
    assert POLICIES[policy](same, engine(same, 1)).switches == 1
    assert POLICIES[policy](other, engine(other, 1)).switches == 2


def test_lru_and_ollama_evict_by_their_own_rules() -> None:
    visits = trace("b", "a", "c", "a", "b")
    outcomes = simulate(visits, engine(visits, 2), ("lru", "ollama"))
    # c drives out b, which was there longest ago; by name it drives out a.
    assert outcomes["lru"].stalls == 4
    assert outcomes["ollama"].stalls == 5


def test_who_waits_waits_from_the_first_key_until_the_load_is_over() -> None:
    visits = trace("go", "html")
    lru = simulate(visits, engine(visits, 2, load_s=4.0), ("lru",))["lru"]
    assert lru.stall_s == pytest.approx(8.0)
    outcome = reactive(visits, engine(visits, 2, load_s=4.0, reaction_s=1.5))
    # The load begins at the focus, or a moment later where the user might only pass through.
    assert 5.0 <= outcome.stall_s <= 5.5
    assert reactive(visits, engine(visits, 2, load_s=1.0, reaction_s=1.5)).stall_s == 0.0


def test_a_stay_that_is_shorter_than_the_load_costs_no_more_than_the_stay() -> None:
    visits = trace("go", "html", stay_s=3.0)
    assert reactive(visits, engine(visits, 1, load_s=60.0)).stall_s <= 2 * 1.5


def test_flipping_through_files_loads_nothing() -> None:
    flips = trace(*["html", "sql", "css"] * 5, stay_s=0.1)
    visits = [*trace("go"), *flips, *trace("go")]
    assert reactive(visits, engine(visits, 1)).loads == 1


def test_habits_are_learned() -> None:
    visits = trace(*["go", "html", "go", "sql"] * 60)
    room = engine(visits, 2)
    outcomes = simulate(visits, room)
    assert outcomes["hotseat"].stalls < 0.3 * outcomes["lru"].stalls
    assert outcomes["hotseat"].stalls < outcomes["optimum_demand"].stalls


def test_learning_sees_only_what_precedes() -> None:
    """The same beginning gives the same outcome, whatever comes after it."""
    begin = random_trace(120, 5, seed=1)
    room = engine([*begin, *trace("x", "y")], 2)
    alone = hotseat(begin, room)
    events: list[SimulationResult] = []
    for tail in (trace(*["l1", "l3"] * 5), trace(*["l4", "l2"] * 5)):
        both = hotseat([*begin, *tail], room)
        events.append(both)
        assert both.stalls - alone.stalls <= 10
        assert both.stalls >= alone.stalls
    assert events[0].switches == events[1].switches


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("seats", [1, 2, 3])
def test_no_policy_beats_the_optima(seed: int, seats: int) -> None:
    visits = random_trace(150, 5, seed)
    outcomes = simulate(visits, engine(visits, seats))
    best, best_on_demand = outcomes["optimum"], outcomes["optimum_demand"]
    assert best.stalls <= best_on_demand.stalls
    for name in ("lru", "ollama"):
        assert outcomes[name].stalls >= best_on_demand.stalls
    assert all(outcome.stalls >= best.stalls for outcome in outcomes.values())


@pytest.mark.parametrize("seed", range(5))
def test_the_optimum_on_demand_is_belady_where_sizes_are_equal(seed: int) -> None:
    """Evicting what is needed last is optimal (Belady 1966)."""
    visits = random_trace(200, 6, seed)
    sequence = [
        v.language for i, v in enumerate(visits) if i == 0 or visits[i - 1].language != v.language
    ]
    held: set[str] = set()
    misses = 0
    for i, now in enumerate(sequence):
        if now not in held:
            misses += 1
            if len(held) == 3:
                rest = sequence[i + 1 :]
                held.remove(max(held, key=lambda x: (rest.index(x) if x in rest else 10**6, x)))
            held.add(now)
    assert optimum_demand(visits, engine(visits, 3)).stalls == misses


def test_the_optimum_knows_sizes() -> None:
    """The big one and one small one do not fit together."""
    visits = trace("s1", "s2", "big", "s1", "s2", "s1", "s2")
    room = SimulatedEngine(budget_bytes=2, sizes={"s1": 1, "s2": 1, "big": 2})
    assert optimum_demand(visits, room).stalls == 5
    # All but the first can be loaded ahead, one at a time.
    slow = SimulatedEngine(budget_bytes=2, sizes={"s1": 1, "s2": 1, "big": 2}, load_s=30.0)
    assert optimum(visits, slow).stalls > optimum(visits, room).stalls


def test_more_seats_never_mean_more_stalls_for_the_optima() -> None:
    visits = random_trace(150, 6, seed=9)
    for policy in (optimum, optimum_demand):
        stalls = [policy(visits, engine(visits, seats)).stalls for seats in range(1, 7)]
        assert stalls == sorted(stalls, reverse=True)


# --- files and the command ---


def test_traces_survive_being_written_and_read(tmp_path: Path) -> None:
    visits = random_trace(30, 4, seed=2)
    for name in ("t.csv", "t.csv.gz"):
        write_trace(tmp_path / name, visits)
        assert read_trace(tmp_path / name) == visits


def test_the_command_prints_what_it_promises(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_trace(tmp_path / "one.csv.gz", random_trace(80, 4, seed=3))
    write_trace(tmp_path / "two.csv", random_trace(80, 4, seed=4))
    files = [str(tmp_path / "one.csv.gz"), str(tmp_path / "two.csv")]
    picture = tmp_path / "plot.svg"
    arguments = ["simulate", *files, "--seats", "2", "--json", "--plot", str(picture)]
    assert main(arguments) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["seats"] == 2
    assert set(result["traces"]) == {"one", "two"}
    for policies in result["traces"].values():
        assert list(policies) == list(POLICIES)
        for figures in policies.values():
            assert set(figures) == {"switches", "stalls", "stall_s", "loads", "wasted_loads"}
    svg = picture.read_text(encoding="utf-8")
    assert svg.startswith("<svg")
    assert all(f">{policy}<" in svg for policy in POLICIES)


def test_the_command_calibrates(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_trace(tmp_path / "one.csv", random_trace(200, 4, seed=3))
    assert (
        main(["simulate", str(tmp_path / "one.csv"), "--seats", "2", "--json", "--calibration"])
        == 0
    )
    found = json.loads(capsys.readouterr().out)["calibration"]["one"]
    # Less than nothing known (the log of the three others), more than what cannot be known.
    assert 0.3 < found["log_loss"] < 1.1
    assert sum(row["n"] for row in found["reliability"]) > found["changes"]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("a,b\n1,2\n", "lacks the columns"),
        (",".join(COLUMNS) + "\n", "contains no visits"),
        (",".join(COLUMNS) + "\n0,d1,1,0,a.go,go,soon\n", "line 2"),
        (",".join(COLUMNS) + "\n0,d1,1,0,a.go,go\n", "line 2"),
        (",".join(COLUMNS) + "\n0,d1,1,0,a.go,,5\n", "must not be empty"),
    ],
)
def test_what_is_no_trace_is_said_with_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str, complaint: str
) -> None:
    (tmp_path / "t.csv").write_text(content, encoding="utf-8")
    assert main(["simulate", str(tmp_path / "t.csv"), "--seats", "2"]) == 1
    assert complaint in capsys.readouterr().err


def test_files_that_are_none_are_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "t.csv.gz").write_bytes(gzip.compress(b"x" * 1000)[:20])
    for name in ("t.csv.gz", "missing.csv"):
        assert main(["simulate", str(tmp_path / name), "--seats", "2"]) == 1
        assert name in capsys.readouterr().err


def test_a_repository_is_a_trace(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    repository = tmp_path / "shop"
    repository.mkdir()

    def git(*arguments: str) -> None:
        identity = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
        subprocess.run(
            ["git", *identity, *arguments], cwd=repository, check=True, capture_output=True
        )

    git("init", "-q")
    for i in range(6):
        for name in ("main.go", "page.html", "README.md", "vendor/lib.go"):
            (repository / name).parent.mkdir(exist_ok=True)
            (repository / name).write_text(f"{i}\n", encoding="utf-8")
        git("add", ".")
        git("commit", "-q", "-m", "x")
    assert main(["simulate", "--git", str(repository), "--seats", "2", "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)["traces"]["shop"]["lru"]
    assert figures["stalls"] == 2  # go and html; no Markdown, nothing vendored
    assert main(["simulate", "--git", str(tmp_path), "--seats", "2"]) == 1
    assert "git has no history" in capsys.readouterr().err


def test_a_budget_in_bytes_takes_the_rosters_experts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_trace(tmp_path / "t.csv", trace(*["go", "html", "css", "sql"] * 5))
    arguments = ["simulate", str(tmp_path / "t.csv"), "--budget", "1GB", "--roster", "starter"]
    assert main([*arguments, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["budget_bytes"] == 10**9
    assert main(["simulate", str(tmp_path / "t.csv"), "--budget", "much"]) == 1
    assert "much" in capsys.readouterr().err
    assert main(["simulate", str(tmp_path / "t.csv")]) == 1
    assert "--seats" in capsys.readouterr().err


# --- engines that end no load early, and engines with a limit ---


def late_switch(first_stay_s: float) -> list[TraceVisit]:
    """One short stay, and a long one in another language."""
    return [*trace("go", stay_s=first_stay_s), *trace("sql", stay_s=60.0)]


def test_a_load_that_cannot_be_ended_delays_the_next_one() -> None:
    visits = late_switch(2.0)
    waits_s = {
        preempts: focus(visits, engine(visits, 2, load_s=10.0, preempts_loads=preempts)).waits_s
        for preempts in (True, False)
    }
    # The load of go ends at 10 s. The user comes to sql at 2 s, and settles 0.25 s later.
    assert waits_s[True][1] == pytest.approx(10.0 - 1.5 + 0.25, abs=0.1)
    assert waits_s[False][1] == pytest.approx(10.0 - 2.0 + 10.0 - 1.5, abs=0.1)


def test_a_plugins_request_waits_for_the_load_under_way_too() -> None:
    visits = late_switch(2.0)
    lru = simulate(visits, engine(visits, 2, load_s=10.0, preempts_loads=False), ("lru",))["lru"]
    # The load of go begins at the first key, after 1.5 s; the first key in sql comes at 3.5 s.
    assert lru.waits_s == [pytest.approx(0.5), pytest.approx(1.5 + 10.0 - 3.5 + 10.0)]


def test_a_load_that_was_cancelled_does_not_end_later() -> None:
    """The model is wanted again while its cancelled load would have gone on."""
    visits = [*late_switch(2.0)[:1], *trace("sql", stay_s=1.0), *trace("go", stay_s=60.0)]
    found = focus(visits, engine(visits, 2, load_s=10.0))
    assert found.waits_s[2] == pytest.approx(10.0 - 1.5 + 0.25, abs=0.1)


def test_the_wait_goes_on_in_the_next_file_of_the_same_language() -> None:
    visits = [*trace("go", stay_s=1.0), *trace("go", stay_s=60.0)]
    found = focus(visits, engine(visits, 2, load_s=10.0))
    assert found.waits_s == [pytest.approx(10.0 - 1.0 - 1.5, abs=0.1)]


def test_a_limit_of_the_engine_is_learned_and_kept() -> None:
    """There is room for three in the budget, but the engine holds two."""
    visits = trace(*["go", "html", "go", "sql"] * 30, stay_s=60)
    limited = engine(visits, 3, preempts_loads=False, max_models=2)
    free = engine(visits, 2, preempts_loads=False)
    assert hotseat(visits, limited).loads <= hotseat(visits, free).loads + 3
    assert hotseat(visits, limited).stalls <= hotseat(visits, free).stalls + 3
