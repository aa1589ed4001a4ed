"""What the ends of loads and unloads change about a model."""

from __future__ import annotations

from hotseat.domain.residency import ModelState
from hotseat.residency import record_updates
from hotseat.residency.keep_alive import KeepAlive
from hotseat.residency.records import Records
from hotseat.residency.settings import SchedulerSettings
from support.residency_driver import A

SETTINGS = SchedulerSettings(retry_first_s=2.0, retry_max_s=5.0)


def records_with(*states: ModelState) -> Records:
    records = Records({})
    records.put(records.of(A))
    for state in states:
        records.put(records.of(A).move(state, 10.0))
    return records


def test_a_load_that_ends_is_warm_and_its_time_is_remembered() -> None:
    records = records_with(ModelState.LOADING)
    assert record_updates.load_done(records, A, 1.5, 12.0, keep_alive=KeepAlive(keep_alive_s=60.0))
    record = records.of(A)
    assert (record.state, record.load_s, record.loaded_s, record.renew_at_s) == (
        ModelState.WARM,
        1.5,
        12.0,
        42.0,
    )
    assert records.measured(A).load_s == 1.5


def test_ends_that_come_too_late_change_nothing() -> None:
    records = records_with()
    before = records.of(A)
    assert not record_updates.load_done(
        records, A, 1.5, 12.0, keep_alive=KeepAlive(keep_alive_s=60.0)
    )
    record_updates.load_cancelled(records, A, 12.0)
    record_updates.unload_done(records, A, 12.0)
    record_updates.unload_failed(records, A, "x", 12.0, SETTINGS)
    assert records.of(A) == before


def test_failures_wait_longer_each_time_until_they_are_forgiven() -> None:
    records = records_with(ModelState.LOADING)
    waits_s = []
    for _ in range(4):
        record_updates.failed(records, A, "no memory", 20.0, SETTINGS)
        waits_s.append(records.of(A).retry_at_s - 20.0)
    assert waits_s == [2.0, 4.0, 5.0, 5.0]
    assert (records.of(A).state, records.of(A).error) == (ModelState.FAILED, "no memory")
    record_updates.forgiven(records, A)
    assert (records.of(A).retry_at_s, records.of(A).n_failures) == (0.0, 0)


def test_an_unload_that_fails_leaves_the_model_warm_for_a_while() -> None:
    records = records_with(ModelState.WARM, ModelState.UNLOADING)
    record_updates.unload_failed(records, A, "busy", 20.0, SETTINGS)
    assert (records.of(A).state, records.of(A).retry_at_s) == (ModelState.WARM, 22.0)


def test_an_estimate_does_not_replace_a_measurement() -> None:
    records = records_with()
    record_updates.estimated(records, A, 100)
    assert records.of(A).size_bytes == 100


def test_nothing_is_in_memory_after_the_engine_is_lost() -> None:
    records = records_with(ModelState.WARM)
    record_updates.engine_lost(records, 30.0)
    assert (records.of(A).state, records.of(A).ours) == (ModelState.ABSENT, False)
