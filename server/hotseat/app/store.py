"""What is remembered between runs: measured sizes of models (SQLite, in the data directory)."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing, suppress
from pathlib import Path

from platformdirs import user_data_path

_SCHEMA = "create table if not exists sizes (engine text, model text, bytes integer, \
primary key (engine, model))"


class SizeStore:
    """Largest measured bytes by engine and `ModelSpec.key`. A broken file is begun anew."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or user_data_path("hotseat") / "measured.sqlite"

    def read(self, engine: str) -> dict[str, int]:
        """Sizes by `ModelSpec.key`; empty when there is nothing, or nothing readable."""
        try:
            with closing(self._connect()) as db:
                rows = db.execute("select model, bytes from sizes where engine = ?", (engine,))
                return {str(model): int(size) for model, size in rows}
        except (sqlite3.Error, OSError):
            with suppress(OSError):
                self._path.unlink(missing_ok=True)
            return {}

    def write(self, engine: str, sizes: Mapping[str, int]) -> None:
        rows = [(engine, model, size) for model, size in sizes.items()]
        with closing(self._connect()) as db, db:
            db.executemany("insert or replace into sizes values (?, ?, ?)", rows)

    def _connect(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(self._path, timeout=1.0)
        db.execute(_SCHEMA)
        return db
