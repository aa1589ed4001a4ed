"""What the engine's list of loaded models means."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hotseat.domain.demand import Demand, merge_wants
from hotseat.domain.residency import ModelState
from hotseat.residency.engine_memory.model_limit import ModelLimit
from hotseat.residency.engine_memory.resident_models import ResidentModels
from hotseat.residency.messages import Observed
from hotseat.residency.records import Records
from support.residency_driver import MIB, A, B, at, loaded

NOBODY = Demand()


class Engine:
    """Lists of an engine, a keep-alive of 60 s."""

    def __init__(self) -> None:
        self.records = Records({})
        self.limit = ModelLimit(keep_alive_s=60.0)
        self.models = ResidentModels(self.records, self.limit, keep_alive_s=60.0)

    def warm_a(self, *, since_s: float) -> None:
        """Hotseat loaded A."""
        record = self.records.of(A).move(ModelState.WARM, since_s)
        self.records.put(replace(record, ours=True, renew_at_s=since_s + 30.0, size_bytes=MIB))


def test_models_of_other_programs_are_counted() -> None:
    engine = Engine()
    engine.models.observe(Observed(1.0, (loaded(A, 3), loaded(B, 4))), merge_wants([at(A)]), 1.0)
    assert (engine.models.foreign_bytes, engine.models.n_foreign) == (7 * MIB, 2)
    assert (engine.records.of(A).state, engine.records.of(A).ours) == (ModelState.WARM, False)


def test_an_adopted_model_gets_the_options_of_the_first_want() -> None:
    engine = Engine()
    ours = frozenset({loaded(A, 3).model})
    engine.models.observe(Observed(1.0, (loaded(A, 3),), ours), NOBODY, 1.0)
    wanted = replace(A, options=(("num_ctx", 2048),))
    engine.models.hand_over_adopted(merge_wants([at(wanted)]))
    assert engine.records.specs() == {wanted}
    assert engine.records.of(wanted).ours


@pytest.mark.parametrize(
    ("since_s", "now_s", "reason"),
    [
        (100.0, 101.0, "it left memory right after it was loaded"),
        (100.0, 120.0, "the engine or another program unloaded it"),
        (100.0, 161.0, "its keep-alive ended"),
    ],
)
def test_a_departure_has_a_reason(since_s: float, now_s: float, reason: str) -> None:
    engine = Engine()
    engine.warm_a(since_s=since_s)
    engine.models.observe(Observed(now_s, ()), NOBODY, now_s)
    (departure,) = engine.models.departures
    assert (departure.record.spec, departure.reason) == (A, reason)
    engine.models.observe(Observed(now_s + 1, ()), NOBODY, now_s + 1)
    assert engine.models.departures == ()


def test_a_model_that_the_engine_evicted_for_another_is_no_failure() -> None:
    engine = Engine()
    engine.warm_a(since_s=100.0)
    engine.limit.load_done(loaded(B, 3).model, 101.0)
    engine.models.observe(Observed(101.5, (loaded(B, 3),)), NOBODY, 101.5)
    (departure,) = engine.models.departures
    assert "evicted" in departure.reason
    assert (engine.records.of(A).state, engine.limit.max_models) == (ModelState.ABSENT, 1)


def test_a_list_older_than_the_records_change_is_not_used() -> None:
    engine = Engine()
    engine.warm_a(since_s=100.0)
    engine.models.observe(Observed(99.0, ()), NOBODY, 100.5)
    assert engine.records.of(A).state is ModelState.WARM


def test_a_model_that_came_back_while_it_was_unloaded_is_not_waited_for() -> None:
    """A request under way loaded it again between two looks of the unload."""
    engine = Engine()
    before, after = replace(loaded(A, 3), process="1"), replace(loaded(A, 3), process="2")
    engine.models.observe(Observed(100.0, (before,), frozenset({before.model})), NOBODY, 100.0)
    engine.records.put(engine.records.of(A).move(ModelState.UNLOADING, 101.0))
    engine.models.observe(Observed(101.5, (before,)), NOBODY, 101.5)
    assert engine.records.of(A).state is ModelState.UNLOADING
    engine.models.ledger.note_use(before.model, 101.0, 102.0)
    engine.models.observe(Observed(102.5, (after,)), NOBODY, 102.5)
    assert (engine.records.of(A).state, engine.records.of(A).ours) == (ModelState.WARM, True)
