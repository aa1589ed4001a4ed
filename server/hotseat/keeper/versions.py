"""Windows and keepers of two versions of Hotseat on one engine: who has to be restarted.

All versions use the same socket and the same lock, so there is one keeper. Every state and every
demand carries the sender's `PROTOCOL`. Where a message cannot be read, or has another number, the
two do not work together: the window's wants do not count, and its status says which window to
restart. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

from hotseat.keeper.state import KeeperState, decode_state

PROTOCOL = 1
"""Grows with every change after which one side would misread the other."""
UNREADABLE = (AttributeError, KeyError, OverflowError, TypeError, ValueError)
"""What the decoding of another version's message may raise."""
_STATES_BEFORE = 3


class Acknowledgements:
    """Counts the demands and pings that the keeper has not acknowledged, each by one message.

    A keeper of an older Hotseat that cannot read a demand drops it, and goes on sending states.
    Times are monotonic seconds.
    """

    def __init__(self, *, unheard_s: float) -> None:
        self._unheard_after_s = unheard_s
        self.forget()

    def forget(self) -> None:
        """The connection has ended."""
        self._n_open = self._n_states = 0
        self._since_s = 0.0

    def expect_one(self, now_s: float) -> None:
        """A demand or a ping was sent."""
        if self._n_open == 0:
            self._since_s, self._n_states = now_s, 0
        self._n_open += 1

    def received(self) -> None:
        """An acknowledgement came."""
        self._n_open = max(0, self._n_open - 1)

    def lacks_one(self, now_s: float) -> bool:
        """A state came. Return whether an acknowledgement is long overdue.

        The first states may have been sent before the keeper read the demand, however late they
        arrive in a window that was stopped.
        """
        if self._n_open == 0:
            return False
        self._n_states += 1
        return self._n_states > _STATES_BEFORE and now_s - self._since_s > self._unheard_after_s


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


class KeeperVersion:
    """Finds out whether the keeper at the other end of the connection is of another version."""

    def __init__(self, *, unheard_s: float) -> None:
        self.acknowledgements = Acknowledgements(unheard_s=unheard_s)
        self._is_refused = False
        """The keeper sent that it cannot read what this window sends."""

    def forget(self) -> None:
        """The connection has ended."""
        self.acknowledgements.forget()
        self._is_refused = False

    def was_read(self) -> None:
        """The keeper acknowledged a demand or a ping."""
        self.acknowledgements.received()
        self._is_refused = False

    def was_refused(self, message: Mapping[str, Any]) -> Mismatch:
        """The keeper sent `message`: it cannot read a demand. Return how its version differs."""
        self.acknowledgements.received()
        self._is_refused = True
        return by_number(message) or Mismatch.OLDER_KEEPER

    def read_state(self, message: Mapping[str, Any], now_s: float) -> KeeperState | Mismatch:
        """Return the state in `message`, or how the version of the keeper differs that sent it."""
        try:
            state = decode_state(message["state"])
        except UNREADABLE as error:
            return by_error(message, error)
        lacks = self._is_refused or self.acknowledgements.lacks_one(now_s)
        return by_number(message) or (Mismatch.OLDER_KEEPER if lacks else state)
