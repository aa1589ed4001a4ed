"""What the engine's lists say about contests, and what a contest changes in the records.

The contests themselves, their signs and pauses, are in `contests`. Pure: times are seconds of the
caller's monotonic clock.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from hotseat.domain.experts import ModelSpec, canonical_model_name
from hotseat.domain.residency import ModelState, ResidentModel
from hotseat.residency.engine_memory.contests import RELOAD, TAKE_OVER, Contests, contest_message
from hotseat.residency.engine_memory.ledger import Cause, Change, Ledger
from hotseat.residency.records import Records

LOST_WINDOW_S = 10.0
"""A model that was gone for longer was not taken over."""


class ContestedModels:
    """Call `note_changes` with each list before the records are compared with it, `update` after.

    A contested model is failed in the records until its pause ends: it is not loaded before.
    """

    def __init__(self, records: Records, ledger: Ledger, contests: Contests) -> None:
        self._records = records
        self._ledger = ledger
        self._contests = contests
        self._lost_s: dict[str, float] = {}
        """Models of Hotseat's that left memory by themselves: when a list showed that."""

    def clear(self) -> None:
        """The engine was lost."""
        self._contests.clear()
        self._lost_s.clear()

    def note_lost(self, name: str, now_s: float) -> None:
        """A model of Hotseat's left memory, and no other model explains that."""
        self._lost_s[name] = now_s

    def note_changes(self, changes: Iterable[Change], now_s: float) -> None:
        """Count the signs that another client loads Hotseat's models again."""
        for change in changes:
            entry, before, name = change.entry, change.before, change.entry.seen.model
            lost_s = self._lost_s.pop(name, float("-inf"))
            if before is not None and before.is_ours:
                if not entry.is_ours:
                    self._contests.note(name, TAKE_OVER, now_s)
                elif entry.cause is Cause.REQUEST:
                    self._contests.note(name, RELOAD, now_s)
            elif not entry.is_ours and now_s - lost_s <= LOST_WINDOW_S:
                sign = TAKE_OVER if entry.has_other_options else RELOAD
                self._contests.note(name, sign, now_s)

    def pause(self, spec: ModelSpec, seen: ResidentModel, now_s: float) -> None:
        """Leave the model, which another client has in memory, to it, if it is contested."""
        record, name = self._records.of(spec), canonical_model_name(spec.model)
        until_s = max(self._contests.until_s(each) for each in (name, seen.alias_of))
        if until_s > now_s and record.state in (ModelState.ABSENT, ModelState.FAILED):
            if record.state is ModelState.ABSENT:
                record = record.move(ModelState.FAILED, now_s)
            error = contest_message(spec, seen)
            self._records.put(replace(record, error=error, retry_at_s=until_s, contested=True))

    def update(
        self, listed: Iterable[ResidentModel], before: Collection[str], now_s: float
    ) -> None:
        """Begin the pauses of models that are contested now, end those without a reason.

        `listed` is the engine's list with aliases; `before` are the names in the list before.
        """
        by_name = {model.model: model for model in listed}
        for record in tuple(self._records):
            name = canonical_model_name(record.spec.model)
            seen = by_name.get(name)
            if seen is not None and not record.occupies and not self._ledger.is_ours(seen):
                self.pause(record.spec, seen, now_s)
            elif record.contested and seen is None and name not in before:
                self._contests.end_pause(name, now_s)
                self._records.put(replace(record, retry_at_s=now_s, contested=False))
