"""Which documents are left alone because parsing them ended the process that parses.

Pure. Owns what counts as another text: parsing is tried again after so much has changed.
"""

from __future__ import annotations

from enum import Enum

FIRST_BYTES = 256
"""That must change before the text is tried again. Each failure doubles it."""
MAX_BYTES = 8192
MAX_STRIKES = 2


class Failure(Enum):
    """How a process ended while it parsed a text."""

    CAUSED = "caused"
    """It crashed, or needed too much time or memory: the text did it."""
    UNCLEAR = "unclear"
    """It was killed from outside, or was silent: perhaps the text has nothing to do with it."""


class Quarantine:
    """Of one document."""

    def __init__(self) -> None:
        self._n_strikes = 0
        self._needed_bytes = FIRST_BYTES
        self._left_bytes: int | None = None
        """To change before the next try; None if the document may be parsed."""

    @property
    def is_closed(self) -> bool:
        """True: the text must not be parsed."""
        return self._left_bytes is not None

    def failed(self, failure: Failure) -> None:
        """The process ended while it parsed the text."""
        self._n_strikes += 1 if failure is Failure.UNCLEAR else MAX_STRIKES
        if self._n_strikes >= MAX_STRIKES:
            self._left_bytes = self._needed_bytes
            self._needed_bytes = min(2 * self._needed_bytes, MAX_BYTES)

    def parsed(self) -> None:
        """The text was parsed."""
        self._n_strikes = 0
        self._needed_bytes = FIRST_BYTES

    def edited(self, n_bytes: int) -> None:
        """So many bytes were removed and inserted."""
        if self._left_bytes is not None:
            self._left_bytes -= n_bytes
            if self._left_bytes <= 0:
                self.replaced()

    def replaced(self) -> None:
        """The whole text or its language is another one."""
        self._left_bytes = None
        self._n_strikes = 0
