"""How long the engine keeps a model without hearing of it, and when that is renewed. Pure.

Most engines get the roster's `keep_alive`, renewed at half of it. An engine whose renewals wait for
no load gets a short one instead, which Hotseat renews for as long as `keep_alive` counts: what
holds the memory is that a keeper lives.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from hotseat.domain.demand import Want
from hotseat.residency.lifecycle import ModelRecord
from hotseat.residency.settings import SHORT_RENEWALS


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepAlive:
    """`short_s` is None for an engine that gets no short keep-alive. Times in seconds."""

    keep_alive_s: float
    short_s: float | None = None

    @property
    def renewal_s(self) -> float:
        """Return the time from one renewal to the next."""
        return self.keep_alive_s / 2 if self.short_s is None else self._short_s / SHORT_RENEWALS

    @property
    def rest_s(self) -> float:
        """Return the time from a renewal that was due and did not come to the model's end."""
        period_s = self.keep_alive_s if self.short_s is None else self._short_s
        return period_s - self.renewal_s

    def period_s(self, record: ModelRecord, want: Want | None, now_s: float) -> float:
        """Return the keep-alive to send for the model now."""
        if self.short_s is None or (want is not None and want.pinned):
            return self.keep_alive_s
        left_s = self.keep_alive_s if want is not None else record.keep_until_s - now_s
        return min(self._short_s, left_s)

    def begun(self, record: ModelRecord, now_s: float, *, is_wanted: bool) -> ModelRecord:
        """Return the record after its keep-alive was sent."""
        keep_until_s = now_s + self.keep_alive_s if is_wanted else record.keep_until_s
        return replace(record, renew_at_s=now_s + self.renewal_s, keep_until_s=keep_until_s)

    def counts(self, record: ModelRecord, now_s: float) -> bool:
        """Return whether a model that no window wants is still kept."""
        return self.short_s is not None and now_s < record.keep_until_s

    @property
    def _short_s(self) -> float:
        return min(self.short_s or 0.0, self.keep_alive_s)
