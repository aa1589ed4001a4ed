"""From events to effects, with a clock of the test's own."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest

from hotseat.domain.demand import Want
from hotseat.domain.experts import ModelSpec
from hotseat.domain.residency import Measured, ModelState
from hotseat.residency.messages import (
    BudgetChanged,
    CancelLoad,
    Effect,
    EngineLost,
    Estimate,
    Estimated,
    Forgiven,
    Load,
    LoadCancelled,
    LoadDone,
    LoadFailed,
    MemorySeen,
    Observed,
    Renew,
    Tick,
    Unload,
    UnloadDone,
    UnloadFailed,
)
from hotseat.residency.pressure import MachineMemory
from hotseat.residency.settings import (
    FOUND_RENEWAL_S,
    MIN_RESIDENCY_S,
    RETRY_FIRST_S,
    RETRY_MAX_S,
)
from support.residency_driver import MIB, A, B, C, D, Driver, at, empty_demand, loaded, want

ORDERS = tuple(permutations((A, B, C)))


@pytest.fixture
def driver() -> Driver:
    """Room for two of the four models; the engine answers, and holds nothing."""
    driver = Driver(budget_mib=1000)
    driver.observe()
    return driver


def test_nothing_is_done_before_the_engine_answers() -> None:
    driver = Driver()
    assert driver.demand(at(A)) == []
    assert driver.observe() == [Load(A)]


def test_a_size_is_asked_for_before_the_first_load() -> None:
    driver = Driver(sizes_mib={})
    driver.observe()
    assert driver.demand(at(A)) == [Estimate(A, None)]
    assert driver.feed(Tick()) == []  # once is enough
    assert driver.feed(Estimated(A, 5 * MIB)) == [Load(A)]


def test_no_hope_is_loaded_while_the_size_of_a_demanded_model_is_not_known() -> None:
    driver = Driver(sizes_mib={}, budget_mib=1000)
    driver.observe()
    wanted = (at(A), want(B, 0.9))
    assert set(driver.demand(*wanted)) == {Estimate(A, None), Estimate(B, None)}
    assert driver.feed(Estimated(B, 5 * MIB)) == []  # B's would be cancelled for A's at once
    assert driver.feed(Estimated(A, 5 * MIB)) == [Load(A)]


def test_a_hope_is_loaded_when_the_demanded_size_cannot_be_known() -> None:
    driver = Driver(sizes_mib={}, budget_mib=1000)
    driver.observe()
    driver.demand(at(A), want(B, 0.9))
    driver.feed(Estimated(B, 5 * MIB))
    assert driver.feed(LoadFailed(A, "none such")) == [Load(B)]


def test_a_size_of_an_earlier_run_is_taken_as_it_is() -> None:
    driver = Driver(sizes_mib={}, known={A.key: Measured(size_bytes=5 * MIB)})
    driver.observe()
    assert driver.demand(at(A)) == [Load(A)]


def test_one_load_at_a_time_most_wanted_first(driver: Driver) -> None:
    assert driver.demand(want(B, 0.6), at(A), want(C, 0.3)) == [Load(A)]
    assert driver.feed(Tick()) == []
    assert driver.load_done(A) == [Load(B)]
    assert driver.load_done(B) == []
    assert driver.warm() == {A, B}


def test_a_model_is_seen_gone_before_the_next_is_loaded(driver: Driver) -> None:
    driver.settle(at(A), want(B, 0.6))
    assert driver.demand(at(C), want(A, 0.5)) == [Unload(B)]
    assert driver.feed(Tick()) == []
    assert driver.observe() == []
    assert driver.unload_done(B) == [Load(C)]


def test_what_is_no_longer_wanted_stays_while_there_is_room(driver: Driver) -> None:
    driver.settle(at(A))
    assert driver.feed(empty_demand()) == []
    assert driver.settle(at(B)) == [Load(B)]
    assert driver.warm() == {A, B}


def test_what_was_wanted_longest_ago_goes_first(driver: Driver) -> None:
    driver.settle(at(A))
    driver.wait(60)
    driver.settle(at(B))
    assert driver.demand(at(C)) == [Unload(A)]


def test_a_demanded_model_takes_the_seat_of_a_more_probable_speculative_one() -> None:
    driver = Driver(budget_mib=500)
    driver.observe()
    driver.settle(want(A, 0.9))
    assert driver.settle(want(A, 0.9), want(B, 0.2, demanded=True)) == [Unload(A), Load(B)]


@pytest.mark.parametrize("order", ORDERS)
def test_windows_that_report_in_turn_cause_one_load(order: tuple[ModelSpec, ...]) -> None:
    """Each needs another model, and there is room for one."""
    driver = Driver(budget_mib=500)
    driver.observe()
    wants: list[Want] = []
    loads: list[Effect] = []
    for spec in order:
        wants.append(at(spec))
        loads += driver.settle(*wants)
        driver.wait(0.5)
    assert loads == [Load(order[0])]
    assert driver.warm() == {order[0]}


def test_of_windows_that_need_different_models_one_that_waits_for_an_answer_comes_first() -> None:
    driver = Driver(budget_mib=500)
    driver.observe()
    driver.settle(at(A))
    awaited = at(B)._replace(awaited=True)
    assert driver.settle(at(A), awaited) == [Unload(A), Load(B)]
    in_background = at(B)._replace(probability=0.5)
    assert driver.settle(at(A), in_background) == [Unload(B), Load(A)]


@pytest.fixture
def heir() -> Driver:
    """A new keeper with room for one model; the one before left B in memory."""
    heir = Driver(budget_mib=500)
    heir.memory[B] = loaded(B, 400)
    heir.ours.add(heir.memory[B].model)
    heir.observe()
    return heir


@pytest.mark.parametrize("gap_s", [0.1, 1.0])
@pytest.mark.parametrize("order", ORDERS)
def test_a_new_keeper_unloads_nothing_before_it_knows_all_wants(
    heir: Driver, order: tuple[ModelSpec, ...], gap_s: float
) -> None:
    wants: list[Want] = []
    for spec in order:
        wants.append(at(spec))
        effects = heir.demand(*wants, is_complete=len(wants) == len(order))
        heir.wait(gap_s)
        effects += heir.observe()
        assert set(effects) <= {Renew(B)}
    assert heir.warm() == {B}


def test_what_no_window_of_a_new_keeper_needs_makes_room_once_all_have_reported(
    heir: Driver,
) -> None:
    assert heir.demand(at(A), is_complete=False) == []
    assert heir.settle(at(A)) == [Unload(B), Load(A)]


def test_a_new_keeper_loads_what_fits_at_once() -> None:
    driver = Driver(budget_mib=1000)
    driver.memory[B] = loaded(B, 400)
    driver.ours.add(driver.memory[B].model)
    driver.observe()
    assert driver.demand(at(A), is_complete=False) == [Load(A)]
    driver.load_done(A)
    # What it has loaded itself is no inheritance.
    assert driver.demand(at(C), is_complete=False) == [Unload(A)]


def test_loads_that_were_wasted_make_the_next_swap_dearer(driver: Driver) -> None:
    """B and C take turns in being likely, and nobody ever goes there."""
    driver.settle(at(A), want(B, 0.5))
    n_swaps = 0
    for turn in range(60):
        driver.wait(60)
        hot, cold = (C, B) if turn % 2 == 0 else (B, C)
        n_swaps += driver.settle(at(A), want(hot, 0.5), want(cold, 0.2)).count(Load(hot))
    assert 5 < n_swaps < 50
    assert driver.settle(at(A), want(B, 0.5), want(C, 0.2)) == []
    for _ in range(150):  # going to them pays it off
        driver.settle(at(B), want(C, 0.1))
        driver.wait(60)
        driver.settle(at(C), want(B, 0.1))
        driver.wait(60)
    driver.settle(at(A), want(B, 0.5), want(C, 0.2))
    driver.wait(60)
    assert Load(C) in driver.settle(at(A), want(B, 0.2), want(C, 0.5))


def test_a_machine_that_runs_short_gets_memory_back_and_the_generalist_stays() -> None:
    driver = Driver(budget_mib=1200)
    driver.observe()
    generalist = want(C, 0.15)._replace(generalist=True)
    wants = (at(A), want(B, 0.6), generalist)
    driver.settle(*wants)
    assert driver.warm() == {A, B, C}
    plenty = MachineMemory(available_bytes=5000 * MIB, total_bytes=10_000 * MIB)
    assert driver.feed(MemorySeen(plenty)) == []
    low = MachineMemory(available_bytes=300 * MIB, total_bytes=10_000 * MIB)
    assert set(driver.feed(MemorySeen(low))) == {Unload(A), Unload(B)}
    driver.unload_done(B)
    driver.unload_done(A)
    assert driver.warm() == {C}
    hardly_enough = MachineMemory(available_bytes=1000 * MIB, total_bytes=10_000 * MIB)
    assert driver.feed(MemorySeen(hardly_enough)) == []  # a load would leave too little
    assert driver.feed(MemorySeen(plenty)) == [Load(A)]


def test_a_load_time_of_an_earlier_run_counts() -> None:
    """Of two models that are as likely, the one that takes longer to load is loaded."""

    def measured(load_s: float) -> Measured:
        return Measured(size_bytes=400 * MIB, load_s=load_s)

    slow = Driver(budget_mib=500, known={A.key: measured(1.0), B.key: measured(9.0)})
    slow.observe()
    assert slow.settle(want(A, 0.5), want(B, 0.5)) == [Load(B)]
    quick = Driver(budget_mib=500, known={A.key: measured(9.0), B.key: measured(1.0)})
    quick.observe()
    assert quick.settle(want(A, 0.5), want(B, 0.5)) == [Load(A)]


def test_two_speculative_models_of_nearly_equal_chances_do_not_swap() -> None:
    driver = Driver(budget_mib=500)
    driver.observe()
    driver.settle(want(A, 0.50))
    driver.wait(MIN_RESIDENCY_S)
    assert driver.settle(want(A, 0.50), want(B, 0.55)) == []
    assert driver.settle(want(A, 0.50), want(B, 0.70)) == [Unload(A), Load(B)]


def test_a_model_that_has_served_gives_way_to_a_likelier_one_at_once() -> None:
    """An agent has its answer and goes on to another language: its model waits for no one."""
    driver = Driver(budget_mib=500)
    driver.observe()
    driver.settle(at(A))
    assert driver.settle(want(A, 0.30), want(B, 0.70)) == [Unload(A), Load(B)]


def test_a_model_that_was_just_loaded_gives_way_to_demand_only() -> None:
    driver = Driver(budget_mib=500)
    driver.observe()
    driver.settle(want(A, 0.30))
    assert driver.settle(want(A, 0.30), want(B, 0.70)) == []
    assert driver.settle(want(A, 0.30), want(B, 0.70), at(C)) == [Unload(A), Load(C)]


# --- cancelling ---


def test_a_speculative_load_is_dropped_for_a_demanded_one(driver: Driver) -> None:
    driver.demand(want(A, 0.9))
    assert driver.demand(want(A, 0.9), at(B)) == [CancelLoad(A)]
    assert driver.feed(Tick()) == []  # said once
    assert driver.feed(LoadCancelled(A)) == [Load(B)]
    assert driver.load_done(B) == [Load(A)]


def test_a_demanded_load_is_not_dropped_for_another(driver: Driver) -> None:
    driver.demand(at(A))
    assert driver.demand(at(A), at(B)) == []
    assert driver.load_done(A) == [Load(B)]


def test_a_load_that_the_person_turns_to_is_not_dropped(driver: Driver) -> None:
    driver.demand(want(A, 0.9))
    assert driver.demand(at(A)) == []


def test_a_load_is_not_dropped_for_what_cannot_be_loaded_anyway(driver: Driver) -> None:
    driver.feed(Estimated(B, 5000 * MIB))
    driver.demand(want(A, 0.9))
    assert driver.demand(want(A, 0.9), at(B)) == []


def test_a_load_is_dropped_for_a_demanded_one_whose_waiting_time_is_over(driver: Driver) -> None:
    driver.demand(at(B))
    driver.feed(LoadFailed(B, "crashed"))
    assert driver.demand(at(B), want(A, 0.9)) == [Load(A)]
    driver.wait(RETRY_FIRST_S + 1)
    assert driver.feed(Tick()) == [CancelLoad(A)]


def test_a_load_that_ended_before_its_cancellation_is_warm(driver: Driver) -> None:
    driver.demand(want(A, 0.9))
    driver.demand(want(A, 0.9), at(B))
    assert driver.load_done(A) == [Load(B)]
    assert driver.feed(LoadCancelled(A)) == []
    assert driver.state(A) is ModelState.WARM


# --- budget ---


def test_too_large_models_are_reported_and_others_loaded(driver: Driver) -> None:
    driver.sizes_mib[A] = 3000
    assert driver.demand(at(A), want(B, 0.4)) == [Load(B)]
    assert driver.scheduler.plan.too_large == (A,)
    assert driver.load_done(B) == []


def test_a_model_that_grew_is_counted_as_it_is_now(driver: Driver) -> None:
    driver.settle(at(A), want(B, 0.5))
    driver.memory[A] = loaded(A, 700)
    assert driver.observe() == [Unload(B)]
    assert driver.scheduler.known()[A.key].size_bytes == 700 * MIB


def test_a_measured_size_never_shrinks(driver: Driver) -> None:
    driver.settle(at(A))
    driver.memory[A] = loaded(A, 450)
    driver.observe()
    driver.memory[A] = loaded(A, 300)
    driver.observe()
    assert driver.record(A).size_bytes == 450 * MIB


def test_an_entry_without_a_size_measures_nothing(driver: Driver) -> None:
    """A name that shares another's runner is listed with no bytes of its own."""
    driver.settle(at(A))
    driver.memory[B] = loaded(B, 0)
    driver.demand(at(A), want(B, 0.5))
    driver.observe()
    assert B.key not in driver.scheduler.known()


