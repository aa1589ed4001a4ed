"""What the forecaster has learned in one workspace, kept between runs (SQLite).

Owns the file. Must not know what the rows mean. How many there are is the forecaster's bound.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from platformdirs import user_data_path

from hotseat.storage.sqlite import is_broken

_SCHEMA = (
    "create table if not exists habits (kind text, context text, counts text, "
    "primary key (kind, context)) without rowid",
    "create table if not exists facts (name text primary key, value text)",
)

RowKey = tuple[str, str]
Row = Mapping[str, float]


def habits_path(workspace: Path) -> Path:
    """In the user's data directory, by the workspace's path: nothing is written into it."""
    name = hashlib.blake2s(str(workspace.resolve()).encode(), digest_size=10).hexdigest()
    return user_data_path("hotseat") / "workspaces" / f"{name}.sqlite"


class HabitStore:
    """A file that cannot be read is begun anew: habits are learned again."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> dict[RowKey, Row]:
        try:
            with closing(self._connect()) as db:
                rows = db.execute("select kind, context, counts from habits")
                return {(kind, context): _numbers(counts) for kind, context, counts in rows}
        except (sqlite3.DatabaseError, ValueError) as error:
            if is_broken(error):
                self.path.unlink(missing_ok=True)
            return {}

    def write(self, rows: Mapping[RowKey, Row | None]) -> None:
        """Insert, replace, or (None) delete. Raises sqlite3.Error or OSError."""
        kept = [(*key, json.dumps(row)) for key, row in rows.items() if row is not None]
        gone = [key for key, row in rows.items() if row is None]
        with closing(self._connect()) as db, db:
            db.executemany("delete from habits where kind = ? and context = ?", gone)
            db.executemany("insert or replace into habits values (?, ?, ?)", kept)

    def fact(self, name: str) -> str | None:
        with closing(self._connect()) as db:
            row = db.execute("select value from facts where name = ?", (name,)).fetchone()
            return None if row is None else str(row[0])

    def set_fact(self, name: str, value: str) -> None:
        with closing(self._connect()) as db, db:
            db.execute("insert or replace into facts values (?, ?)", (name, value))

    def _connect(self) -> sqlite3.Connection:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(self.path, timeout=2.0)
        for statement in _SCHEMA:
            db.execute(statement)
        return db


def _numbers(counts: str) -> dict[str, float]:
    loaded = json.loads(counts)
    if not isinstance(loaded, dict):
        raise ValueError("not an object")
    return {str(name): float(value) for name, value in loaded.items()}
