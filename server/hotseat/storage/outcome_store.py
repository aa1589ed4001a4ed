"""What became of suggestions, kept on this machine (SQLite, in the user's data directory).

Owns the file: readable by its owner alone, bounded in rows and in days. It holds features, names
and times; it has no column for code, paths or addresses, so none can get in. Blocks: call it in a
thread. Several windows write to it, each a batch now and then.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any

from platformdirs import user_data_path

from hotseat.domain.errors import HotseatError
from hotseat.storage.row_values import is_number
from hotseat.storage.sqlite import SmallDatabase

MAX_ROWS = 20_000
MAX_DAYS = 90
DAY_S = 86_400.0
MAX_FLOAT = 1e12
"""A larger number in a row was never measured: the row is skipped."""
DAYS_OF_USE = 7
"""So many days with suggestions prove that a step of the clock was none."""
_TIMEOUT_S = 5.0


def _since_boot_s() -> float:
    """Return seconds of a clock that is never set; on Linux it goes on while the machine sleeps."""
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot is None else time.clock_gettime(boot)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeRow:
    """One suggestion. None is "not known". Its fields are the table's columns."""

    at_s: int
    """When it was shown, in seconds since 1970."""
    language: str
    expert: str
    model: str
    outcome: str
    """`accepted`, `part`, `typed` or `dismissed`."""
    how: str
    """What ended it: `done`, `edit`, `moved`, `replaced`, `rejected`, `closed`, `expired`."""
    hidden: bool
    """The filter did not show it; `typed` means that the user wrote the same nevertheless."""
    n_taken: int
    """Characters that were accepted."""
    n_typed: int
    visible_ms: int
    kept_share: float | None
    """Of what was accepted, 30 s later."""
    shown_ms: float | None
    """From the request to the answer."""
    first_token_ms: float | None
    cached: bool
    """It came from Hotseat's own cache of suggestions."""
    score: float
    mode: str
    n_chars: int
    n_lines: int
    parses: bool | None
    repeated_share: float
    duplicate_share: float
    mean_logprob: float | None
    first_logprob: float | None
    mid_identifier: bool
    has_suffix: bool
    joint_logprob: float | None = None
    """None, too, in rows of version 1."""


_COLUMNS = tuple(field.name for field in fields(OutcomeRow))
_KINDS = tuple(str(field.type) for field in fields(OutcomeRow))
_SHARES = frozenset({"kept_share", "repeated_share", "duplicate_share"})
_NAMES = ", ".join(_COLUMNS)
_MIGRATIONS = (
    (),  # version 0 is a file whose first write was cut short
    (
        "create table if not exists outcomes (id integer primary key autoincrement, at_s, "
        "language, expert, model, outcome, how, hidden, n_taken, n_typed, visible_ms, kept_share, "
        "shown_ms, first_token_ms, cached, score, mode, n_chars, n_lines, parses, repeated_share, "
        "duplicate_share, mean_logprob, first_logprob, mid_identifier, has_suffix)",
    ),
    ("alter table outcomes add column joint_logprob",),
)