def test_a_smaller_budget_unloads(driver: Driver) -> None:
    driver.settle(at(A), want(B, 0.5))
    assert driver.carry_out(driver.feed(BudgetChanged(500 * MIB))) == [Unload(B)]
    assert driver.scheduler.used_bytes() == 400 * MIB


def test_busy_models_stay(driver: Driver) -> None:
    driver.settle(at(A), want(B, 0.5))
    assert driver.demand(at(C), busy=[A, B]) == []
    assert driver.demand(at(C), busy=[A]) == [Unload(B)]


def test_pinned_models_stay(driver: Driver) -> None:
    driver.settle(want(A, 0.95, pinned=True), want(B, 0.5))
    assert driver.demand(want(A, 0.95, pinned=True), at(C)) == [Unload(B)]


def test_pinned_models_never_take_the_whole_from_what_is_pinned_first() -> None:
    driver = Driver(budget_mib=500)
    driver.observe()
    driver.settle(want(A, 0.95, pinned=True))
    assert driver.demand(want(A, 0.95, pinned=True), at(B)) == []
    assert driver.scheduler.plan.too_large == (B,)


# --- models of others ---


def test_models_of_others_are_counted_and_never_unloaded(driver: Driver) -> None:
    driver.memory[C] = loaded(C, 700)
    driver.observe()
    assert driver.scheduler.used_bytes() == 700 * MIB
    assert driver.demand(at(A)) == []
    assert driver.scheduler.plan.too_large == (A,)
    del driver.memory[C]
    assert driver.observe() == [Load(A)]


