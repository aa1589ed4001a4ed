"""The scheduler's tunables, with the reasons for their defaults."""

from __future__ import annotations

from dataclasses import dataclass

from hotseat.residency.policy import SWAP_MARGIN

MIN_RESIDENCY_S = 3.0
"""For so long a model that was just loaded gives way to demanded ones only."""
# The price of a swap depends on how many loads were used: a wasted one raises it, a used one
# lowers it. It comes to rest where 29 % of loads are wasted (0.29 · ln 1.05 = 0.71 · ln 1/0.98).
WASTED_FACTOR = 1.05
USED_FACTOR = 0.98
MARGIN_MIN = 0.03
MARGIN_MAX = 0.6
RETRY_FIRST_S = 5.0
RETRY_MAX_S = 60.0
EVICTION_WINDOW_S = 3.0
"""A model that is gone this soon after another's load was evicted by the daemon to make room."""
RETRY_LOST_S = 2.0
"""A model that left memory right after its load was killed, as a rule, and is loaded again at once;
one that leaves again and again crashes, and waits for so long after the second loss."""
LOST_FACTOR = 4.0
FOUND_RENEWAL_S = 2.0
"""Until a model that was found in memory gets Hotseat's keep-alive: a renewal of one that is on its
way out loads it again. An earlier keeper's is renewed at once."""
SHORT_KEEP_ALIVE_S = 45.0
"""The keep-alive of models that are not pinned, on an engine whose renewals wait for no load. It is
renewed three times as often, for as long as the roster's `keep_alive` counts: when the last window
has gone, however it ended, the memory is free within this time."""
SHORT_RENEWALS = 3
RENEWAL_PATIENCE_S = 10.0
"""For so long, much less than a keep-alive, a renewal waits for loads: it may be a load itself, and
an engine that loads one model at a time would make the user wait for it."""
BROKEN_LOAD_S = 0.25
"""A load that fails later than this was broken off: an engine refuses a model sooner."""
LIMIT_RETEST_S = 6 * 3600.0
"""So old a limit is tested again, by the next demanded load that would need one place more: its
victim is what the user has just left. A daemon that was started again with another limit is found
out by that, and a limit that was learned by mistake is forgotten."""
CONTEST_WINDOW_S = 120.0
"""Two take-overs of a model by another client within this time are a contest."""
CONTEST_WAIT_S = 60.0
"""For so long the first contested model is left to the other client; doubled for each further
contest."""
CONTEST_WAIT_MAX_S = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SchedulerSettings:
    """Times in seconds; margins as a share of a load's time (`policy.SWAP_MARGIN`)."""

    min_residency_s: float = MIN_RESIDENCY_S
    retry_first_s: float = RETRY_FIRST_S
    """Until the first retry of a load that failed; doubled for each further failure."""
    retry_max_s: float = RETRY_MAX_S
    retry_lost_s: float = RETRY_LOST_S
    """Until the second retry of a model that left memory right after its load; the first is made at
    once."""
    found_renewal_s: float = FOUND_RENEWAL_S
    short_s: float = SHORT_KEEP_ALIVE_S
    renewal_patience_s: float = RENEWAL_PATIENCE_S
    broken_load_s: float = BROKEN_LOAD_S
    lost_factor: float = LOST_FACTOR
    """By which that time grows with each further such loss."""
    eviction_window_s: float = EVICTION_WINDOW_S
    limit_retest_s: float = LIMIT_RETEST_S
    contest_window_s: float = CONTEST_WINDOW_S
    contest_wait_s: float = CONTEST_WAIT_S
    contest_wait_max_s: float = CONTEST_WAIT_MAX_S
    swap_margin: float = SWAP_MARGIN
    """At the beginning, before any load was used or wasted."""
    swap_margin_min: float = MARGIN_MIN
    swap_margin_max: float = MARGIN_MAX
    wasted_factor: float = WASTED_FACTOR
    used_factor: float = USED_FACTOR


DEFAULTS = SchedulerSettings()
