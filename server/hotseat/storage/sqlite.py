"""What our small SQLite files have in common."""

from __future__ import annotations

import sqlite3

_NOT_THE_FILE = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_NOMEM,
    }
)


def is_broken(error: Exception) -> bool:
    """True: the file holds something else than what we wrote, and may be begun anew. False: another
    process has it, or the disk is full; then it is fine, and another time it can be read."""
    code = getattr(error, "sqlite_errorcode", None)
    return not isinstance(error, OSError) and (code is None or code & 0xFF not in _NOT_THE_FILE)