def test_a_wanted_model_that_another_program_loaded_is_warm_and_not_ours(driver: Driver) -> None:
    driver.memory[A] = loaded(A, 400)
    assert driver.demand(at(A)) == [Load(A)]  # not seen yet
    driver.feed(LoadFailed(A, "x"))
    driver.wait(60)
    driver.observe()
    assert driver.state(A) is ModelState.WARM
    assert not driver.record(A).ours
    assert driver.scheduler.used_bytes() == 400 * MIB
    # It is in the way of C, and stays there.
    assert driver.settle(at(B), want(C, 0.5)) == [Load(B)]
    driver.wait(400)
    assert [e for e in driver.feed(Tick()) if e == Renew(A)] == []


def test_models_of_an_earlier_keeper_are_ours_again() -> None:
    driver = Driver(budget_mib=500)
    driver.memory[A] = loaded(A, 400)
    driver.ours = {"a:1b"}
    driver.demand(at(A))
    driver.observe()
    assert driver.record(A).ours
    assert driver.settle(at(B)) == [Unload(A), Load(B)]


def test_models_of_an_earlier_keeper_that_nobody_wants_now_make_room() -> None:
    driver = Driver(budget_mib=500)
    driver.memory[A] = loaded(A, 400)
    driver.ours = {"a:1b"}
    driver.observe()
    assert driver.scheduler.used_bytes() == 400 * MIB
    assert driver.settle(at(B)) == [Unload(A), Load(B)]


