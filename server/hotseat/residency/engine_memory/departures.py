"""Why a model that Hotseat loaded left memory without being unloaded by Hotseat.

Pure: times are seconds of the caller's monotonic clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from hotseat.residency.lifecycle import ModelRecord

LIST_GAP_S = 5.5
"""The longest time between two lists, but for a machine that slept."""


class Reason(StrEnum):
    """The value is what the log of decisions shows."""

    RELOADED = "Hotseat loaded it with other options"
    TAKEN_OVER = "another program loaded it with other options"
    SAME_BASE = "a model on the same base was loaded"
    EVICTED = "the engine evicted it for another model"
    LEFT_AT_ONCE = "it left memory right after it was loaded"
    EXPIRED = "its keep-alive ended"
    UNLOADED = "the engine or another program unloaded it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """A model that Hotseat loaded and that left memory without being unloaded by Hotseat."""

    record: ModelRecord
    """As it was before."""
    reason: Reason


def reason_without_successor(
    record: ModelRecord, *, listed_s: float, now_s: float, rest_s: float, window_s: float
) -> Reason:
    """Return why a warm model is gone for which no other model was loaded.

    `listed_s`: when the last list that had it was asked for. `rest_s`: from a renewal that was due
    to the model's end (`KeepAlive.rest_s`). `window_s`: how soon after its load a
    model leaves that could not stay, and how exact the end of a keep-alive is.
    """
    # It may have gone soon after the last list that had it: the next one came later.
    last_s = listed_s if now_s - record.since_s <= window_s + LIST_GAP_S else now_s
    if record.ours and not record.alias_of and last_s - record.since_s <= window_s:
        return Reason.LEFT_AT_ONCE
    expires_s = record.renew_at_s + rest_s
    return Reason.EXPIRED if now_s >= expires_s - window_s else Reason.UNLOADED
