"""How long an editor waits by itself between a key and its request for a suggestion.

Pure: `now_s` comes in. VS Code waits 50 ms: long enough to begin meanwhile, and nearly every key
is asked about. Neovim 0.12 waits 200: most keys never are, and to begin with each would be for
nothing.
"""

from __future__ import annotations

SHORTEST_S = 0.02
LONGEST_S = 0.12
ASKED_SHARE = 0.7
_SMOOTHING = 0.3
_FORGOTTEN_S = 1.0


class ClientDebounce:
    """Of one window."""

    def __init__(self) -> None:
        self._keyed_s: float | None = None
        self._pause_s = 0.0
        self._share = 0.0
        """Of keys that were asked about, lately."""

    def keyed(self, now_s: float) -> None:
        """A character was typed."""
        if self._keyed_s is not None:
            self._share -= _SMOOTHING * self._share
        self._keyed_s = now_s

    def asked(self, now_s: float) -> None:
        """A request came in."""
        if self._keyed_s is None:
            return
        pause_s, self._keyed_s = now_s - self._keyed_s, None
        if pause_s < _FORGOTTEN_S:
            self._pause_s += _SMOOTHING * (pause_s - self._pause_s)
            self._share += _SMOOTHING * (1.0 - self._share)

    @property
    def is_time_to_begin(self) -> bool:
        """The next key will be asked about, and not at once."""
        return SHORTEST_S <= self._pause_s <= LONGEST_S and self._share >= ASKED_SHARE
