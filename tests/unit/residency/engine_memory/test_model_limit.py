"""How many models the daemon holds, learned from what it evicts."""

from __future__ import annotations

from dataclasses import replace

from hotseat.domain.residency import ModelState
from hotseat.residency.engine_memory.model_limit import ModelLimit
from hotseat.residency.lifecycle import ModelRecord
from hotseat.residency.records import Records
from hotseat.residency.settings import SchedulerSettings
from support.residency_driver import A, B, C, loaded

SETTINGS = SchedulerSettings(eviction_window_s=2.0)


def warm(*, ours: bool = True) -> ModelRecord:
    """Loaded by Hotseat at 100, with a keep-alive of 60 s."""
    record = ModelRecord(spec=A).move(ModelState.WARM, 100.0)
    return replace(record, ours=ours, renew_at_s=130.0)


def limit_after_load_of_b(at_s: float = 110.0) -> ModelLimit:
    limit = ModelLimit(keep_alive_s=60.0, settings=SETTINGS)
    limit.load_done(B.model, at_s)
    return limit


def test_a_model_that_goes_right_after_the_load_of_another_was_evicted_for_it() -> None:
    limit = limit_after_load_of_b()
    assert limit.evicted(warm(), Records({}), (loaded(B, 1),), 111.0)
    assert limit.max_models == 1


def test_a_model_that_goes_during_a_load_was_evicted_too() -> None:
    records = Records({})
    records.put(ModelRecord(spec=B).move(ModelState.LOADING, 110.0))
    limit = ModelLimit(keep_alive_s=60.0, settings=SETTINGS)
    assert limit.evicted(warm(), records, (loaded(C, 1),), 111.0)
    assert limit.max_models == 2


def test_other_losses_set_no_limit() -> None:
    resident = (loaded(B, 1),)
    for record, now_s in ((warm(), 113.0), (warm(ours=False), 111.0), (warm(), 159.0)):
        limit = limit_after_load_of_b(now_s - 1 if now_s > 150 else 110.0)
        assert not limit.evicted(record, Records({}), resident, now_s)
        assert limit.max_models is None


def test_it_rises_with_what_the_engine_holds_and_ends_with_the_engine() -> None:
    limit = limit_after_load_of_b()
    limit.seen((loaded(A, 1), loaded(B, 1)))
    assert limit.max_models is None
    limit.evicted(warm(), Records({}), (loaded(B, 1),), 111.0)
    limit.seen((loaded(A, 1), loaded(B, 1), loaded(C, 0)))  # an alias has no bytes
    assert limit.max_models == 2
    limit.forget()
    assert limit.max_models is None
