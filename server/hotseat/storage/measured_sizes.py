"""What is remembered between runs: what models took (SQLite, in the data directory)."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from platformdirs import user_data_path

from hotseat.domain.residency import Measured
from hotseat.storage.row_values import is_number
from hotseat.storage.sqlite import SmallDatabase

log = logging.getLogger(__name__)

_MIGRATIONS = (
    (
        "create table models (engine text, model text, bytes integer, load_s real, "
        "primary key (engine, model))",
    ),
)
_MAX_BYTES = 1 << 50
_MAX_LOAD_S = 86_400.0
"""What is larger was never measured: such a row is skipped."""


class MeasureStore:
    """By engine and `ModelSpec.key`. A broken file is set aside by the next write."""

    def __init__(self, path: Path | None = None) -> None:
        self._db = SmallDatabase(
            path or user_data_path("hotseat") / "measured.sqlite",
            holds="sizes and load times of models",
            migrations=_MIGRATIONS,
            timeout_s=1.0,
        )

    def read(self, engine: str) -> dict[str, Measured]:
        """By `ModelSpec.key`; empty when there is nothing, or nothing readable. Skips odd rows."""
        ask = "select model, bytes, load_s from models where engine = ?"
        try:
            rows: list[Any] = self._db.read(
                "models", lambda db: db.execute(ask, (engine,)).fetchall(), []
            )
        except (sqlite3.Error, OSError) as error:
            log.warning("What models take cannot be read now: %s", error)
            return {}
        found: dict[str, Measured] = {}
        for model, size_bytes, load_s in rows:
            fits = size_bytes is None or (
                isinstance(size_bytes, int) and 0 < size_bytes <= _MAX_BYTES
            )
            fits = fits and (load_s is None or is_number(load_s, 0.0, _MAX_LOAD_S))
            if fits and isinstance(model, str):
                found[model] = Measured(size_bytes=size_bytes, load_s=load_s)
        self._db.say_skipped(len(rows) - len(found))
        return found

    def write(self, engine: str, measured: Mapping[str, Measured]) -> None:
        """Raises sqlite3.Error or OSError. Writes nothing into a file of a newer Hotseat."""
        rows = [(engine, model, m.size_bytes, m.load_s) for model, m in measured.items()]
        put = "insert or replace into models (engine, model, bytes, load_s) values (?, ?, ?, ?)"
        self._db.write(lambda db: db.executemany(put, rows))