def too_old(rows: Iterable[tuple[object, object]], now_s: float) -> list[object]:
    """Return the ids of rows that are older than MAX_DAYS by the wall clock, if it can be believed.

    `rows` are (id, at_s) in the order of writing. Where the time steps forward by more than
    MAX_DAYS from one row to the next, the clock may be wrong: no row is too old until there are
    rows of DAYS_OF_USE days after the step.
    """
    known = [(id_, at_s) for id_, at_s in rows if isinstance(at_s, int)]
    limit_s = MAX_DAYS * DAY_S
    days: set[int] = set()
    for (_, later_s), (_, earlier_s) in zip(reversed(known), reversed(known[:-1]), strict=False):
        if later_s <= now_s:
            days.add(int(later_s // DAY_S))
        if later_s - earlier_s > limit_s:
            if len(days) < DAYS_OF_USE:
                return []
            break
    return [id_ for id_, at_s in known if at_s < now_s - limit_s]


class OutcomeStore:
    """Raises HotseatError where the file can be neither used nor set aside: locked, disk full.

    `clock` returns seconds that no one can set.
    """

    def __init__(
        self,
        path: Path | None = None,
        *,
        timeout_s: float = _TIMEOUT_S,
        clock: Callable[[], float] = _since_boot_s,
    ) -> None:
        self._clock = clock
        self._offset_s: float | None = None
        """Of the wall clock from `clock`, at the first write."""
        self.path = path or user_data_path("hotseat") / "outcomes.sqlite"
        self.warning = ""
        """What the user should know of the file: it is broken, or of a newer Hotseat."""
        self._db = SmallDatabase(
            self.path,
            holds="statistics",
            migrations=_MIGRATIONS,
            timeout_s=timeout_s,
            say=self._say,
        )

    def write(self, rows: Sequence[OutcomeRow], now_s: float) -> None:
        """Add rows, and drop the oldest beyond the bounds. A broken file is set aside first."""
        add = f"insert into outcomes ({_NAMES}) values ({', '.join('?' * len(_COLUMNS))})"

        def work(db: sqlite3.Connection) -> None:
            db.executemany(add, [astuple(row) for row in rows])
            if not self._has_jumped(now_s):
                times = db.execute("select id, at_s from outcomes order by id").fetchall()
                gone = [(id_,) for id_ in too_old(times, now_s)]
                db.executemany("delete from outcomes where id = ?", gone)
            db.execute(
                "delete from outcomes where id <= (select max(id) from outcomes) - ?", (MAX_ROWS,)
            )

        try:
            self._db.write(work)
        except (sqlite3.Error, OSError, ValueError, OverflowError) as error:
            raise self._unusable(error) from error

    def read(self, since_s: float = 0.0) -> list[OutcomeRow]:
        """Those shown since then, oldest first; nothing where there is no file.

        Changes nothing on disk. Rows that this module did not write are skipped, with a `warning`.
        """
        ask = f"select {_NAMES} from outcomes where at_s >= ? order by at_s, id"
        try:
            rows: list[Any] = self._db.read(
                "outcomes", lambda db: db.execute(ask, (since_s,)).fetchall(), []
            )
        except (sqlite3.Error, OSError) as error:
            raise self._unusable(error) from error
        found = [row for values in rows if (row := _row(values)) is not None]
        self._db.say_skipped(len(rows) - len(found))
        return found

    def _has_jumped(self, now_s: float) -> bool:
        """Return whether the wall clock was set since the first write of this process."""
        offset_s = now_s - self._clock()
        if self._offset_s is None:
            self._offset_s = offset_s
        return abs(offset_s - self._offset_s) > DAY_S

    def _say(self, sentence: str) -> None:
        self.warning = f"{self.warning}. {sentence}" if self.warning else sentence

    def delete(self) -> bool:
        """Everything, files that were set aside included; True if there was anything."""
        files = self._db.files()
        try:
            for file in files:
                file.unlink(missing_ok=True)
        except OSError as error:
            raise self._unusable(error) from error
        return bool(files)

    @property
    def is_there(self) -> bool:
        """There is something to delete."""
        return bool(self._db.files())

    def _unusable(self, error: Exception) -> HotseatError:
        return HotseatError(
            f"Statistics cannot be kept in {self.path}: {error}",
            hint="Check who owns it and whether the disk is full; Hotseat works without",
        )


def _row(values: Sequence[object]) -> OutcomeRow | None:
    """None for a row that holds what this module does not write: another type, NaN, bytes."""
    found: dict[str, Any] = {}
    for name, kind, value in zip(_COLUMNS, _KINDS, values, strict=True):
        match kind.removesuffix(" | None"):
            case _ if value is None:
                fits = kind.endswith("None")
            case "str":
                fits = isinstance(value, str)
            case "bool":
                fits = isinstance(value, int) and value in (0, 1)
                value = bool(value)
            case "int":
                fits = isinstance(value, int)
            case _:
                bound = 1.0 if name in _SHARES else MAX_FLOAT
                fits = is_number(value, 0.0 if name in _SHARES else -bound, bound)
        if not fits:
            return None
        found[name] = value
    return OutcomeRow(**found)
