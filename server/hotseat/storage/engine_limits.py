"""How many models each engine holds, remembered between runs (SQLite, in the data directory)."""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from platformdirs import user_data_path

from hotseat.domain.residency import EngineLimit
from hotseat.storage.row_values import is_number
from hotseat.storage.sqlite import SmallDatabase

log = logging.getLogger(__name__)

_MIGRATIONS = (
    (
        "create table limits (engine text primary key, version text, max_models integer, "
        "n_seen integer, learned_s real)",
    ),
)
_MAX_MODELS = 10_000
_MAX_TIME_S = 1e12
"""What is larger was never learned: such a row is skipped."""


class LimitStore:
    """One row per engine, for the version that it had last. A broken file is set aside by the next
    write. `wall_clock` returns seconds since 1970."""

    def __init__(
        self, path: Path | None = None, *, wall_clock: Callable[[], float] = time.time
    ) -> None:
        self._wall_clock = wall_clock
        self._db = SmallDatabase(
            path or user_data_path("hotseat") / "limits.sqlite",
            holds="model limits of engines",
            migrations=_MIGRATIONS,
            timeout_s=1.0,
        )

    def read(self, engine: str, version: str) -> tuple[EngineLimit, float]:
        """Return how many models this version of the engine holds, and the age of that knowledge
        in seconds; an empty limit when there is nothing, or nothing readable."""
        ask = "select max_models, n_seen, learned_s from limits where engine = ? and version = ?"
        try:
            rows: list[Any] = self._db.read(
                "limits", lambda db: db.execute(ask, (engine, version)).fetchall(), []
            )
        except (sqlite3.Error, OSError) as error:
            log.warning("How many models the engine holds cannot be read now: %s", error)
            return EngineLimit(), 0.0
        for max_models, n_seen, learned_s in rows:
            counts = [n_seen, max_models or 1]
            fits = all(isinstance(n, int) and 0 <= n <= _MAX_MODELS for n in counts)
            if fits and is_number(learned_s, 0.0, _MAX_TIME_S):
                age_s = max(0.0, self._wall_clock() - learned_s)
                return EngineLimit(max_models=max_models or None, n_seen=n_seen), age_s
        self._db.say_skipped(len(rows))
        return EngineLimit(), 0.0

    def write(self, engine: str, version: str, limit: EngineLimit, age_s: float) -> None:
        """`age_s`: for how long the limit has been known; inf if there is none.

        Raises sqlite3.Error or OSError. Writes nothing into a file of a newer Hotseat.
        """
        learned_s = max(0.0, self._wall_clock() - age_s)
        row = (engine, version, limit.max_models, limit.n_seen, learned_s)
        put = (
            "insert or replace into limits (engine, version, max_models, n_seen, learned_s)"
            " values (?, ?, ?, ?, ?)"
        )
        self._db.write(lambda db: db.execute(put, row))
