"""How an effect begins: what is marked in the records and the ledger when it is returned.

What is due is decided by `planner`; how the end of an effect changes the record of its model is in
`record_updates`. Times are seconds of the caller's monotonic clock.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from hotseat.domain.demand import Demand
from hotseat.domain.experts import ModelSpec, canonical_model_name
from hotseat.domain.residency import ModelState, Plan
from hotseat.residency.engine_memory.ledger import Ledger
from hotseat.residency.engine_memory.runners import Runners
from hotseat.residency.keep_alive import KeepAlive
from hotseat.residency.messages import CancelLoad, Effect, Estimate, Load, Renew, Unload
from hotseat.residency.planner import Situation, displaced_by, due_estimates, due_renewals
from hotseat.residency.records import Records
from hotseat.residency.released_models import Released, due_releases
from hotseat.residency.settings import DEFAULTS, SchedulerSettings
from hotseat.residency.swap_price import SwapPrice


class EffectStarts:
    """Every method returns effects that the keeper has to carry out, and marks them as begun."""

    def __init__(
        self,
        records: Records,
        ledger: Ledger,
        swap_price: SwapPrice,
        *,
        keep_alive_s: float,
        settings: SchedulerSettings = DEFAULTS,
    ) -> None:
        self._records = records
        self._ledger = ledger
        self._swap_price = swap_price
        self.keep_alive = KeepAlive(keep_alive_s=keep_alive_s)
        self._settings = settings
        self.estimating: set[ModelSpec] = set()
        """Models whose size is being estimated; the caller removes those whose estimate ended."""

    def estimates(self, demand: Demand, now_s: float) -> list[Effect]:
        """Estimate the wanted models of unknown size."""
        due = due_estimates(self._records, demand, self.estimating, now_s)
        self.estimating.update(spec for spec, _ in due)
        return [Estimate(spec, size_hint_bytes) for spec, size_hint_bytes in due]

    def renewals(self, demand: Demand, plan: Plan, runners: Runners, now_s: float) -> list[Effect]:
        """Renew the keep-alive of models; those that are not urgent wait for loads."""
        # An engine that loads one model at a time may have to load a model that it was just about
        # to remove: what the user waits for comes first.
        is_loading = any(r.state is ModelState.LOADING for r in self._records)
        is_quiet = not (is_loading or plan.load or self.estimating)
        due_s = now_s if is_quiet else now_s - self._settings.renewal_patience_s
        due = due_renewals(
            self._records, demand, plan.unload, due_s, runners, keep_alive=self.keep_alive
        )
        variants = {runners.variant(want.spec): want for want in demand.wants}
        effects: list[Effect] = []
        for record in due:
            want = variants.get(runners.variant(record.spec))
            period_s = self.keep_alive.period_s(record, want, now_s)
            effects.append(Renew(record.spec, period_s))
            self._records.put(self.keep_alive.begun(record, now_s, is_wanted=want is not None))
        return effects

    def releases(
        self, released: Released, situation: Situation, busy: Collection[ModelSpec]
    ) -> list[Effect]:
        """Begin to unload what the user has unloaded, whatever else is under way. `busy`: models
        that work for a window."""
        due = due_releases(
            self._records,
            released,
            situation.runners,
            busy=busy,
            now_s=situation.now_s,
        )
        effects: list[Effect] = []
        for record in due:
            if record.state is ModelState.LOADING:
                self._cancel(record.spec, situation.now_s)
                effects.append(CancelLoad(record.spec, is_by_hand=True))
            else:
                self._records.put(record.move(ModelState.UNLOADING, situation.now_s))
                effects.append(Unload(record.spec, is_by_hand=True))
        return effects

    def next_move(self, plan: Plan, situation: Situation) -> list[Effect]:
        """Carry the plan one step further, or cancel the load that is in its way.

        One load at a time, and none before every unload of the plan has ended.
        """
        loads, unloads = ModelState.LOADING, ModelState.UNLOADING
        moving = [r for r in self._records if r.state is loads or r.state is unloads]
        loading = next((r.spec for r in moving if r.state is loads), None)
        if loading is not None:
            return self._cancellation(loading, situation)
        if moving or self._may_displace_unestimated(plan, situation.demand):
            return []
        if plan.unload:
            # Nothing is loaded until all of them are gone, those that refused once included.
            return self._unloads(plan, situation.now_s)
        return self._load(plan.load[0], situation) if plan.load else []

    def _may_displace_unestimated(self, plan: Plan, demand: Demand) -> bool:
        """Return whether the next load is speculative while the size of a demanded model is being
        estimated: it would begin first only because its own size is known sooner."""
        want = demand.want_for(plan.load[0]) if plan.load else None
        if want is not None and (want.demanded or want.pinned):
            return False
        return any(w.demanded and w.spec in self.estimating for w in demand.wants)

    def _load(self, spec: ModelSpec, situation: Situation) -> list[Effect]:
        record = self._records.of(spec).move(ModelState.LOADING, situation.now_s)
        self._records.put(replace(record, ours=True, used=False))
        self._swap_price.note_use(self._records, situation.demand)
        self._ledger.begin_load(canonical_model_name(spec.model))
        want = situation.demand.want_for(spec)
        return [Load(spec, self.keep_alive.period_s(record, want, situation.now_s))]

    def _cancellation(self, loading: ModelSpec, situation: Situation) -> list[Effect]:
        made_for = displaced_by(self._records, situation, self._records.of(loading))
        if made_for is None:
            return []
        self._swap_price.note_waste(self._records, loading)
        self._cancel(loading, situation.now_s)
        return [CancelLoad(loading, made_for)]

    def _cancel(self, loading: ModelSpec, now_s: float) -> None:
        self._records.put(replace(self._records.of(loading), cancelling=True))
        self._ledger.abort_load(canonical_model_name(loading.model), now_s)

    def _unloads(self, plan: Plan, now_s: float) -> list[Effect]:
        effects: list[Effect] = []
        made_for = plan.load[0] if plan.load else None
        for spec in plan.unload:
            if self._records.of(spec).retry_at_s <= now_s:
                self._swap_price.note_waste(self._records, spec)
                self._records.put(self._records.of(spec).move(ModelState.UNLOADING, now_s))
                effects.append(Unload(spec, made_for))
        return effects
