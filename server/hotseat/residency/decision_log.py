"""The decision log: one entry for each load, unload and cancellation, with its reason and its end.

Pure: it reads what the scheduler decided, and the caller passes both clocks.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from hotseat.domain.decisions import Action, Decision, Outcome
from hotseat.domain.demand import Demand, Want
from hotseat.domain.experts import ModelSpec
from hotseat.residency.engine_memory.departures import Departure
from hotseat.residency.lifecycle import ModelRecord
from hotseat.residency.messages import (
    CancelLoad,
    Effect,
    EngineLost,
    Event,
    Load,
    LoadCancelled,
    LoadDone,
    LoadFailed,
    Observed,
    Unload,
    UnloadDone,
    UnloadFailed,
)

MAX_DECISIONS = 200
BY_HAND = "the user unloaded it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What the scheduler knew after it had handled an event."""

    time_s: float
    """Wall clock, seconds since 1970."""
    now_s: float
    """Monotonic clock."""
    demand: Demand
    expert_names: Mapping[ModelSpec, str]
    records: Iterable[ModelRecord]
    used_bytes: int
    budget_bytes: int
    limit_bytes: int
    """The budget, or less if the machine is short of memory."""
    departures: tuple[Departure, ...] = ()
    """Of the engine's last list."""


@dataclass(frozen=True, slots=True)
class _Open:
    decision: Decision
    began_s: float


class DecisionLog:
    """The last `max_decisions` that have ended, and those that are under way."""

    def __init__(self, *, max_decisions: int = MAX_DECISIONS) -> None:
        self._ended: deque[Decision] = deque(maxlen=max_decisions)
        self._open: dict[tuple[Action, ModelSpec], _Open] = {}
        self._max = max_decisions

    def recent(self) -> tuple[Decision, ...]:
        """Return the entries, oldest first; those under way are last."""
        running = (entry.decision for entry in self._open.values())
        return (*self._ended, *running)[-self._max :]

    def update(
        self, event: Event, effects: Iterable[Effect], circumstances: Circumstances
    ) -> list[Decision]:
        """Add what `effects` begin, end what `event` ended. Return the entries that have ended."""
        ended = self._end(event, circumstances.now_s)
        if isinstance(event, Observed):
            ended += [_departure(each, circumstances) for each in circumstances.departures]
        self._ended.extend(ended)
        for effect in effects:
            match effect:
                case Load(spec):
                    self._begin(Action.LOAD, spec, circumstances, _load_reason(spec, circumstances))
                case CancelLoad(spec, made_for, is_by_hand):
                    reason = BY_HAND if is_by_hand else _made_for(made_for, circumstances)
                    self._begin(Action.CANCEL, spec, circumstances, reason)
                case Unload(spec, made_for, is_by_hand):
                    reason = BY_HAND if is_by_hand else _unload_reason(made_for, circumstances)
                    self._begin(Action.UNLOAD, spec, circumstances, reason)
                case _:
                    pass
        return ended

    def _begin(
        self, action: Action, spec: ModelSpec, circumstances: Circumstances, reason: str
    ) -> None:
        decision = _decision(action, spec, circumstances, reason)
        self._open[action, spec] = _Open(decision, circumstances.now_s)

    def _end(self, event: Event, now_s: float) -> list[Decision]:
        match event:
            case LoadDone(spec):
                ends = {Action.LOAD: Outcome.DONE, Action.CANCEL: Outcome.TOO_LATE}
            case LoadFailed(spec):
                ends = {Action.LOAD: Outcome.FAILED, Action.CANCEL: Outcome.TOO_LATE}
            case LoadCancelled(spec):
                ends = {Action.LOAD: Outcome.CANCELLED, Action.CANCEL: Outcome.DONE}
            case UnloadDone(spec):
                ends = {Action.UNLOAD: Outcome.DONE}
            case UnloadFailed(spec):
                ends = {Action.UNLOAD: Outcome.FAILED}
            case EngineLost():
                return [self._close(key, Outcome.ENGINE_LOST, now_s) for key in tuple(self._open)]
            case _:
                return []
        keys = [(action, spec) for action in ends if (action, spec) in self._open]
        return [self._close(key, ends[key[0]], now_s) for key in keys]

    def _close(self, key: tuple[Action, ModelSpec], outcome: Outcome, now_s: float) -> Decision:
        entry = self._open.pop(key)
        duration_s = round(now_s - entry.began_s, 3)
        return replace(entry.decision, duration_s=duration_s, outcome=outcome)


def log_line(decision: Decision) -> str:
    """Return the decision as one line of the log; sizes in MB (10^6 bytes)."""
    size = f"{decision.size_bytes / 1e6:.0f} MB" if decision.size_bytes is not None else "? MB"
    used, budget = decision.used_bytes / 1e6, decision.budget_bytes / 1e6
    return (
        f"{decision.action} {decision.model} for {decision.expert}: {decision.reason}; "
        f"p={decision.probability:.2f}, {size}, {used:.0f} of {budget:.0f} MB used, "
        f"{decision.duration_s or 0.0:.2f} s, {decision.outcome}"
    )


def _decision(
    action: Action, spec: ModelSpec, circumstances: Circumstances, reason: str
) -> Decision:
    want = circumstances.demand.want_for(spec)
    record = next((r for r in circumstances.records if r.spec == spec), None)
    return Decision(
        time_s=round(circumstances.time_s, 3),
        action=action,
        model=spec.model,
        expert=_expert(spec, circumstances),
        reason=reason,
        probability=round(want.probability, 3) if want is not None else 0.0,
        size_bytes=record.size_bytes if record is not None else None,
        used_bytes=circumstances.used_bytes,
        budget_bytes=circumstances.budget_bytes,
    )


def _departure(departure: Departure, circumstances: Circumstances) -> Decision:
    spec = departure.record.spec
    gone = _decision(Action.GONE, spec, circumstances, departure.reason)
    return replace(gone, duration_s=0.0, outcome=Outcome.DONE)


def _load_reason(spec: ModelSpec, circumstances: Circumstances) -> str:
    want = circumstances.demand.want_for(spec)
    return _why_wanted(want) if want is not None else "it was wanted"


def _why_wanted(want: Want) -> str:
    if want.awaited:
        kind = "awaited"
    elif want.demanded:
        kind = "demanded"
    else:
        kind = "pinned" if want.pinned else "speculative"
    has_more = want.reason not in ("", kind)
    return f"{kind}: {want.reason}" if has_more else kind


def _unload_reason(made_for: ModelSpec | None, circumstances: Circumstances) -> str:
    if made_for is not None:
        return _made_for(made_for, circumstances)
    if circumstances.limit_bytes < circumstances.budget_bytes:
        return "the machine is short of memory"
    return "the budget has no room for it"


def _made_for(spec: ModelSpec | None, circumstances: Circumstances) -> str:
    if spec is None:
        return "another model is needed"
    want = circumstances.demand.want_for(spec)
    reason = f" ({_why_wanted(want)})" if want is not None else ""
    return f"makes room for {_expert(spec, circumstances)}{reason}"


def _expert(spec: ModelSpec, circumstances: Circumstances) -> str:
    return circumstances.expert_names.get(spec, spec.model)
