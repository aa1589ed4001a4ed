"""What became of suggestions, kept on this machine (SQLite, in the user's data directory).

Owns the file: readable by its owner alone, bounded in rows and in days. It holds features, names
and times; it has no column for code, paths or addresses, so none can get in. Blocks: call it in a
thread. Several windows write to it, each a batch now and then.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from platformdirs import user_data_path

from hotseat.domain.errors import HotseatError

MAX_ROWS = 20_000
MAX_DAYS = 90
DAY_S = 86_400.0
_VERSION = 1
"""Of the table. A file of another version is begun anew."""
_TIMEOUT_S = 5.0


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
    """The filter did not show it; `typed` means that the person wrote the same nevertheless."""
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


_COLUMNS = tuple(field.name for field in fields(OutcomeRow))
_BROKEN_CODES = frozenset(
    {sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_MISMATCH}
)
"""No database, a damaged one, or one with another table: our statements are always the same."""
_Work = Callable[[sqlite3.Connection], None]


class _Broken(Exception):
    """The file is not what this module wrote."""


class OutcomeStore:
    """Raises HotseatError when the file can be neither used nor replaced."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or user_data_path("hotseat") / "outcomes.sqlite"
        self.warning = ""
        """Set when the file was broken, and was begun anew."""

    def write(self, rows: Sequence[OutcomeRow], now_s: float) -> None:
        """Add rows, and drop the oldest beyond the bounds."""
        marks = ", ".join("?" * len(_COLUMNS))
        add = f"insert into outcomes ({', '.join(_COLUMNS)}) values ({marks})"

        def work(db: sqlite3.Connection) -> None:
            db.executemany(add, [astuple(row) for row in rows])
            db.execute("delete from outcomes where at_s < ?", (now_s - MAX_DAYS * DAY_S,))
            db.execute(
                "delete from outcomes where id <= (select max(id) from outcomes) - ?", (MAX_ROWS,)
            )

        self._with_db(work)

    def read(self, since_s: float = 0.0) -> list[OutcomeRow]:
        """Those shown since then, oldest first; nothing where there is no file."""
        if not self.path.exists():
            return []
        from pydantic import TypeAdapter

        found: list[OutcomeRow] = []
        adapter = TypeAdapter(list[OutcomeRow])

        def work(db: sqlite3.Connection) -> None:
            ask = f"select {', '.join(_COLUMNS)} from outcomes where at_s >= ? order by at_s, id"
            rows = [
                dict(zip(_COLUMNS, values, strict=True)) for values in db.execute(ask, (since_s,))
            ]
            found[:] = adapter.validate_python(rows)  # a ValueError for what nobody here wrote

        self._with_db(work)
        return found

    def delete(self) -> bool:
        """Everything; True if there was anything."""
        try:
            there = self.path.exists()
            self._remove()
        except OSError as error:
            raise self._unusable(error) from error
        return there

    def _with_db(self, work: _Work) -> None:
        """Do it in one transaction; once more with a new file if this one is broken."""
        try:
            try:
                self._do(work)
            except _Broken as broken:
                self._remove()
                self.warning = f"{self.path} was broken ({broken}) and is begun anew"
                self._do(work)
        except (_Broken, sqlite3.Error, OSError) as error:
            raise self._unusable(error) from error

    def _do(self, work: _Work) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        # SQLite would make it readable by others; its journal gets the file's mode.
        os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
        if os.name == "posix" and self.path.stat().st_mode & 0o077:
            self.path.chmod(0o600)
        with closing(sqlite3.connect(self.path, timeout=_TIMEOUT_S)) as db, db:
            try:
                _prepare(db)
                work(db)
            except sqlite3.DatabaseError as error:
                # Locked, full or read-only is not broken: what others wrote is not thrown away.
                if error.sqlite_errorcode & 0xFF in _BROKEN_CODES:
                    raise _Broken(str(error)) from error
                raise
            except ValueError as error:
                raise _Broken(str(error)) from error

    def _remove(self) -> None:
        for suffix in ("", "-journal"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)

    def _unusable(self, error: Exception) -> HotseatError:
        return HotseatError(
            f"Statistics cannot be kept in {self.path}: {error}",
            hint="Check who owns it and whether the disk is full; Hotseat works without",
        )


def _prepare(db: sqlite3.Connection) -> None:
    (version,) = db.execute("pragma user_version").fetchone()
    if version == 0:
        columns = ", ".join(_COLUMNS)
        db.execute(f"create table outcomes (id integer primary key autoincrement, {columns})")
        db.execute(f"pragma user_version = {_VERSION}")
    elif version != _VERSION:
        raise _Broken(f"it is of version {version}, this is {_VERSION}")
