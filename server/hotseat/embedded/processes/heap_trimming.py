"""When a child process returns freed heap memory to the system.

Switching between adapters leaves freed buffers in the child's heap. Owns the timers and counters of
trimming; the child does the work (1 to 2 ms) between two requests.
"""

from __future__ import annotations

import asyncio
import time

from hotseat.embedded.processes.entry import Entry
from hotseat.embedded.processes.sharing import Sharing

TRIM_AFTER_S = 2.0
TRIM_EVERY_N_SWITCHES = 6


class HeapTrimmer:
    """Trims after `after_s` without a request, or after `every_n_switches` without such a rest.

    The defaults save 16 MB with six adapters over SmolLM2-135M (docs/decisions/0020).
    """

    def __init__(
        self, *, after_s: float = TRIM_AFTER_S, every_n_switches: int = TRIM_EVERY_N_SWITCHES
    ) -> None:
        self._after_s = after_s
        self._every_n_switches = every_n_switches

    def request_ended(self, entry: Entry) -> None:
        """Trim now if there were many switches, else start the timer for a trim after a rest."""
        sharing = entry.sharing
        if sharing is None:
            return
        n_switches = sharing.n_switches - entry.n_switches_trimmed
        if n_switches >= self._every_n_switches:
            self._trim(entry, sharing)
        elif n_switches > 0 and entry.n_users == 0:
            self._trim_later(entry, sharing, self._after_s)

    def _trim_later(self, entry: Entry, sharing: Sharing, delay_s: float) -> None:
        if entry.trim_timer is None:
            loop = asyncio.get_running_loop()
            entry.trim_timer = loop.call_later(delay_s, self._trim_if_idle, entry, sharing)

    def _trim_if_idle(self, entry: Entry, sharing: Sharing) -> None:
        entry.trim_timer = None
        if entry.n_users:
            return  # `request_ended` is called again when these requests end.
        idle_s = time.time() - entry.used_s
        if idle_s < self._after_s:
            self._trim_later(entry, sharing, self._after_s - max(0.0, idle_s))
        elif sharing.n_switches > entry.n_switches_trimmed:
            self._trim(entry, sharing)

    def _trim(self, entry: Entry, sharing: Sharing) -> None:
        if entry.child is not None and not entry.stopped:
            # A request that runs now may be in the middle of a switch, whose memory is still in
            # use.
            entry.n_switches_trimmed = sharing.n_switches - (entry.n_users > 0)
            entry.child.trim_heap()
