"""How long an editor waits by itself between a key and its request for a suggestion.

Pure: the time is an argument. VS Code waits 50 ms, which is long enough to begin meanwhile, and
requests a suggestion after nearly every key. Neovim 0.12 waits 200 ms, and most keys have no
request: a completion that begins with each key would be wasted.
"""

from __future__ import annotations

SHORTEST_S = 0.02
LONGEST_S = 0.12
ASKED_SHARE = 0.7
_SMOOTHING = 0.3
_FORGOTTEN_S = 1.0


class ClientDebounce:
    """The habit of one window's editor."""

    def __init__(self) -> None:
        self._keyed_s: float | None = None
        self._pause_s = 0.0
        self._share = 0.0
        """The recent share of keys that a request followed."""

    def keyed(self, now_s: float) -> None:
        """Note that a character was typed."""
        if self._keyed_s is not None:
            self._share -= _SMOOTHING * self._share
        self._keyed_s = now_s

    def asked(self, now_s: float) -> None:
        """Note that a request came."""
        if self._keyed_s is None:
            return
        pause_s, self._keyed_s = now_s - self._keyed_s, None
        if pause_s < _FORGOTTEN_S:
            self._pause_s += _SMOOTHING * (pause_s - self._pause_s)
            self._share += _SMOOTHING * (1.0 - self._share)

    @property
    def is_time_to_begin(self) -> bool:
        """Whether a request will follow the next key, but not at once."""
        return SHORTEST_S <= self._pause_s <= LONGEST_S and self._share >= ASKED_SHARE
