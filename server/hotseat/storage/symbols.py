"""The symbol index of one workspace (SQLite with FTS5): files, and the definitions in them.

A cache: whatever is lost is read from the files again, so nothing waits for the disk to have it.
Owns the file and how rows are found; which of them fit a search best is decided by `workspace`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hotseat.domain.errors import HotseatError
from hotseat.domain.symbols import Symbol
from hotseat.domain.syntax import Kind
from hotseat.storage.row_values import are_counts, are_texts
from hotseat.storage.sqlite import SmallDatabase, workspace_file

_TIMEOUT_S = 5.0
_MIN_TRIGRAM_CHARS = 3
MAX_NAME_CHARS = 200
"""Of a text that is looked for: each part of it is searched."""
_MAX_PATH_CHARS = 4096
_MAX_CANDIDATES = 400
"""Rows that one way of searching returns, the shortest names first."""
_COLUMNS = "s.name, s.kind, s.container, s.signature, s.text, f.path, f.language, s.first, s.last"
_FROM = "symbols s join files f on f.id = s.file_id"

MIGRATIONS = (
    (),  # version 0 is a file whose first write was cut short
    (
        "create table files (id integer primary key, path text unique, mtime_ns integer, "
        "size integer, language text, is_shown integer)",
        "create table symbols (id integer primary key, file_id integer, name text, folded text, "
        "kind text, container text, signature text, text text, first integer, last integer)",
        "create index symbols_by_name on symbols (folded)",
        "create index symbols_by_file on symbols (file_id)",
        "create virtual table symbol_names using fts5(name, tokenize = 'trigram')",
        "create table facts (name text primary key, value text)",
    ),
)


def symbols_path(workspace: Path) -> Path:
    """Return the file of a workspace, in the user's data directory."""
    return workspace_file(workspace, "symbols.sqlite")


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedFile:
    """A file as it was when it was read."""

    path: str
    """In the workspace, with "/"."""
    mtime_ns: int
    size_bytes: int
    language: str
    """Empty where it is not known."""
    symbols: tuple[Symbol, ...] = ()
    is_shown: bool = True
    """False: it was read and is not for a model (binary, minified, generated)."""


class SymbolStore:
    """Every method opens the file, and blocks for `_TIMEOUT_S` at most where another window writes.

    Methods raise HotseatError where the file can be neither used nor set aside: locked, disk full.
    A file of a newer Hotseat is left alone: nothing is read from it, and nothing kept.
    """

    def __init__(self, path: Path, *, say: Callable[[str], None] = lambda _: None) -> None:
        self.path = path
        self._db = SmallDatabase(
            path,
            holds="symbols",
            migrations=MIGRATIONS,
            timeout_s=_TIMEOUT_S,
            say=say,
            is_cache=True,
        )

    @property
    def is_newer(self) -> bool:
        """What the last access found: a newer Hotseat wrote the file."""
        return self._db.is_newer

    # --- writing ---

    def put(self, files: Sequence[IndexedFile], *, gone: Iterable[str] = ()) -> None:
        """Replace what is known of these files, and forget those in `gone`."""
        gone_paths = list(gone)

        def work(db: sqlite3.Connection) -> None:
            for path in gone_paths:
                _remove(db, path)
            for file in files:
                _remove(db, file.path)
                _insert(db, file)

        self._guarded(lambda: self._db.write(work))

    def clear(self) -> None:
        """Forget all files: what was kept of them is of another form."""

        def work(db: sqlite3.Connection) -> None:
            for table in ("files", "symbols", "symbol_names", "facts"):
                db.execute(f"delete from {table}")

        self._guarded(lambda: self._db.write(work))

    def note(self, facts: Mapping[str, str]) -> None:
        """Keep facts about the index, by name."""

        def work(db: sqlite3.Connection) -> None:
            db.executemany("insert or replace into facts values (?, ?)", list(facts.items()))

        self._guarded(lambda: self._db.write(work))

    # --- reading ---

    def facts(self) -> dict[str, str]:
        """Return the facts about the index; none where there is no index."""
        rows = self._rows("select name, value from facts")
        return {name: value for name, value in rows if are_texts(name, value)}

    def states(self) -> dict[str, tuple[int, int]]:
        """Return the modification time (ns) and size of each file when it was read, by path."""
        rows = self._rows("select path, mtime_ns, size from files")
        return {
            path: (mtime_ns, size)
            for path, mtime_ns, size in rows
            if are_texts(path) and isinstance(mtime_ns, int) and are_counts(size)
        }

    def counts(self) -> tuple[int, int]:
        """Return the number of files and of symbols."""
        rows = self._rows("select (select count(*) from files), (select count(*) from symbols)")
        return (int(rows[0][0]), int(rows[0][1])) if rows else (0, 0)

    def named(self, names: Sequence[str], *, limit_each: int = 50) -> list[Symbol]:
        """Return the symbols with exactly these names, in the order of the names."""
        ask = f"select {_COLUMNS} from {_FROM} where s.folded = ? and s.name = ? limit ?"

        def work(db: sqlite3.Connection) -> list[Any]:
            found: list[Any] = []
            for name in names:
                found += db.execute(ask, (name.casefold(), name, limit_each)).fetchall()
            return found

        return as_symbols(self._read("symbols", work))

    def candidates(self, name: str) -> list[Symbol]:
        """Return symbols whose names may fit `name`: equal, beginning with it, or with some of its
        trigrams. They are not in order."""
        folded = name[:MAX_NAME_CHARS].casefold()
        end = folded[:-1] + chr(min(ord(folded[-1]) + 1, 0x10FFFF)) if folded else ""
        searches: list[tuple[str, tuple[object, ...]]] = [
            ("s.folded = ?", (folded,)),
            ("s.folded >= ? and s.folded < ?", (folded, end)),
        ]
        trigrams = _trigrams(folded)
        ask = f"select {_COLUMNS} from {_FROM} where "
        in_index = "s.id in (select rowid from symbol_names where name match ? limit ?)"

        def work(db: sqlite3.Connection) -> list[Any]:
            found: dict[Any, None] = {}

            def add(where: str, values: tuple[object, ...]) -> None:
                order = f"{ask}{where} order by length(s.name) limit ?"
                for row in db.execute(order, (*values, _MAX_CANDIDATES)):
                    found[row] = None

            for where, values in searches:
                add(where, values)
            if trigrams:
                add(in_index, (_literal(folded), 10 * _MAX_CANDIDATES))
            if len(found) < _MAX_CANDIDATES // 4 and len(trigrams) > 1:
                any_of = " OR ".join(map(_literal, trigrams))
                add(in_index, (any_of, 10 * _MAX_CANDIDATES))
            if len(found) < _MAX_CANDIDATES // 4 and len(folded) > 1:
                subsequence = "".join(f"{_escaped(char)}%" for char in folded)
                add("s.folded like ? escape '!'", (subsequence,))
            return list(found)

        return as_symbols(self._read("symbols", work)) if folded else []

    def in_file(self, path: str) -> list[Symbol]:
        """Return the symbols of one file, in its order."""
        ask = f"select {_COLUMNS} from {_FROM} where f.path = ? order by s.first, s.id"
        return as_symbols(self._read("symbols", lambda db: db.execute(ask, (path,)).fetchall()))

    def paths_like(self, text: str, *, limit: int = 50) -> list[str]:
        """Return paths that contain `text`, in any case, the shortest first."""
        ask = (
            "select path from files where is_shown and path like ? escape '!' "
            "order by length(path), path"
        )
        values = (f"%{_escaped(text[:_MAX_PATH_CHARS])}%", limit)
        rows = self._read("files", lambda db: db.execute(f"{ask} limit ?", values).fetchall())
        return [row[0] for row in rows if are_texts(row[0])]

    def has_file(self, path: str) -> bool:
        """Return whether the file is in the index."""
        ask = "select 1 from files where is_shown and path = ?"
        return bool(self._read("files", lambda db: db.execute(ask, (path,)).fetchall()))

    # --- the file ---

    def _rows(self, ask: str) -> list[Any]:
        return self._read("facts", lambda db: db.execute(ask).fetchall())

    def _read(self, table: str, work: Callable[[sqlite3.Connection], list[Any]]) -> list[Any]:
        rows: list[Any] = self._guarded(lambda: self._db.read(table, work, []))
        return rows

    def _guarded(self, work: Callable[[], Any]) -> Any:
        try:
            return work()
        except (sqlite3.Error, OSError, ValueError, OverflowError) as error:
            raise HotseatError(
                f"The symbol index cannot be kept in {self.path}: {error}",
                hint="Check who owns it and whether the disk is full; Hotseat works without",
            ) from error


