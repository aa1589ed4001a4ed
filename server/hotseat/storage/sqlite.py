"""The small SQLite files that Hotseat keeps: one way to open, check, migrate, read and write them.

A file is never deleted, and reading changes nothing on disk:

- A file of a newer Hotseat (a larger `user_version`) is left as it is; the caller does without.
- A file that holds no database, a damaged one, or a table without our columns is broken. The
  writer renames it to `<name>.broken-N`, with its journal, and begins a new one. A reader uses
  nothing of it.
- A file of an older version is migrated by the next write, in the same transaction; until then a
  reader migrates a copy in memory. If a migration fails, the file stays as it was, and the error is
  raised. An older file whose tables are not those of its version is broken.
- A file that is locked, full, read-only or out of reach is none of these: the error is raised.
"""

from __future__ import annotations

import glob
import hashlib
import logging
import os
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from filelock import FileLock
from platformdirs import user_data_path

from hotseat.machine.platforms import HERE
from hotseat.storage.connection import Connection
from hotseat.storage.migrations import Migration, MigrationFailed, Migrations, columns_of

log = logging.getLogger(__name__)

_T = TypeVar("_T")
_LOCK_S = 10.0
_SIBLINGS = ("-journal", "-wal", "-shm")
_BROKEN_CODES = frozenset(
    {
        sqlite3.SQLITE_ERROR,  # no such column: our statements are always the same
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_FORMAT,
        sqlite3.SQLITE_MISMATCH,
        sqlite3.SQLITE_CONSTRAINT,  # our own tables have none that our rows violate
    }
)
_VERSION_AT = 60
"""Offset of `user_version` in the file's header (SQLite's file format, section 1.3)."""


class _Broken(Exception):
    """The file is not what we wrote."""


class _Newer(Exception):
    """A newer Hotseat wrote the file; the argument is its version."""