def test_a_model_of_an_earlier_keeper_keeps_its_seat_when_it_is_wanted_with_its_options() -> None:
    spec = ModelSpec("a:1b", (("num_ctx", 4096),))
    driver = Driver(budget_mib=500, sizes_mib={spec: 400, B: 400})
    driver.memory[spec] = replace(loaded(spec, 400), context_length=4096)
    driver.ours = {"a:1b"}
    driver.observe()
    assert driver.settle(at(spec)) == [Renew(spec)]
    driver.observe()
    assert driver.warm() == {spec}
    assert driver.scheduler.used_bytes() == 400 * MIB
    assert driver.settle(at(B)) == [Unload(spec), Load(B)]


def test_a_name_without_a_tag_is_the_latest(driver: Driver) -> None:
    spec = ModelSpec("smollm2")
    driver.sizes_mib[spec] = 100
    driver.demand(at(spec))
    driver.load_done(spec)
    assert driver.memory[spec].model == "smollm2:latest"
    assert driver.state(spec) is ModelState.WARM


def test_a_model_in_memory_with_a_larger_context_is_not_counted_on(driver: Driver) -> None:
    spec = ModelSpec("a:1b", (("num_ctx", 2048),))
    driver.sizes_mib[spec] = 100
    driver.memory[spec] = replace(loaded(spec, 100), context_length=8192)
    driver.demand(at(spec))
    driver.observe()
    assert driver.state(spec) is not ModelState.WARM


