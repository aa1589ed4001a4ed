"""What a wrong clock, an open folder and odd numbers do to the files: nothing."""

from __future__ import annotations

import math
import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotseat.domain.residency import Measured
from hotseat.storage.habit_store import HabitStore, habits_path
from hotseat.storage.measured_sizes import MeasureStore
from hotseat.storage.outcome_store import DAY_S, DAYS_OF_USE, MAX_DAYS, OutcomeStore, too_old
from support.outcome_desk import MakeRow

NOW_S = 1_700_000_000.0
ODD_NUMBERS = [math.inf, -math.inf, math.nan, 1e308, -1, 2**63 - 1, -(2**63), "5", b"5", "", None]


# --- the clock ---


@pytest.mark.parametrize("days", [1, 30, 91, 200, 20_000])
def test_a_clock_that_is_set_ahead_once_prunes_nothing(data: Path, row: MakeRow, days: int) -> None:
    """In this process, and in the next one, with the wrong and with the right clock."""
    boot_s = 0.0
    store = OutcomeStore(clock=lambda: boot_s)
    store.write([row(at_s=int(NOW_S - i * DAY_S / 10)) for i in range(300, 0, -1)], NOW_S)
    ahead_s = NOW_S + days * DAY_S
    boot_s += 60.0
    store.write([row(at_s=int(ahead_s))], ahead_s)
    boot_s += 60.0
    store.write([row(at_s=int(ahead_s) + 60)], ahead_s + 60)
    assert len(store.read()) == 302
    store.write([row(at_s=int(NOW_S) + 180)], NOW_S + 180)
    OutcomeStore().write([row(at_s=int(NOW_S) + 240)], NOW_S + 240)
    assert len(store.read()) == 304


@pytest.mark.parametrize("days", [100, 200, 20_000])
def test_a_clock_that_was_wrong_when_the_process_began_prunes_nothing(
    data: Path, row: MakeRow, days: int
) -> None:
    OutcomeStore().write([row(at_s=int(NOW_S) + i) for i in range(300)], NOW_S)
    for sign in (1, -1):
        wrong_s = NOW_S + sign * days * DAY_S
        for i in range(3):
            OutcomeStore().write([row(at_s=int(wrong_s) + i)], wrong_s + i)
        OutcomeStore().write([row(at_s=int(NOW_S) + 400)], NOW_S + 400)
    assert len(OutcomeStore().read(-1e12)) == 308


def test_after_some_days_of_use_what_is_old_goes_all_the_same(data: Path, row: MakeRow) -> None:
    """A user who was away for a year."""
    OutcomeStore().write([row(at_s=int(NOW_S))], NOW_S)
    for day in range(DAYS_OF_USE):
        assert OutcomeStore().read()[0].at_s == int(NOW_S)
        later_s = NOW_S + (365 + day) * DAY_S
        OutcomeStore().write([row(at_s=int(later_s))], later_s)
    assert len(OutcomeStore().read()) == DAYS_OF_USE


@given(st.lists(st.one_of(st.integers(), st.none(), st.floats(), st.text(), st.binary())))
def test_no_time_in_a_row_ends_the_pruning(times: list[object]) -> None:
    rows = list(enumerate(times))
    gone = too_old(rows, NOW_S)
    limit_s = NOW_S - MAX_DAYS * DAY_S
    assert set(gone) <= {i for i, at_s in rows if isinstance(at_s, int) and at_s < limit_s}


# --- who may read ---


@pytest.mark.skipif(os.name != "posix", reason="Windows has no file modes")
def test_every_file_and_folder_is_for_its_owner_alone(
    data: Path, row: MakeRow, tmp_path: Path
) -> None:
    before = os.umask(0)
    try:
        workspace = tmp_path / "w"
        workspace.mkdir()
        for _ in range(2):
            OutcomeStore().write([row()], NOW_S)
            MeasureStore().write("e", {"m": Measured(size_bytes=5)})
            HabitStore(habits_path(workspace)).write({("file", "a"): {"go": 1.0}})
            folder = OutcomeStore().path.parent
            paths = [folder, *folder.rglob("*")]
            assert {p.name for p in paths} >= {"outcomes.sqlite", "measured.sqlite", "workspaces"}
            for path in paths:
                open_to = stat.S_IMODE(path.stat().st_mode)
                assert open_to == (0o700 if path.is_dir() else 0o600), path
                path.chmod(open_to | 0o055)  # as an older Hotseat left it
            habits_path(workspace).write_bytes(b"broken" * 500)
    finally:
        os.umask(before)
    names = {p.suffix for p in folder.rglob("*")}
    assert {".broken-1", ".lock"} <= names


# --- odd rows ---


def put(path: Path, statement: str, values: list[object]) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(statement, values)


@pytest.mark.parametrize("odd", ODD_NUMBERS)
@pytest.mark.parametrize("column", ["bytes", "load_s"])
def test_a_size_that_was_never_measured_is_skipped(
    tmp_path: Path, odd: object, column: str
) -> None:
    store = MeasureStore(tmp_path / "m.sqlite")
    good = {"good": Measured(size_bytes=5, load_s=0.5)}
    store.write("e", good)
    values: dict[str, object] = {"bytes": 7, "load_s": 1.0, column: odd}
    insert = "insert into models (engine, model, bytes, load_s) values ('e', 'odd', ?, ?)"
    put(tmp_path / "m.sqlite", insert, [values["bytes"], values["load_s"]])
    found = MeasureStore(tmp_path / "m.sqlite").read("e")
    assert found.pop("good") == good["good"]
    for measured in found.values():
        assert measured.size_bytes is None or measured.size_bytes > 0
        assert measured.load_s is None or math.isfinite(measured.load_s)


@pytest.mark.parametrize(
    "odd",
    [
        '{"go": Infinity}',
        '{"go": NaN}',
        '{"go": 1e999}',
        '{"go": "1"}',
        '{"a": [1]}',
        '{"go": 1',
        "",
        "null",
        "5",
        "[" * 5000,
        '{"go": ' + "9" * 5000 + "}",
    ],
)
def test_a_habit_that_cannot_be_read_is_skipped(tmp_path: Path, odd: str) -> None:
    store = HabitStore(tmp_path / "h.sqlite")
    store.write({("file", "good"): {"go": 1.0}})
    put(tmp_path / "h.sqlite", "insert into habits values ('file', 'odd', ?)", [odd])
    assert HabitStore(tmp_path / "h.sqlite").read() == {("file", "good"): {"go": 1.0}}
