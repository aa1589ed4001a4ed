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


@dataclass(frozen=True, slots=True, kw_only=True)
class SchedulerSettings:
    """Times in seconds; margins as a share of a load's time (`policy.SWAP_MARGIN`)."""

    min_residency_s: float = MIN_RESIDENCY_S
    retry_first_s: float = RETRY_FIRST_S
    """Until the first retry of a load that failed; doubled for each further failure."""
    retry_max_s: float = RETRY_MAX_S
    eviction_window_s: float = EVICTION_WINDOW_S
    swap_margin: float = SWAP_MARGIN
    """At the beginning, before any load was used or wasted."""
    swap_margin_min: float = MARGIN_MIN
    swap_margin_max: float = MARGIN_MAX
    wasted_factor: float = WASTED_FACTOR
    used_factor: float = USED_FACTOR


DEFAULTS = SchedulerSettings()