# --- vanished models ---


def test_a_model_that_expired_is_loaded_again(driver: Driver) -> None:
    driver.settle(at(A))
    driver.wait(700)
    driver.memory.clear()
    assert driver.observe() == [Load(A)]
    assert driver.scheduler.max_models is None


def test_the_daemons_own_limit_is_learned_when_a_model_vanishes_during_a_load(
    driver: Driver,
) -> None:
    """The keeper looks at the list before it says that the load is done."""
    driver.settle(at(A))
    driver.wait(30)
    assert driver.demand(at(B), want(A, 0.5)) == [Load(B)]
    del driver.memory[A]
    assert driver.load_done(B) == []
    assert driver.scheduler.max_models == 1
    driver.wait(30)
    assert driver.feed(Tick()) == []
    assert driver.demand(at(A), want(B, 0.5)) == [Unload(B)]
    assert driver.unload_done(B) == [Load(A)]


def test_the_daemons_own_limit_is_learned_right_after_a_load_too(driver: Driver) -> None:
    driver.settle(at(A))
    driver.wait(30)
    driver.settle(at(B), want(A, 0.5))
    driver.wait(1)
    del driver.memory[A]
    assert driver.observe() == []
    assert driver.scheduler.max_models == 1


def test_models_of_others_take_part_of_the_daemons_limit(driver: Driver) -> None:
    driver.memory[D] = loaded(D, 10)
    driver.settle(at(A))
    driver.observe()
    driver.wait(30)
    driver.demand(at(B), want(A, 0.5))
    del driver.memory[A]
    driver.load_done(B)
    assert driver.scheduler.max_models == 2
    del driver.memory[D]
    assert driver.observe() == [Load(A)]


def test_a_model_of_others_that_leaves_during_a_load_teaches_nothing(driver: Driver) -> None:
    driver.memory[D] = loaded(D, 10)
    driver.demand(want(D))
    driver.observe()
    driver.demand(at(A), want(D))
    del driver.memory[D]
    driver.load_done(A)
    assert driver.scheduler.max_models is None


def test_a_limit_that_the_daemon_does_not_have_is_unlearned(driver: Driver) -> None:
    driver.settle(at(A))
    driver.wait(30)
    driver.demand(at(B), want(A, 0.5))
    del driver.memory[A]
    driver.load_done(B)
    assert driver.scheduler.max_models == 1
    driver.memory[C], driver.memory[D] = loaded(C, 10), loaded(D, 10)
    driver.observe()
    assert driver.scheduler.max_models == 3


