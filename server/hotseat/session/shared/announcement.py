"""What a user should read once: which roster was chosen at the first start, and why."""

from __future__ import annotations

import logging
from pathlib import Path

from platformdirs import user_data_path

from hotseat.roster.choice import RosterChoice

log = logging.getLogger(__name__)


def is_new(choice: RosterChoice, path: Path | None = None) -> bool:
    """Return whether the user should read why the roster was chosen: once for each roster.

    `path` is the file that remembers it (default: in the user's data directory). Reads and writes
    that file; False where it cannot be written, and while there is no reason yet.
    """
    path = path or user_data_path("hotseat") / "announced-roster"
    if not choice.reason:
        return False
    try:
        if path.is_file() and path.read_text("utf-8").strip() == choice.name:
            return False
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_text(f"{choice.name}\n", "utf-8")
    except (OSError, UnicodeDecodeError) as error:
        log.debug("%s cannot be used: %s", path, error)
        return False
    return True