class SmallDatabase:
    """One file. `holds` names its contents in messages: `statistics`.

    The last of `migrations` makes the version that this Hotseat reads and writes. A table that is
    missing is made again by the next write. `say` gets each message that the user should see, each
    sentence once. The file, its folder and what is set aside are readable by their owner alone.
    Blocks for `timeout_s` at most where another process writes. With `is_cache` no write waits for
    the disk: after a power failure the file may be broken, and is begun again.
    """

    def __init__(
        self,
        path: Path,
        *,
        holds: str,
        migrations: Sequence[Migration],
        timeout_s: float,
        say: Callable[[str], None] = log.warning,
        is_cache: bool = False,
    ) -> None:
        self.path = path
        self._is_cache = is_cache
        self.is_newer = False
        """What the last access found: a newer Hotseat wrote the file, so nothing is kept."""
        self._holds = holds
        self._migrations = Migrations(migrations)
        self._version = self._migrations.version
        self._timeout_s = timeout_s
        self._say = say
        self._said: set[str] = set()
        self._doubtful = False
        """A read met damage: the next write looks at all pages before it trusts the file."""

    def read(self, table: str, work: Callable[[sqlite3.Connection], _T], default: _T) -> _T:
        """Return what `work` reads of `table`; `default` where it is missing or cannot be used.

        Raises sqlite3.Error or OSError where the file is fine but cannot be read now.
        """
        if not self.path.exists():
            return default
        try:
            with closing(self._open_to_read()) as db:
                if self._check(db) == self._version:
                    return _do(work, db) if columns_of(db, table) else default
                with closing(self._migrated_copy(db)) as copy:
                    return _do(work, copy) if columns_of(copy, table) else default
        except _Newer as newer:
            self._say_newer(newer)
        except _Broken as broken:
            self._doubtful = True
            self.say(
                f"{self.path} is broken ({broken}): its {self._holds} cannot be read. Hotseat "
                "renames it and begins a new one when it next writes there"
            )
        return default

    def write(self, work: Callable[[sqlite3.Connection], object]) -> None:
        """Do `work` in one transaction, with a new file if this one is broken.

        Does nothing where a newer Hotseat wrote the file. Raises sqlite3.Error or OSError.
        """
        try:
            try:
                self._write(work)
            except _Broken:
                # One process renames; the others find the new file, and keep it.
                lock = self.path.with_name(self.path.name + ".lock")
                with FileLock(lock, timeout=_LOCK_S, mode=0o600):
                    self._replace(work)
        except _Newer as newer:
            self._say_newer(newer)
        except _Broken as broken:  # the new one, too
            raise sqlite3.DatabaseError(str(broken)) from broken

    def _replace(self, work: Callable[[sqlite3.Connection], object]) -> None:
        """Hold the lock."""
        try:
            self._write(work)
        except _Broken as broken:
            aside = self._set_aside()
            self.say(
                f"{self.path} was broken ({broken}): it is kept as {aside.name}, and a new one "
                "is begun"
            )
            self._write_new(work)

    def say(self, sentence: str) -> None:
        if sentence not in self._said:
            self._said.add(sentence)
            self._say(sentence)

    def say_skipped(self, n_rows: int) -> None:
        """Warn that so many rows of the file hold what this module does not write."""
        if n_rows:
            rows = "1 row" if n_rows == 1 else f"{n_rows} rows"
            self.say(f"{rows} of {self.path} cannot be read and are skipped; the others are used")

    def files(self) -> list[Path]:
        """Return those that exist: the file, its journal, and those that were set aside."""
        names = [self.path.name + end for end in ("", ".lock", *_SIBLINGS)]
        kept = sorted(self.path.parent.glob(f"{glob.escape(self.path.name)}.broken-*"))
        return [p for p in (self.path.with_name(name) for name in names) if p.exists()] + kept

    # --- opening ---

    def _must_be_file(self) -> None:
        """Raises OSError: SQLite would wait for ever for a named pipe."""
        if self.path.exists() and not self.path.is_file():
            raise OSError(f"{self.path} is not a file")

    def _open_to_read(self) -> sqlite3.Connection:
        self._must_be_file()
        try:
            return self._connect("ro")
        except sqlite3.OperationalError as error:
            # A writer was killed: its journal must be rolled back before the file can be read.
            if _code(error) != sqlite3.SQLITE_READONLY:
                raise self._sorted(error) from error
        except sqlite3.DatabaseError as error:
            raise self._sorted(error) from error
        version = _version_in_header(self.path)
        if version is None:
            raise _Broken("file is not a database")
        if version > self._version:
            raise _Newer(version)
        try:
            return self._connect("rw")
        except sqlite3.DatabaseError as error:
            raise self._sorted(error) from error

    def _connect(self, mode: str) -> sqlite3.Connection:
        return _connection(self.path, mode, timeout_s=self._timeout_s, is_cache=self._is_cache)

    def _write(self, work: Callable[[sqlite3.Connection], object]) -> None:
        self._must_be_file()
        if self.path.exists() and self.path.stat().st_size:
            with closing(self._open_to_read()) as db:  # nothing of a newer file is touched
                self._check(db)
                if self._doubtful:
                    _do(_check_pages, db)
        self._write_new(work)
        self._doubtful = False

    def _write_new(self, work: Callable[[sqlite3.Connection], object]) -> None:
        """Also into a file that is there and was checked."""
        make_private_folder(self.path.parent)
        # SQLite would make it readable by others; its journal gets the file's mode.
        os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
        if HERE.has_owners_and_modes and self.path.stat().st_mode & 0o077:
            self.path.chmod(0o600)

        def both(db: sqlite3.Connection) -> None:
            db.execute("begin immediate")
            self._prepare(db)
            work(db)
            db.execute("commit")

        try:
            db = self._connect("rw")
        except sqlite3.DatabaseError as error:
            raise self._sorted(error) from error
        with closing(db):  # what was not committed is rolled back
            _do(both, db)

    def _prepare(self, db: sqlite3.Connection) -> None:
        """Bring the tables to our version. To be called in a transaction."""
        version = self._check(db)
        try:
            self._migrations.apply(db, version)
        except MigrationFailed as error:
            # It has no code, so that the file does not count as broken.
            raise sqlite3.OperationalError(f"{self.path} {error}") from error
        db.execute(f"pragma user_version = {self._version}")
        self._check(db)

    def _migrated_copy(self, db: sqlite3.Connection) -> sqlite3.Connection:
        """Return a copy of an older file in memory, with our version of its tables."""
        copy = sqlite3.connect(":memory:", isolation_level=None)
        copy.text_factory = _text

        def both(copy: sqlite3.Connection) -> None:
            # Holding a read lock: `backup` by itself would wait without end for a writer.
            db.execute("begin")
            db.execute("select count(*) from sqlite_master").fetchone()
            db.backup(copy)
            self._prepare(copy)

        try:
            _do(both, copy)
        except BaseException:
            copy.close()
            raise
        return copy

    def _check(self, db: sqlite3.Connection) -> int:
        """Return the file's version, after a look at its columns. Raises _Newer and _Broken."""

        def look(db: sqlite3.Connection) -> int:
            (version,) = db.execute("pragma user_version").fetchone()
            if version > self._version:
                raise _Newer(version)
            version = max(0, version)
            if difference := self._migrations.difference(db, version):
                raise _Broken(difference)
            return int(version)

        self.is_newer = False
        return _do(look, db)

    # --- what is wrong with it ---

    def _sorted(self, error: sqlite3.DatabaseError) -> Exception:
        """_Newer, _Broken, or the error itself where the file is not to blame."""
        if not _is_broken(error):
            return error
        version = _version_in_header(self.path) or 0
        return _Newer(version) if version > self._version else _Broken(str(error))

    def _say_newer(self, newer: _Newer) -> None:
        self.is_newer = True
        self.say(
            f"A newer Hotseat wrote {self.path} (version {newer.args[0]}, this one knows "
            f"{self._version}): the file is left as it is, and this Hotseat neither reads nor "
            f"keeps {self._holds}. Update Hotseat to use them"
        )

    def _set_aside(self) -> Path:
        """Rename the file and its journal to a name that nothing has yet. Hold the lock."""
        n = 1
        while any(
            os.path.lexists(self.path.with_name(f"{self.path.name}.broken-{n}{end}"))
            for end in ("", *_SIBLINGS)
        ):
            n += 1
        aside = self.path.with_name(f"{self.path.name}.broken-{n}")
        # The journal first: a new file beside an old journal would be rolled back with it.
        for end in (*_SIBLINGS, ""):
            part = self.path.with_name(self.path.name + end)
            if os.path.lexists(part):
                if part.is_file() and HERE.has_owners_and_modes:
                    part.chmod(0o600)
                part.rename(aside.with_name(aside.name + end))
        self._doubtful = False
        return aside