def as_symbols(rows: Iterable[Sequence[Any]]) -> list[Symbol]:
    """Return rows of the file as values; a row that holds anything else is left out."""
    kinds = set(Kind)
    return [
        Symbol(
            name=name,
            kind=Kind(kind),
            container=container,
            signature=signature,
            text=text,
            path=path,
            language=language,
            first_line=first,
            last_line=last,
        )
        for name, kind, container, signature, text, path, language, first, last in rows
        if kind in kinds
        and are_texts(name, container, signature, text, path, language)
        and are_counts(first, last)
    ]


def _insert(db: sqlite3.Connection, file: IndexedFile) -> None:
    cursor = db.execute(
        "insert into files (path, mtime_ns, size, language, is_shown) values (?, ?, ?, ?, ?)",
        (file.path, file.mtime_ns, file.size_bytes, file.language, int(file.is_shown)),
    )
    for symbol in file.symbols:
        row = db.execute(
            "insert into symbols (file_id, name, folded, kind, container, signature, text, first, "
            "last) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                cursor.lastrowid,
                symbol.name,
                symbol.name.casefold(),
                symbol.kind,
                symbol.container,
                symbol.signature,
                symbol.text,
                symbol.first_line,
                symbol.last_line,
            ),
        )
        db.execute(
            "insert into symbol_names (rowid, name) values (?, ?)", (row.lastrowid, symbol.name)
        )


def _remove(db: sqlite3.Connection, path: str) -> None:
    row = db.execute("select id from files where path = ?", (path,)).fetchone()
    if row is not None:
        ids = db.execute("select id from symbols where file_id = ?", row).fetchall()
        db.executemany("delete from symbol_names where rowid = ?", ids)
        db.execute("delete from symbols where file_id = ?", row)
        db.execute("delete from files where id = ?", row)


def _trigrams(folded: str) -> list[str]:
    n = _MIN_TRIGRAM_CHARS
    return list(dict.fromkeys(folded[i : i + n] for i in range(len(folded) - n + 1)))


def _literal(text: str) -> str:
    return '"' + text.replace('"', '""').replace("\0", "") + '"'


def _escaped(text: str) -> str:
    """Return the text for `like … escape '!'`."""
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")
