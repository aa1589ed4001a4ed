"""What the engine may hold beside its models, and what a reload costs."""

from __future__ import annotations

from hotseat.domain.experts import DEFAULT_KEEP_PROMPTS_BYTES
from hotseat.domain.residency import BesideMemory, PromptCost
from hotseat.residency.beside import Beside, BesideBounds, bounds_beside, costs_with_prompts
from hotseat.residency.messages import BoundBeside, EngineKnown, Load, MemorySeen, Unload
from hotseat.residency.policy import SWAP_MARGIN
from hotseat.residency.pressure import MachineMemory
from support.residency_driver import MIB, A, B, C, Driver, at, want

MB = 1_000_000


def test_kept_prompts_and_the_spare_process_take_what_the_models_leave() -> None:
    def bounds(models_mb: int) -> BesideBounds:
        return bounds_beside(
            limit_bytes=1000 * MB, models_bytes=models_mb * MB, keep_bytes=256 * MB
        )

    assert bounds(200) == BesideBounds(kept_limit_bytes=256 * MB, spare=True)
    assert bounds(836) == BesideBounds(kept_limit_bytes=100 * MB, spare=True)
    assert bounds(950) == BesideBounds(kept_limit_bytes=50 * MB, spare=False)
    assert bounds(1100) == BesideBounds(kept_limit_bytes=0, spare=False)


def test_a_lower_bound_is_sent_at_once_and_a_higher_one_in_steps() -> None:
    beside = Beside(256 * MB)
    beside.engine_known(keeps_prompts=True)

    def due(models_mb: int) -> int | None:
        bounds = beside.due(limit_bytes=1000 * MB, models_bytes=models_mb * MB)
        return None if bounds is None else bounds.kept_limit_bytes // MB

    assert due(836) == 100
    assert due(836) is None
    assert due(837) == 99
    assert due(836) is None, "one megabyte is not worth a request"
    assert due(800) == 136
    assert due(100) == 256


def test_what_exceeds_a_new_bound_counts_as_freed() -> None:
    beside = Beside(256 * MB)
    beside.engine_known(keeps_prompts=True)
    beside.memory = BesideMemory(kept_bytes=200 * MB, spare_bytes=40 * MB)
    beside.due(limit_bytes=1000 * MB, models_bytes=950 * MB)
    assert beside.memory.total_bytes == 50 * MB


def test_an_engine_that_keeps_nothing_is_sent_nothing() -> None:
    beside = Beside(256 * MB)
    beside.engine_known(keeps_prompts=False)
    assert beside.due(limit_bytes=1000 * MB, models_bytes=0) is None


def test_a_resident_model_whose_prompt_is_not_kept_costs_its_reading_too() -> None:
    load_s = {A: 1.0, B: 1.0}
    prompts = [PromptCost(model=spec.model, read_s=4.0, kept_bytes=0) for spec in (A, B)]
    assert costs_with_prompts(load_s, {A}, prompts) == {A: 5.0, B: 1.0}
    kept = [PromptCost(model=A.model, read_s=4.0, kept_bytes=25 * MB)]
    assert costs_with_prompts(load_s, {A}, kept) == load_s


def keeping(budget_mib: float) -> Driver:
    """A scheduler whose engine keeps prompts; models take 400 MiB."""
    driver = Driver(budget_mib=budget_mib, keep_prompts_bytes=DEFAULT_KEEP_PROMPTS_BYTES)
    driver.feed(EngineKnown(keeps_prompts=True))
    return driver


def test_kept_prompts_make_room_before_a_load_and_keep_no_model_out() -> None:
    driver = keeping(900)
    driver.observe()
    driver.settle(at(A))
    driver.beside = BesideMemory(kept_bytes=250 * MIB, spare_bytes=30 * MIB)
    driver.observe()
    assert driver.scheduler.used_bytes() == 680 * MIB
    bound, load = driver.demand(at(B), want(A))
    assert load == Load(B)
    assert isinstance(bound, BoundBeside), "sent before the load"
    assert bound.bounds.kept_limit_bytes <= 100 * MIB
    assert driver.scheduler.used_bytes() <= 900 * MIB, "at every moment"
    assert not [e for e in driver.carry_out([load]) if isinstance(e, Unload)]
    assert driver.warm() == {A, B}


def test_when_memory_is_short_kept_prompts_leave_before_models() -> None:
    driver = keeping(2000)
    driver.observe()
    driver.settle(at(A))
    driver.beside = BesideMemory(kept_bytes=200 * MIB)
    driver.observe()
    memory = MachineMemory(available_bytes=150 * MIB, total_bytes=4000 * MIB)
    bound = driver.feed(MemorySeen(memory))[0]
    assert isinstance(bound, BoundBeside)
    assert bound.bounds == BesideBounds(kept_limit_bytes=30 * MIB, spare=False)
    assert driver.warm() == {A}


def test_of_two_models_the_one_whose_prompt_is_kept_leaves() -> None:
    """B is a little less likely; but its prompt would have to be read again."""
    costs = (
        PromptCost(model=A.model, read_s=4.0, kept_bytes=MIB),
        PromptCost(model=B.model, read_s=4.0, kept_bytes=0),
    )
    driver = keeping(900)
    driver.observe()
    driver.settle(want(A, 0.5), want(B, 0.4))
    assert driver.warm() == {A, B}
    driver.wait(60)
    driver.beside = BesideMemory(prompts=costs)
    driver.observe()
    probability = 0.5 + SWAP_MARGIN
    done = driver.settle(at(C), want(A, probability), want(B, 0.4))
    assert Unload(A, made_for=C) in done
    assert B in driver.warm()
