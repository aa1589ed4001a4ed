"""What is remembered between runs: what models took (SQLite, in the data directory)."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing, suppress
from pathlib import Path

from platformdirs import user_data_path

from hotseat.domain.residency import Measured
from hotseat.storage.sqlite import is_broken

_SCHEMA = "create table if not exists models (engine text, model text, bytes integer, \
load_s real, primary key (engine, model))"


class MeasureStore:
    """By engine and `ModelSpec.key`. A broken file is begun anew."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or user_data_path("hotseat") / "measured.sqlite"

    def read(self, engine: str) -> dict[str, Measured]:
        """By `ModelSpec.key`; empty when there is nothing, or nothing readable."""
        try:
            with closing(self._connect()) as db:
                rows = db.execute(
                    "select model, bytes, load_s from models where engine = ?", (engine,)
                )
                return {
                    str(model): Measured(
                        size_bytes=None if size is None else int(size),
                        load_s=None if load_s is None else float(load_s),
                    )
                    for model, size, load_s in rows
                }
        except (sqlite3.Error, OSError, ValueError) as error:
            if is_broken(error):
                with suppress(OSError):
                    self._path.unlink(missing_ok=True)
            return {}

    def write(self, engine: str, measured: Mapping[str, Measured]) -> None:
        rows = [(engine, model, m.size_bytes, m.load_s) for model, m in measured.items()]
        with closing(self._connect()) as db, db:
            db.executemany("insert or replace into models values (?, ?, ?, ?)", rows)

    def _connect(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(self._path, timeout=1.0)
        db.execute(_SCHEMA)
        return db
