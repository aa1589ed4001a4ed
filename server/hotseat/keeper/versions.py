"""Windows and keepers of two versions of Hotseat on one engine: who has to be restarted.

Both find each other at the same socket and lock, whatever their version, so there is one keeper.
Every state and every demand carries the sender's `PROTOCOL`. Where a message cannot be read, or has
another number, neither side guesses: the window's wants do not count, and its user is told what to
restart. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

PROTOCOL = 1
"""Grows with every change after which one side would misread the other."""


class Mismatch(Enum):
    """The value is the message for the window's user."""

    OLDER_WINDOW = (
        "Another editor window drives the engine with a newer Hotseat: restart this editor window"
    )
    OLDER_KEEPER = (
        "An editor window with an older Hotseat drives the engine, and this one has to wait: "
        "restart that window"
    )


def by_number(message: Mapping[str, Any]) -> Mismatch | None:
    """Return how the keeper that sent `message` differs by its number; None if it has none."""
    number = message.get("protocol")
    if not isinstance(number, int) or number == PROTOCOL:
        return None
    return Mismatch.OLDER_WINDOW if number > PROTOCOL else Mismatch.OLDER_KEEPER


def by_error(message: Mapping[str, Any], error: Exception) -> Mismatch:
    """Return how the keeper differs whose `message` could not be decoded.

    A field that is missing is one that an older Hotseat does not have; anything else is new.
    """
    is_older = isinstance(error, KeyError) or "required keyword-only" in str(error)
    return by_number(message) or (Mismatch.OLDER_KEEPER if is_older else Mismatch.OLDER_WINDOW)