def _connection(path: Path, mode: str, *, timeout_s: float, is_cache: bool) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    db = sqlite3.connect(uri, uri=True, timeout=timeout_s, isolation_level=None, factory=Connection)
    db.text_factory = _text
    try:
        if is_cache:
            db.execute("pragma synchronous = off")
        db.execute("select count(*) from sqlite_master").fetchone()  # opens it
    except BaseException:
        db.close()
        raise
    return db


def workspace_file(workspace: Path, ending: str) -> Path:
    """Return the path of a workspace's file in the user's data directory. On Linux the name of a
    folder may be any bytes."""
    whole = os.fsencode(workspace.resolve())
    name = hashlib.blake2s(whole, digest_size=10).hexdigest()
    return user_data_path("hotseat") / "workspaces" / f"{name}.{ending}"


def make_private_folder(folder: Path) -> None:
    """Make the folder, and those above it that are missing, for this user alone.

    Folders in Hotseat's data directory, and that directory itself, are made private if an older
    Hotseat left them readable by others. Raises OSError.
    """
    if not folder.is_dir():
        if folder.parent != folder:
            make_private_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
    is_ours = folder.is_relative_to(user_data_path("hotseat"))
    if is_ours and HERE.has_owners_and_modes and folder.stat().st_mode & 0o077:
        folder.chmod(0o700)
    if is_ours and folder != user_data_path("hotseat"):
        make_private_folder(folder.parent)


def _do(work: Callable[[sqlite3.Connection], _T], db: sqlite3.Connection) -> _T:
    try:
        return work(db)
    except sqlite3.DatabaseError as error:
        if _is_broken(error):
            raise _Broken(str(error)) from error
        raise


def _is_broken(error: sqlite3.DatabaseError) -> bool:
    """False: locked, full, read-only, or a mistake of the caller, which has no code."""
    return _code(error) in _BROKEN_CODES


def _code(error: sqlite3.Error) -> int | None:
    """SQLite's primary result code; None where Python raised the error by itself."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def _check_pages(db: sqlite3.Connection) -> None:
    (found,) = db.execute("pragma quick_check(1)").fetchone()
    if found != "ok":
        raise _Broken(str(found))


def _version_in_header(path: Path) -> int | None:
    """`user_version`, where SQLite cannot open the file; None if it is no database at all."""
    try:
        with path.open("rb") as file:
            header = file.read(_VERSION_AT + 4)
    except OSError:
        return None
    if len(header) < _VERSION_AT + 4 or not header.startswith(b"SQLite format 3\0"):
        return None
    return int.from_bytes(header[_VERSION_AT:], "big", signed=True)


def _text(data: bytes) -> str | bytes:
    """Bytes for what is no UTF-8: one such row must not end the reading of all."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data
