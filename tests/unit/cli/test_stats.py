"""`hotseat stats` as a person sees it."""

from __future__ import annotations

import json
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from hotseat.cli.stats import stats
from hotseat.storage.learned_weights import LearnedWeights, LearnedWeightsFile
from hotseat.storage.outcome_store import OutcomeStore
from hotseat.storage.stats import percentile
from support.outcome_desk import MakeRow


def run(*arguments: str, answer: str = "") -> Result:
    app = typer.Typer()
    app.command()(stats)
    return CliRunner().invoke(app, arguments, input=answer)


@pytest.fixture
def filled(store: OutcomeStore, row: MakeRow) -> OutcomeStore:
    """Ten suggestions: eight of go, one of an expert for two languages, one long ago."""
    now_s = int(time.time())
    taken = {"outcome": "accepted", "n_taken": 12}
    rows = [
        row(at_s=now_s, **taken, kept_share=1.0, shown_ms=100.0),
        row(at_s=now_s, **taken, kept_share=0.5, shown_ms=300.0, cached=True),
        row(at_s=now_s, outcome="part", n_taken=5, kept_share=None, shown_ms=200.0),
        row(at_s=now_s, outcome="typed", n_typed=12, shown_ms=None),
        *(row(at_s=now_s, shown_ms=400.0) for _ in range(2)),
        row(at_s=now_s, hidden=True, outcome="typed", shown_ms=9999.0),
        row(at_s=now_s, hidden=True),
        row(at_s=now_s, language="html", expert="web", **taken, kept_share=0.0),
        row(at_s=now_s - 10 * 86_400, language="css", expert="web"),
    ]
    store.write(rows, time.time())
    return store


def test_json_has_every_figure(filled: OutcomeStore) -> None:
    result = run("--json", "--days", "5")
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert found.keys() == {"days", "total", "languages", "experts"}
    assert found["days"] == 5
    assert found["languages"]["go"] == {
        "shown": 6,
        "accepted": 2,
        "accepted_part": 1,
        "typed": 1,
        "dismissed": 2,
        "accepted_share": 0.5,
        "accepted_chars": 29,
        "kept_known": 2,
        "kept_share": 0.75,
        "hidden": 2,
        "hidden_typed": 1,
        "latency_p50_ms": 300.0,
        "latency_p95_ms": 400.0,
        "cached": 1,
        "cached_share": 0.167,
    }
    assert found["total"]["shown"] == 7
    assert found["total"]["kept_share"] == 0.5
    assert list(found["experts"]) == ["go", "web"]
    assert found["experts"]["web"]["accepted"] == 1


def test_days_leave_out_what_is_older(filled: OutcomeStore) -> None:
    assert set(json.loads(run("--json").stdout)["languages"]) == {"go", "html", "css"}
    assert set(json.loads(run("--json", "--days", "5").stdout)["languages"]) == {"go", "html"}


def test_the_table_is_readable(filled: OutcomeStore) -> None:
    result = run()
    assert result.exit_code == 0
    lines = [line.split() for line in result.stdout.splitlines()]
    assert result.stdout.startswith("Suggestions of the last 90 days, on this machine")
    go, everything = (next(line for line in lines if line[:1] == [name]) for name in ("go", "all"))
    assert go == ["go", "6", "2", "(33%)", "1", "1", "75%", "2", "300", "400", "17%"]
    assert everything[:3] == ["all", "8", "3"]
    assert "The filter hid 2; 1 were typed nevertheless." in result.stdout
    assert "threshold: 0" in result.stdout


def test_nothing_yet_says_what_to_do() -> None:
    result = run()
    assert result.exit_code == 0
    assert "No suggestion is recorded yet." in result.stdout
    assert "hotseat doctor" in result.stdout
    found = json.loads(run("--json").stdout)
    assert found["total"]["shown"] == 0
    assert found["total"]["latency_p50_ms"] is None
    assert found["languages"] == {}


