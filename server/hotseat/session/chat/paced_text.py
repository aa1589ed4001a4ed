"""The pace at which a growing answer is looked at and shown.

A small model writes hundreds of tokens a second. To cut loops out of the text, and to send it, for
each of them costs the event loop that answers completions more than the model's own work.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from hotseat.session.shared.timers import CallLater, Timer, call_later

EVERY_S = 0.03
"""Text appears 33 times a second: faster than text is read, and than most models write."""
MAX_PENDING_CHARS = 256
"""More text than this is taken at once: a loop in it ends the stream."""


class PacedText:
    """Calls `on_text` with the text of one or more chunks: the first at once, then not more often
    than every `every_s` seconds. `clock` returns monotonic seconds."""

    def __init__(
        self,
        on_text: Callable[[str], None],
        *,
        every_s: float = EVERY_S,
        clock: Callable[[], float] = time.monotonic,
        later: CallLater = call_later,
    ) -> None:
        self._on_text = on_text
        self._every_s = every_s
        self._clock = clock
        self._later = later
        self._pending = ""
        self._due_s = float("-inf")
        self._timer: Timer | None = None

    def add(self, text: str) -> None:
        """The model wrote `text`."""
        self._pending += text
        left_s = self._due_s - self._clock()
        if left_s <= 0 or len(self._pending) > MAX_PENDING_CHARS:
            self.flush()
        elif self._timer is None:
            self._timer = self._later(left_s, self.flush)

    def flush(self) -> None:
        """Take what is pending now."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._pending:
            text, self._pending = self._pending, ""
            self._due_s = self._clock() + self._every_s
            self._on_text(text)
