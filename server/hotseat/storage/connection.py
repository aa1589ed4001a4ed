"""A connection to SQLite that takes any text."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any


class Connection(sqlite3.Connection):
    """Half of a surrogate pair, which an editor may send and no UTF-8 holds, becomes U+FFFD."""

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        try:
            return super().execute(sql, parameters)
        except UnicodeEncodeError:  # nothing was done
            return super().execute(sql, _well_formed(parameters))

    def executemany(self, sql: str, parameters: Iterable[Any], /) -> sqlite3.Cursor:
        return super().executemany(sql, map(_well_formed, parameters))


def _well_formed(parameters: Any) -> Any:
    if isinstance(parameters, dict):
        return {name: _without_halves(value) for name, value in parameters.items()}
    return tuple(map(_without_halves, parameters))


def _without_halves(value: Any) -> Any:
    if not isinstance(value, str) or value.isascii():
        return value
    return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