def test_nothing_in_those_days(store: OutcomeStore, row: MakeRow) -> None:
    store.write([row(at_s=int(time.time()) - 9 * 86_400)], time.time())
    assert "yet in the last 2 days" in run("--days", "2").stdout
    assert "go" in run().stdout


def test_a_broken_store_is_left_as_it_is_with_a_warning(data: Path) -> None:
    data.mkdir(parents=True)
    (data / "outcomes.sqlite").write_bytes(b"no database at all" * 500)
    result = run("--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["total"]["shown"] == 0
    assert "outcomes.sqlite is broken" in result.stderr
    assert "Traceback" not in result.output
    assert (data / "outcomes.sqlite").read_bytes() == b"no database at all" * 500


def test_statistics_of_a_newer_hotseat_are_left_alone(filled: OutcomeStore) -> None:
    with closing(sqlite3.connect(filled.path)) as db:
        db.execute("pragma user_version = 99")
    before = filled.path.read_bytes()
    result = run("--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["total"]["shown"] == 0
    assert result.stderr.count("A newer Hotseat wrote") == 1
    assert "Update Hotseat" in run().stderr
    assert filled.path.read_bytes() == before


def test_one_odd_row_costs_one_row(filled: OutcomeStore) -> None:
    with closing(sqlite3.connect(filled.path)) as db, db:
        db.execute("update outcomes set kept_share = 9e999 where id = 1")
    result = run("--json")
    assert json.loads(result.stdout, parse_constant=pytest.fail)["total"]["shown"] == 7
    assert "1 row of" in result.stderr


def test_a_store_that_cannot_be_read_says_so(data: Path) -> None:
    (data / "outcomes.sqlite").mkdir(parents=True)
    result = run()
    assert result.exit_code == 1
    assert "Statistics cannot be kept in" in result.stderr
    assert "Traceback" not in result.output


def test_reset_asks(filled: OutcomeStore) -> None:
    result = run("--reset", answer="n\n")
    assert result.exit_code == 1
    assert "Delete all statistics" in result.stdout
    assert len(filled.read()) == 10
    assert run("--reset", answer="").exit_code == 1
    assert len(filled.read()) == 10
    result = run("--reset", answer="y\n")
    assert (result.exit_code, filled.read()) == (0, [])
    assert "are deleted" in result.stdout


def test_the_learned_weights_can_be_forgotten_alone(filled: OutcomeStore) -> None:
    file = LearnedWeightsFile()
    file.write(LearnedWeights(weights={"bias": 0.5}, shipped={}, fitted_at_s=1.0, n_outcomes=300))
    result = run("--reset-filter")
    assert (result.exit_code, file.read().weights) == (0, {})
    assert "are forgotten" in result.stdout
    assert len(filled.read()) == 10
    assert "were Hotseat's own" in run("--reset-filter").stdout


def test_the_learned_weights_go_with_the_statistics(filled: OutcomeStore) -> None:
    file = LearnedWeightsFile()
    file.write(LearnedWeights(weights={"bias": 0.5}, shipped={}, fitted_at_s=1.0))
    assert "The filter: Its weights are" in run().stdout
    run("--reset", "--yes")
    assert not file.path.exists()
    assert not filled.path.exists()


def test_reset_with_yes_does_not_ask(filled: OutcomeStore) -> None:
    result = run("--reset", "--yes")
    assert (result.exit_code, result.stdout) == (0, "The statistics are deleted.\n")
    assert not filled.path.exists()
    assert run("--reset", "--yes").stdout == "There is nothing to delete.\n"


@pytest.mark.parametrize("days", ["0", "-3", "many"])
def test_days_that_are_none(days: str) -> None:
    result = run("--days", days)
    assert result.exit_code == 2
    assert "--days" in result.output


def test_percentiles_are_values_that_were_measured() -> None:
    assert percentile([], 50) is None
    assert percentile([7.0], 50) == percentile([7.0], 95) == 7.0
    values = [float(i) for i in range(1, 101)]
    assert (percentile(values, 50), percentile(values, 95)) == (50.0, 95.0)
