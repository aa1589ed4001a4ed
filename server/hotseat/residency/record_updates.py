"""How the record of a model changes: at the end of an estimate, a load or an unload, and with what
the engine's list shows."""

from __future__ import annotations

from dataclasses import replace

from hotseat.domain.experts import ModelSpec, canonical_model_name
from hotseat.domain.residency import Measured, ModelState, ResidentModel
from hotseat.residency.keep_alive import KeepAlive
from hotseat.residency.lifecycle import ModelRecord
from hotseat.residency.messages import LoadFailed
from hotseat.residency.records import Records
from hotseat.residency.settings import SchedulerSettings

LEFT_AT_ONCE = "It left memory right after it was loaded"


def estimated(records: Records, spec: ModelSpec, size_bytes: int) -> None:
    """Store the estimate, unless the model's size has been measured."""
    record = records.of(spec)
    if not record.measured:
        records.put(replace(record, size_bytes=size_bytes))


def load_done(
    records: Records, spec: ModelSpec, load_s: float, now_s: float, *, keep_alive: KeepAlive
) -> bool:
    """The model is warm. Return False, changing nothing, if it was not being loaded."""
    record = records.of(spec)
    if record.state is not ModelState.LOADING:
        return False
    record = record.move(ModelState.WARM, now_s)
    record = replace(record, load_s=load_s, loaded_s=now_s, n_failures=0, contested=False)
    records.put(keep_alive.begun(record, now_s, is_wanted=True))
    records.learn(spec, Measured(load_s=load_s))
    return True


def load_cancelled(records: Records, spec: ModelSpec, now_s: float) -> None:
    """The model is absent, if it was being loaded."""
    if records.of(spec).state is ModelState.LOADING:
        records.put(records.of(spec).move(ModelState.ABSENT, now_s))


def unload_done(records: Records, spec: ModelSpec, now_s: float) -> None:
    """The model is absent, if it was being unloaded; it may be loaded again at once."""
    if records.of(spec).state is ModelState.UNLOADING:
        gone = records.of(spec).move(ModelState.ABSENT, now_s)
        records.put(replace(gone, n_failures=0, n_losses=0, retry_at_s=0.0))
        name = canonical_model_name(spec.model)
        for alias in [r for r in records if r.alias_of == name]:
            records.put(replace(alias.move(ModelState.ABSENT, now_s), ours=False, alias_of=""))


def unload_failed(
    records: Records, spec: ModelSpec, error: str, now_s: float, settings: SchedulerSettings
) -> None:
    """The model is still warm; the unload is tried again later."""
    if records.of(spec).state is ModelState.UNLOADING:
        warm = records.of(spec).move(ModelState.WARM, now_s)
        records.put(_with_failure(warm, error, now_s, settings))


def failed(
    records: Records, spec: ModelSpec, error: str, now_s: float, settings: SchedulerSettings
) -> None:
    """The estimate or the load failed; it is tried again later."""
    record = records.of(spec)
    if record.state in (ModelState.ABSENT, ModelState.LOADING):
        record = record.move(ModelState.FAILED, now_s)
    records.put(_with_failure(record, error, now_s, settings))


def load_failed(
    records: Records, event: LoadFailed, now_s: float, settings: SchedulerSettings
) -> None:
    """As `failed`; but a load that was broken off in the middle, as by a killed runner, is tried
    again soon, and a model that the engine lacks after the longest wait only."""
    spec, error = event.spec, event.error
    record = records.of(spec)
    was_loading = record.state is ModelState.LOADING
    if event.is_missing:
        failed(records, spec, error, now_s, settings)
        records.put(replace(records.of(spec), retry_at_s=now_s + settings.retry_max_s))
    elif was_loading and now_s - record.since_s >= settings.broken_load_s:
        lost(records, record, error, now_s, settings)
    else:
        failed(records, spec, error, now_s, settings)


def lost(
    records: Records, before: ModelRecord, error: str, now_s: float, settings: SchedulerSettings
) -> None:
    """The model, `before` as it was, left memory in or right after its load; it soon comes back."""
    record = records.of(before.spec).move(ModelState.FAILED, now_s)
    n_losses = before.n_losses + 1
    wait_s = settings.retry_lost_s * settings.lost_factor ** (n_losses - 2) if n_losses > 1 else 0.0
    retry_at_s = now_s + min(wait_s, settings.retry_max_s)
    records.put(replace(record, error=error, n_losses=n_losses, retry_at_s=retry_at_s))


def found(
    records: Records,
    spec: ModelSpec,
    seen: ResidentModel,
    now_s: float,
    *,
    is_ours: bool,
    renew_at_s: float,
    keep_until_s: float = 0.0,
) -> None:
    """The model is in memory, as `seen`: an alias has no bytes of its own.

    `renew_at_s`: when its keep-alive is renewed if it was not known to be there; `keep_until_s`:
    until when it is kept then, although no window wants it.
    """
    record = records.of(spec)
    if seen.size_bytes > 0:
        known_bytes = records.measured(spec).size_bytes or 0
        size_bytes = max(seen.size_bytes, known_bytes)
        if size_bytes != known_bytes:
            records.learn(spec, Measured(size_bytes=size_bytes))
        record = replace(record, size_bytes=size_bytes, measured=True)
    if record.state in (ModelState.ABSENT, ModelState.FAILED):
        record = record.move(ModelState.WARM, now_s)
        record = replace(record, ours=is_ours, renew_at_s=renew_at_s, alias_of=seen.alias_of)
        record = replace(record, keep_until_s=keep_until_s)
        record = replace(record, retry_at_s=0.0)  # its unload does not wait for that either
    elif record.state is ModelState.WARM:
        # Found out late, perhaps: a request of Hotseat's had loaded it. Or another client did.
        record = replace(record, ours=is_ours, alias_of=seen.alias_of)
    records.put(record)


def left(records: Records, spec: ModelSpec, now_s: float) -> None:
    """The model, which was warm, is no longer in memory."""
    gone = records.of(spec).move(ModelState.ABSENT, now_s)
    records.put(replace(gone, ours=False, alias_of="", n_losses=0))


def forgiven(records: Records, spec: ModelSpec) -> None:
    """Forget the failures: the next try may begin at once."""
    records.put(
        replace(records.of(spec), n_failures=0, n_losses=0, retry_at_s=0.0, contested=False)
    )


def engine_lost(records: Records, now_s: float) -> None:
    """Nothing is in memory, as far as is known."""
    for record in tuple(records):
        # What failed may have failed with the engine: tried as soon as it is back.
        record = replace(record, retry_at_s=0.0, n_losses=0, contested=False, alias_of="")
        if record.state not in (ModelState.ABSENT, ModelState.FAILED):
            record = replace(record.move(ModelState.ABSENT, now_s), ours=False)
        records.put(record)


def _with_failure(
    record: ModelRecord, error: str, now_s: float, settings: SchedulerSettings
) -> ModelRecord:
    wait_s = min(settings.retry_first_s * 2**record.n_failures, settings.retry_max_s)
    return replace(record, error=error, n_failures=record.n_failures + 1, retry_at_s=now_s + wait_s)
