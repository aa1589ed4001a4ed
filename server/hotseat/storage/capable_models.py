"""Which models have solved the five JSON tasks (SQLite, in the data directory).

By the digest of the weights: another model under the same name is tested again. Blocks: call it in
a thread.
"""

from __future__ import annotations

import logging
import sqlite3
from pathlib import Path
from typing import Any

from platformdirs import user_data_path

from hotseat.storage.sqlite import SmallDatabase

log = logging.getLogger(__name__)

_MIGRATIONS = (("create table models (digest text primary key, capable integer)",),)


class CapableModelStore:
    """A broken file is set aside by the next write."""

    def __init__(self, path: Path | None = None) -> None:
        self._db = SmallDatabase(
            path or user_data_path("hotseat") / "capable.sqlite",
            holds="models that answer as a JSON schema demands",
            migrations=_MIGRATIONS,
            timeout_s=1.0,
        )

    def read(self, digest: str) -> bool | None:
        """Return whether the model is capable; None if it was not tested, or that is not
        readable."""
        ask = "select capable from models where digest = ?"
        try:
            rows: list[Any] = self._db.read(
                "models", lambda db: db.execute(ask, (digest,)).fetchall(), []
            )
        except (sqlite3.Error, OSError) as error:
            log.warning("Which models are capable cannot be read now: %s", error)
            return None
        return bool(rows[0][0]) if rows else None

    def write(self, digest: str, *, is_capable: bool) -> None:
        """Keep the result of the test. Where that is not possible the log says so."""
        put = "insert or replace into models (digest, capable) values (?, ?)"
        try:
            self._db.write(lambda db: db.execute(put, (digest, int(is_capable))))
        except (sqlite3.Error, OSError) as error:
            log.warning("Which models are capable cannot be kept: %s", error)