def test_a_model_that_leaves_right_after_each_load_waits_from_the_second_time_on(
    driver: Driver,
) -> None:
    driver.settle(at(A))
    driver.wait(1)
    driver.memory.clear()
    assert driver.carry_out(driver.observe()) == [Load(A)]
    driver.wait(1)
    driver.memory.clear()
    assert driver.observe() == []
    assert "left memory" in driver.record(A).error
    driver.wait(RETRY_FIRST_S)
    assert driver.feed(Tick()) == [Load(A)]


def test_a_model_that_crashes_after_its_own_load_teaches_no_limit(driver: Driver) -> None:
    driver.settle(at(A))
    driver.wait(1)
    driver.memory.clear()
    driver.observe()
    assert driver.scheduler.max_models is None


def test_what_our_own_load_pushed_out_is_no_failure_and_comes_back_at_once(
    driver: Driver,
) -> None:
    assert driver.demand(at(A), want(B, 0.9)) == [Load(A)]
    assert driver.load_done(A) == [Load(B)]
    del driver.memory[A]
    assert driver.observe() == [CancelLoad(B)]
    assert driver.record(A).error == ""
    assert driver.scheduler.max_models == 1
    assert driver.feed(LoadCancelled(B)) == [Load(A)]


def test_one_place_in_the_engine_is_not_forgotten(driver: Driver) -> None:
    """Whatever vanishes when: five loads in 20 seconds were seen instead of these three."""
    effects = driver.demand(at(A), want(B, 0.9), want(C, 0.8))
    loads: list[Effect] = []
    for _ in range(40):
        queue, effects = effects, []
        for effect in queue:
            if isinstance(effect, Load):
                loads.append(effect)
                driver.memory.clear()  # the engine makes room
                effects += driver.load_done(effect.spec)
            elif isinstance(effect, Unload):
                effects += driver.unload_done(effect.spec)
        driver.wait(0.5)
        effects += driver.observe()
    assert loads == [Load(A), Load(B), Load(A)]
    assert driver.scheduler.max_models == 1
    assert driver.warm() == {A}
    assert driver.carry_out(driver.demand(at(B), want(A, 0.9))) == [Unload(A), Load(B)]


def test_the_evicted_one_is_not_forgotten_with_the_one_that_came(driver: Driver) -> None:
    driver.settle(at(A))
    driver.wait(30)
    driver.demand(at(B), want(A, 0.5))
    del driver.memory[A]
    driver.load_done(B)
    assert driver.scheduler.max_models == 1
    driver.wait(1)
    driver.memory.clear()
    driver.observe()
    assert driver.scheduler.max_models == 1


def test_models_of_others_that_fill_the_engine_do_not_keep_out_what_is_needed(
    driver: Driver,
) -> None:
    driver.settle(at(A))
    driver.wait(30)
    driver.demand(at(B), want(A, 0.5))
    del driver.memory[A]
    driver.carry_out(driver.load_done(B))
    assert driver.scheduler.max_models == 1
    driver.wait(30)
    del driver.memory[B]
    driver.memory[D] = loaded(D, 10)
    assert driver.observe() == [Load(B)]
    driver.memory.clear()
    driver.carry_out(driver.load_done(B))
    del driver.memory[B]
    driver.memory[D] = loaded(D, 10)
    driver.wait(30)
    driver.demand(want(A, 0.9), want(B, 0.8))
    assert driver.observe() == []  # a guess does not push out what others loaded


def test_a_model_that_came_back_after_its_loss_can_go_at_once() -> None:
    """Its pause before the next load is no pause before its unload."""
    driver = Driver(budget_mib=500)
    driver.observe()
    driver.settle(at(A))
    for _ in range(2):
        driver.wait(1)
        seen = driver.memory.pop(A)
        driver.carry_out(driver.observe())
    assert driver.state(A) is ModelState.FAILED
    driver.memory[A] = seen
    driver.observe()
    assert driver.record(A).ours
    assert driver.carry_out(driver.demand(at(B))) == [Unload(A), Load(B)]


