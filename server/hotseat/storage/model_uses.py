"""When each model was last in memory for Hotseat (SQLite, in the data directory).

For `hotseat models`: which models could be removed. Blocks: call it in a thread.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from platformdirs import user_data_path

from hotseat.storage.row_values import is_number
from hotseat.storage.sqlite import SmallDatabase

log = logging.getLogger(__name__)

_MIGRATIONS = (
    ("create table uses (engine text, model text, used_s real, primary key (engine, model))",),
)
_MAX_TIME_S = 1e12
"""A larger time was never written: such a row is skipped."""


class ModelUseStore:
    """By engine and model, tag included. A broken file is set aside by the next write."""

    def __init__(self, path: Path | None = None) -> None:
        self._db = SmallDatabase(
            path or user_data_path("hotseat") / "uses.sqlite",
            holds="times of use of models",
            migrations=_MIGRATIONS,
            timeout_s=1.0,
        )

    def read(self, engine: str) -> dict[str, float]:
        """Return seconds since 1970 by model; empty when there is nothing, or nothing readable."""
        ask = "select model, used_s from uses where engine = ?"
        try:
            rows: list[Any] = self._db.read(
                "uses", lambda db: db.execute(ask, (engine,)).fetchall(), []
            )
        except (sqlite3.Error, OSError) as error:
            log.warning("When models were used cannot be read now: %s", error)
            return {}
        return {
            model: used_s
            for model, used_s in rows
            if isinstance(model, str) and is_number(used_s, 0.0, _MAX_TIME_S)
        }

    def write(self, engine: str, models: Iterable[str], used_s: float) -> None:
        """Note that the models were in use at `used_s`. Raises sqlite3.Error or OSError."""
        rows = [(engine, model, used_s) for model in models]
        put = "insert or replace into uses (engine, model, used_s) values (?, ?, ?)"
        self._db.write(lambda db: db.executemany(put, rows))
