"""What a window and its index process send each other: one JSON object a line.

To the process: `secrets` (patterns, always first), `changed` (absolute paths), `scan`. From it:
`progress` (read so far, to read), `scanned` (what a scan did), `updated` (number of paths),
`say` (a sentence for the log).
"""

from __future__ import annotations

import json
from typing import Any

MAX_LINE_BYTES = 1_000_000


def encode(message: dict[str, Any]) -> bytes:
    """Return the line. Characters that are not ASCII are escaped, also those of odd file names."""
    return json.dumps(message, separators=(",", ":")).encode("ascii") + b"\n"


def decode(line: bytes) -> dict[str, Any]:
    """Return the message of a line; an empty one if it is none."""
    try:
        message = json.loads(line)
    except ValueError:
        return {}
    return message if isinstance(message, dict) else {}