def test_a_model_found_to_be_ours_later_can_make_room() -> None:
    driver = Driver(budget_mib=500)
    driver.memory[A] = loaded(A, 400)
    driver.settle(at(A))
    driver.observe()
    assert (driver.record(A).ours, driver.scheduler.foreign_bytes) == (False, 400 * MIB)
    driver.ours.add("a:1b")
    driver.observe()
    assert (driver.record(A).ours, driver.scheduler.foreign_bytes) == (True, 0)
    assert driver.carry_out(driver.demand(at(B))) == [Unload(A), Load(B)]


def test_a_list_older_than_the_last_move_says_nothing(driver: Driver) -> None:
    asked_s = driver.now_s
    driver.demand(at(A))
    driver.wait(1)
    driver.feed(LoadDone(A, 1.0))
    assert driver.observe(asked_s=asked_s) == []
    assert driver.state(A) is ModelState.WARM


def test_what_windows_hold_for_models_takes_its_part_of_the_budget(driver: Driver) -> None:
    driver.settle(at(A), want(B, 0.5))
    used_bytes = driver.scheduler.used_bytes()
    effects = driver.feed(BudgetChanged(1000 * MIB, windows_bytes=300 * MIB))
    assert driver.scheduler.used_bytes() == used_bytes + 300 * MIB
    assert effects == [Unload(B)], "two models do not fit beside it"


# --- failures ---


def test_failures_back_off_and_are_reported(driver: Driver) -> None:
    effects = driver.demand(at(A))
    expected_s = RETRY_FIRST_S
    for _ in range(6):
        assert effects == [Load(A)]
        driver.feed(LoadFailed(A, "it crashed"))
        assert (driver.state(A), driver.record(A).error) == (ModelState.FAILED, "it crashed")
        driver.wait(expected_s - 0.1)
        assert driver.feed(Tick()) == []
        driver.wait(0.1)
        effects = driver.feed(Tick())
        expected_s = min(expected_s * 2, RETRY_MAX_S)


def test_a_failed_model_does_not_keep_others_from_loading(driver: Driver) -> None:
    driver.demand(at(A), want(B, 0.5))
    assert driver.feed(LoadFailed(A, "no such model")) == [Load(B)]


def test_a_failed_estimate_is_tried_again_later() -> None:
    driver = Driver(sizes_mib={})
    driver.observe()
    assert driver.demand(at(A)) == [Estimate(A, None)]
    assert driver.feed(LoadFailed(A, "no such model")) == []
    driver.wait(RETRY_FIRST_S)
    assert driver.feed(Tick()) == [Estimate(A, None)]


def test_a_model_that_the_engine_lacks_is_asked_for_again_after_the_longest_wait() -> None:
    driver = Driver(sizes_mib={})
    driver.observe()
    assert driver.demand(at(A)) == [Estimate(A, None)]
    assert driver.feed(LoadFailed(A, "no such model", is_missing=True)) == []
    driver.wait(RETRY_MAX_S - 1)
    assert driver.feed(Tick()) == []
    assert driver.feed(Forgiven(A)) == [Estimate(A, None)], "a window reports that it was pulled"
    driver.feed(LoadFailed(A, "no such model", is_missing=True))
    driver.wait(RETRY_MAX_S)
    assert driver.feed(Tick()) == [Estimate(A, None)]


def test_a_pulled_model_is_tried_at_once(driver: Driver) -> None:
    driver.demand(at(A))
    driver.feed(LoadFailed(A, "no such model"))
    assert driver.feed(Forgiven(A)) == [Load(A)]
    driver.feed(LoadFailed(A, "again"))
    driver.wait(RETRY_FIRST_S)  # counted from the beginning
    assert driver.feed(Tick()) == [Load(A)]


def test_a_load_that_worked_ends_the_back_off(driver: Driver) -> None:
    driver.demand(at(A))
    driver.feed(LoadFailed(A, "crashed"))
    driver.wait(RETRY_FIRST_S)
    driver.carry_out(driver.feed(Tick()))
    assert driver.record(A).n_failures == 0


