"""Ordered steps that bring the tables of an SQLite file to the newest version.

Owns the order and the tables that each version has. Opens no file and begins no transaction: the
caller applies the steps within one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass

Migration = tuple[str, ...]
"""SQL statements that bring a file from the version before to the next one."""


class MigrationFailed(Exception):
    """A step failed on a file that is not damaged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    statement: str
    """`create table …`"""
    columns: tuple[str, ...]


class Migrations:
    """`steps[i]` makes version i (SQLite's `user_version`); 0 is also the version of a new file.

    A published step is never changed; a new one is added at the end.
    """

    def __init__(self, steps: Sequence[Migration]) -> None:
        self._steps = tuple(steps)
        self._tables_by_version: dict[int, Mapping[str, _Table]] = {}

    @property
    def version(self) -> int:
        """The newest version."""
        return len(self._steps) - 1

    def difference(self, db: sqlite3.Connection, version: int) -> str:
        """Return which column a table lacks in a file of that version; "" if none does.

        A table that is missing altogether is no difference.
        """
        for name, table in self._tables(version).items():
            there = columns_of(db, name)
            missing = [column for column in table.columns if column not in there]
            if there and missing:
                return f"table {name} has no column {', '.join(missing)}"
        return ""

    def apply(self, db: sqlite3.Connection, version: int) -> None:
        """Make the tables that a file of that version lacks, and take all later steps.

        Raises MigrationFailed, and sqlite3.DatabaseError where the file is damaged.
        """
        try:
            for name, table in self._tables(version).items():
                if not columns_of(db, name):
                    db.execute(table.statement)
            for step in self._steps[version + 1 :]:
                for statement in step:
                    db.execute(statement)
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in _NOT_THE_STEPS_FAULT:
                raise
            raise MigrationFailed(
                f"cannot be migrated from version {version} to {self.version}: {error}"
            ) from error

    def _tables(self, version: int) -> Mapping[str, _Table]:
        """Return the tables that a file of that version has."""
        if version not in self._tables_by_version:
            with closing(sqlite3.connect(":memory:")) as db:
                for step in self._steps[: version + 1]:
                    for statement in step:
                        db.execute(statement)
                tables = db.execute(
                    "select name, sql from sqlite_master "
                    "where type = 'table' and name not like 'sqlite_%'"
                )
                self._tables_by_version[version] = {
                    name: _Table(statement=sql, columns=tuple(columns_of(db, name)))
                    for name, sql in tables.fetchall()
                }
        return self._tables_by_version[version]


_NOT_THE_STEPS_FAULT = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_READONLY,
    }
)


def columns_of(db: sqlite3.Connection, table: str) -> list[str]:
    """Return the names of the table's columns; none where there is no such table."""
    return [str(row[1]) for row in db.execute(f"pragma table_info({table})")]
