"""The filter's weights: the user's own file where there is one, else those that Hotseat has.

Owns where that file lies. What learns from outcomes would write it.
"""

from __future__ import annotations

import logging
from pathlib import Path

from platformdirs import user_data_path

from hotseat.completion.filter.score import PRIOR, Weights, parse_weights

log = logging.getLogger(__name__)

_MAX_BYTES = 100_000


def weights_path() -> Path:
    return user_data_path("hotseat") / "show-weights.json"


def read_weights(path: Path | None = None) -> Weights:
    """Return the weights; a file that cannot be used is reported in the log, and Hotseat's own
    count."""
    path = path or weights_path()
    try:
        with path.open("rb") as file:
            return parse_weights(file.read(_MAX_BYTES + 1).decode("utf-8-sig"))
    except FileNotFoundError:
        return PRIOR
    except OSError as error:
        problem = str(error.strerror)
    except ValueError as error:  # UnicodeDecodeError is one
        problem = str(error)
    log.warning("%s is not used: %s. Hotseat's own weights count", path, problem)
    return PRIOR
