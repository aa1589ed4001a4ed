"""The weights of the filter that were fitted to outcomes on this machine, in one small JSON file.

Owns the file: its schema version, its bounds, and that it is readable by its owner alone. It holds
numbers and names of features, no code. Blocks: call it in a thread.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from platformdirs import user_data_path

from hotseat.domain.errors import HotseatError
from hotseat.roster.regular_file import read_regular
from hotseat.storage.row_values import is_number
from hotseat.storage.sqlite import make_private_folder

SCHEMA_VERSION = 1
MAX_BYTES = 100_000
MAX_WEIGHTS = 500
MAX_WEIGHT = 1000.0
_MAX_TIME_S = 1e12


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnedWeights:
    """One fit, or what a reset left of it: then `weights` is empty."""

    weights: Mapping[str, float]
    shipped: Mapping[str, float]
    """The weights that Hotseat came with when these were fitted. A later Hotseat with others does
    not use the fit."""
    fitted_at_s: float
    """In seconds since 1970; of the reset where there are no weights."""
    since_s: float = 0.0
    """Outcomes from before this time do not count: the time of the last reset."""
    n_outcomes: int = 0
    loss_shipped: float = 0.0
    loss_fitted: float = 0.0
    """Mean log-losses (nats) on the newest outcomes, held out of the fit that was compared."""


NOTHING = LearnedWeights(weights={}, shipped={}, fitted_at_s=0.0)


class LearnedWeightsFile:
    """`path` None is the user's own."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or user_data_path("hotseat") / "learned-weights.json"
        self.problem = ""
        """Why the last `read` found nothing to use, for people; empty where there is no file."""
        self.is_newer = False
        """A newer Hotseat wrote it: it is not overwritten."""

    def read(self) -> LearnedWeights:
        """Return the fit; NOTHING where there is no file or it cannot be used. Never raises."""
        self.problem, self.is_newer = "", False
        try:
            loaded = json.loads(read_regular(self.path, max_bytes=MAX_BYTES).decode())
        except FileNotFoundError:
            return NOTHING
        except OSError as error:
            self.problem = error.strerror or str(error)
            return NOTHING
        except (ValueError, RecursionError):  # UnicodeDecodeError is one
            self.problem = "it is not JSON"
            return NOTHING
        version = loaded.get("version") if isinstance(loaded, dict) else None
        if isinstance(version, int) and version > SCHEMA_VERSION:
            self.is_newer = True
            self.problem = "a newer Hotseat wrote it"
            return NOTHING
        found = _learned(loaded) if version == SCHEMA_VERSION else None
        if found is None:
            self.problem = "it does not hold what Hotseat writes there"
        return found or NOTHING

    def write(self, learned: LearnedWeights) -> None:
        """Write the whole file or nothing; a newer Hotseat's file stays. Raises HotseatError."""
        self.read()
        if self.is_newer:
            return
        draft = ""
        try:
            make_private_folder(self.path.parent)
            descriptor, draft = tempfile.mkstemp(dir=self.path.parent, prefix="learned-weights-")
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump({"version": SCHEMA_VERSION, **asdict(learned)}, file, indent=2)
            os.replace(draft, self.path)
        except OSError as error:
            if draft:
                with suppress(OSError):
                    os.unlink(draft)
            raise self._unusable(error) from error

    def reset(self, now_s: float) -> bool:
        """Forget the fit; outcomes from before `now_s` do not count again.

        Returns whether there was a fit. Raises HotseatError.
        """
        there = self.read()
        self.write(LearnedWeights(weights={}, shipped={}, fitted_at_s=now_s, since_s=now_s))
        return bool(there.weights)

    def delete(self) -> bool:
        """Delete the file; return whether there was one. Raises HotseatError."""
        try:
            self.path.unlink()
        except FileNotFoundError:
            return False
        except OSError as error:
            raise self._unusable(error) from error
        return True

    def _unusable(self, error: OSError) -> HotseatError:
        return HotseatError(
            f"{self.path} cannot be written: {error.strerror or error}",
            hint="Check who owns it and whether the disk is full; Hotseat works without",
        )


def _learned(loaded: Mapping[str, Any]) -> LearnedWeights | None:
    """Return None for a value that this module does not write: another type, NaN, a huge number."""
    maps = {}
    for name in ("weights", "shipped"):
        found = loaded.get(name)
        if not isinstance(found, dict) or len(found) > MAX_WEIGHTS:
            return None
        if not all(is_number(value, -MAX_WEIGHT, MAX_WEIGHT) for value in found.values()):
            return None
        maps[name] = {key: float(value) for key, value in found.items()}
    numbers = {}
    for name in ("fitted_at_s", "since_s", "loss_shipped", "loss_fitted"):
        value = loaded.get(name)
        if not is_number(value, 0.0, _MAX_TIME_S):
            return None
        numbers[name] = float(value)  # type: ignore[arg-type]
    n_outcomes = loaded.get("n_outcomes")
    if not is_number(n_outcomes, 0, _MAX_TIME_S):
        return None
    return LearnedWeights(**maps, **numbers, n_outcomes=int(n_outcomes))  # type: ignore[arg-type]
