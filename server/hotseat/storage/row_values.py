"""Checks of what a row holds: a file may be damaged, or another program may have written to it."""

from __future__ import annotations

import json
from typing import Any

MAX_TIME_S = 1e11
"""Since the epoch, in the year 5138: later times are no dates in Python from the year 10000 on."""


def is_number(value: object, low: float, high: float) -> bool:
    """An int or a finite float within the bounds; a bool is none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high


def is_time(value: object) -> bool:
    """Return whether the value is a time in seconds since the epoch."""
    return is_number(value, 0.0, MAX_TIME_S)


def are_texts(*values: object) -> bool:
    """Return whether all values are texts."""
    return all(isinstance(value, str) for value in values)


def are_texts_if_any(*values: object) -> bool:
    """Return whether all values are texts or None."""
    return all(value is None or isinstance(value, str) for value in values)


def are_counts(*values: object) -> bool:
    """Return whether all values are whole numbers, none below 0."""
    return all(isinstance(value, int) and value >= 0 for value in values)


def are_counts_if_any(*values: object) -> bool:
    """Return whether all values are whole numbers, none below 0, or None."""
    return all(value is None or are_counts(value) for value in values)


def json_list(text: object) -> list[Any] | None:
    """Return the list that a text holds as JSON; None if it holds anything else."""
    if not isinstance(text, str):
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, list) else None