def test_an_unload_that_fails_is_tried_again_later_and_not_at_once(driver: Driver) -> None:
    driver.settle(at(A), want(B, 0.5))
    assert driver.demand(at(C), want(A, 0.5)) == [Unload(B)]
    assert driver.feed(UnloadFailed(B, "the engine answered: 500")) == []
    assert driver.state(B) is ModelState.WARM
    assert "500" in driver.record(B).error
    driver.wait(RETRY_FIRST_S - 0.1)
    assert driver.feed(Tick()) == []
    driver.wait(0.1)
    assert driver.feed(Tick()) == [Unload(B)]
    assert driver.unload_done(B) == [Load(C)]


# --- renewals ---


def test_wanted_models_are_renewed_at_half_their_keep_alive(driver: Driver) -> None:
    driver.settle(at(A))
    driver.wait(299)
    assert driver.feed(Tick()) == []
    driver.wait(1)
    assert driver.feed(Tick()) == [Renew(A)]
    assert driver.feed(Tick()) == []
    driver.wait(300)
    assert driver.feed(Tick()) == [Renew(A)]


def test_what_nobody_wants_is_left_to_expire(driver: Driver) -> None:
    driver.settle(at(A))
    driver.feed(empty_demand())
    driver.wait(400)
    assert driver.feed(Tick()) == []


def test_what_has_to_go_is_not_renewed() -> None:
    driver = Driver(
        budget_mib=500, known=dict.fromkeys((A.key, B.key), Measured(size_bytes=400 * MIB))
    )
    driver.memory[A] = loaded(A, 400)
    driver.ours = {"a:1b"}
    driver.demand(at(B), want(A, 0.2))
    assert driver.observe() == [Unload(A)]


# --- the engine lost, and back ---


def test_an_engine_that_comes_back_empty_gets_its_models_again(driver: Driver) -> None:
    driver.settle(at(A), want(B, 0.5))
    driver.demand(at(C), want(A, 0.6), want(B, 0.5))
    assert driver.feed(EngineLost()) == []
    assert driver.warm() == set()
    assert driver.scheduler.used_bytes() == 0
    assert driver.feed(Tick()) == []
    driver.memory.clear()
    assert driver.carry_out(driver.observe()) == [Load(C), Load(A)]


def test_an_engine_that_was_only_out_of_reach_still_has_them(driver: Driver) -> None:
    driver.settle(at(A))
    driver.feed(EngineLost())
    assert driver.observe() == []
    assert driver.warm() == {A}
    assert driver.record(A).ours
    driver.wait(FOUND_RENEWAL_S)
    assert driver.feed(Tick()) == [Renew(A)]


def test_a_renewal_does_not_delay_what_the_user_waits_for(driver: Driver) -> None:
    """On an engine that loads one model at a time it may be a load of its own."""
    driver.settle(at(A))
    driver.wait(driver.scheduler.keep_alive_s / 2)
    assert driver.demand(at(B), want(A, 0.5)) == [Load(B)]
    assert driver.load_done(B) == [Renew(A)]


def test_a_load_whose_model_was_replaced_at_once_is_repeated(driver: Driver) -> None:
    driver.observe()
    driver.demand(at(A))
    driver.wait(1)
    driver.observe()
    assert driver.feed(LoadDone(A, 1.0)) == [Load(A)]
    assert driver.state(A) is ModelState.LOADING


def test_a_load_that_broke_with_the_engine_is_tried_as_soon_as_it_is_back(driver: Driver) -> None:
    driver.demand(at(A))
    driver.feed(LoadFailed(A, "the connection broke"))
    driver.feed(EngineLost())
    driver.wait(0.3)
    assert driver.observe() == [Load(A)]


def test_answers_that_come_after_the_engine_was_lost_change_nothing(driver: Driver) -> None:
    driver.demand(at(A))
    driver.feed(EngineLost())
    for event in (LoadDone(A, 1.0), LoadCancelled(A), UnloadDone(A), UnloadFailed(A, "x")):
        assert driver.feed(event) == []
        assert driver.state(A) is ModelState.ABSENT


def test_an_estimate_that_was_lost_with_the_engine_is_asked_again() -> None:
    driver = Driver(sizes_mib={})
    driver.observe()
    driver.demand(at(A))
    driver.feed(EngineLost())
    assert driver.feed(Observed(driver.now_s, ())) == [Estimate(A, None)]
