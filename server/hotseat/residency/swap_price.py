"""The price of a swap: how much longer the expected wait for a new model must be than that for the
model it replaces. It rises with each load that was never used, and falls with each that was."""

from __future__ import annotations

from dataclasses import replace

from hotseat.domain.demand import Demand
from hotseat.domain.experts import ModelSpec
from hotseat.residency.records import Records
from hotseat.residency.settings import DEFAULTS, SchedulerSettings


class SwapPrice:
    """`margin` is a share of a load's time. Marks records as used: each load counts once."""

    def __init__(self, settings: SchedulerSettings = DEFAULTS) -> None:
        self._settings = settings
        self.margin = settings.swap_margin

    def note_use(self, records: Records, demand: Demand) -> None:
        """Lower the price for each demanded model that is in memory or on its way there."""
        for want in demand.wants:
            if not want.demanded:
                break  # demanded wants come first
            record = records.of(want.spec)
            if not record.used and record.occupies:
                records.put(replace(record, used=True))
                lower = self.margin * self._settings.used_factor
                self.margin = max(self._settings.swap_margin_min, lower)

    def note_waste(self, records: Records, spec: ModelSpec) -> None:
        """Raise the price if the model, which is about to leave memory, was never demanded."""
        record = records.of(spec)
        if not record.used:
            records.put(replace(record, used=True))
            higher = self.margin * self._settings.wasted_factor
            self.margin = min(self._settings.swap_margin_max, higher)
