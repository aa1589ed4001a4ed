"""What the scheduler knows of each model, in words and figures for users."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from hotseat.domain.demand import Want
from hotseat.domain.experts import ModelSpec, canonical_model_name
from hotseat.domain.residency import ModelState
from hotseat.keeper.state import ModelStatus
from hotseat.residency.scheduler import Scheduler

RELEASED = "unloaded by hand; it is loaded again when you use it"
NO_ANSWERS: Mapping[str, int] = {}
NO_BYTES: Mapping[str, int] = {}


def model_statuses(
    scheduler: Scheduler,
    expert_names: Mapping[ModelSpec, str],
    now_s: float,
    silent: Collection[ModelSpec] = (),
    answers: Mapping[str, int] = NO_ANSWERS,
    server_bytes: Mapping[str, int] = NO_BYTES,
) -> tuple[ModelStatus, ...]:
    """Return the status of every model that is wanted or not simply absent. `silent`: those that do
    not answer requests. `answers`: how many answers to questions are under way, by model name.
    `server_bytes`: what models take on a server that manages its memory itself, by model name."""
    models = []
    for record in scheduler.records():
        want = scheduler.demand.want_for(record.spec)
        is_released = scheduler.released.holds(record.spec, scheduler.runners)
        if is_released:
            want = None
        elif want is None and record.state is ModelState.ABSENT:
            continue
        reason = _reason(want, is_released=is_released)
        if record.spec in scheduler.plan.too_large:
            reason += _no_room(scheduler)
        on_server = server_bytes.get(canonical_model_name(record.spec.model))
        if on_server is not None:
            reason += _on_server(on_server)
        elif record.state is ModelState.WARM and not record.ours:
            reason += "; loaded by another program"
        models.append(
            ModelStatus(
                expert=expert_names.get(record.spec, record.spec.model),
                spec=record.spec,
                state=record.state,
                size_bytes=record.size_bytes if on_server is None else on_server,
                measured=record.measured,
                ours=record.ours,
                probability=want.probability if want else 0.0,
                demanded=want.demanded if want else False,
                pinned=want.pinned if want else False,
                reason=reason,
                error=record.error,
                load_s=record.load_s,
                contested=record.contested and record.state is ModelState.FAILED,
                n_answers=answers.get(canonical_model_name(record.spec.model), 0),
                silent=record.spec in silent and record.state is ModelState.WARM,
                state_s=round(now_s - record.since_s, 1) if record.since_s else 0.0,
            )
        )
    return tuple(models)


def _reason(want: Want | None, *, is_released: bool) -> str:
    if is_released:
        return RELEASED
    return want.reason if want else "not wanted now; there is room for it"


def _on_server(size_bytes: int) -> str:
    if size_bytes:
        return "; in the server's memory"
    return "; the server loads it at its next request"


def _no_room(scheduler: Scheduler) -> str:
    """Return what keeps a model that the user needs out of memory."""
    most = scheduler.max_models
    if most is not None and len(scheduler.ledger.entries) >= most:
        models = "one model" if most == 1 else f"{most} models"
        return f"; no room for it: the engine holds {models} at a time"
    return "; no room for it in the budget"
