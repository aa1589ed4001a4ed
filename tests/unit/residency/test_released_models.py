"""Unload, load and pin by hand, in every order, on a clock of the test's own."""

from __future__ import annotations

import itertools

import pytest

from hotseat.domain.demand import Want
from hotseat.domain.experts import ModelSpec, canonical_model_name
from hotseat.domain.residency import ModelState
from hotseat.residency.engine_memory.runners import ModelFacts, Runners
from hotseat.residency.messages import (
    CancelLoad,
    Described,
    Effect,
    EngineKnown,
    EngineLost,
    Forgiven,
    Load,
    LoadCancelled,
    ModelsReleased,
    Renew,
    Resumed,
    Tick,
    Unload,
    UnloadDone,
    UnloadFailed,
)
from hotseat.residency.released_models import (
    Release,
    Released,
    ReleaseOutcome,
    answer_release,
)
from hotseat.residency.settings import SHORT_KEEP_ALIVE_S
from support.residency_driver import A, B, C, Driver, at, want

NAME_A, NAME_B = canonical_model_name("a:1b"), canonical_model_name("b:1b")
A_OTHERWISE = ModelSpec("a:1b", options=(("num_ctx", 512),))


def released(*names: str, stops_engine: bool = False) -> ModelsReleased:
    return ModelsReleased(frozenset(names), stops_engine=stops_engine)


def awaited(spec: ModelSpec) -> Want:
    return at(spec)._replace(awaited=True)


@pytest.fixture
def driver() -> Driver:
    """Room for two of the models; the engine answers, and holds nothing."""
    driver = Driver(budget_mib=1000)
    driver.observe()
    return driver


def test_an_unload_by_hand_frees_the_memory_although_there_is_room(driver: Driver) -> None:
    driver.settle(at(A), want(B, 0.6))
    assert driver.feed(released(NAME_B)) == [Unload(B)]
    driver.unload_done(B)
    assert driver.warm() == {A}
    assert driver.scheduler.used_bytes() == driver.record(A).size_bytes


def test_speculation_does_not_load_it_again_however_likely_it_is(driver: Driver) -> None:
    driver.settle(at(A), want(B, 0.6))
    driver.carry_out(driver.feed(released(NAME_B)))
    for probability in (0.6, 0.9, 0.2):
        driver.wait(60.0)
        assert driver.settle(at(A), want(B, probability)) == []
        driver.observe()
    assert driver.state(B) is ModelState.ABSENT


def test_the_model_under_the_cursor_goes_too_and_stays_away(driver: Driver) -> None:
    driver.settle(at(A))
    assert driver.carry_out(driver.feed(released(NAME_A))) == [Unload(A)]
    assert driver.settle(at(A)) == []
    assert driver.carry_out(driver.feed(Forgiven(A))) == [Load(A)]


def test_a_question_loads_it_again(driver: Driver) -> None:
    driver.settle(at(A))
    driver.carry_out(driver.feed(released(NAME_A)))
    assert driver.settle(awaited(A)) == [Load(A)]
    assert driver.scheduler.released == Released()


ORDERS = [
    *itertools.product(("unload", "load", "pin", "unpin", "turn"), repeat=3),
    *itertools.product(("unload", "load", "pin"), repeat=4),
]


def test_the_last_command_counts_in_every_order() -> None:
    """What is in memory after any commands follows from those after the last unload."""
    for order in ORDERS:
        driver = Driver(budget_mib=2000)
        driver.observe()
        wants = {"speculation": want(A, 0.5)}
        driver.settle(at(B), *wants.values())
        is_released = False
        for command in order:
            driver.wait(1.0)
            effects: list[Effect] = []
            match command:
                case "unload":
                    effects = driver.feed(released(NAME_A))
                    wants.pop("pin", None)
                    is_released = True
                case "load" | "pin" | "turn":
                    if command == "pin":
                        wants["pin"] = want(A, 0.95, pinned=True)
                    effects = driver.feed(Forgiven(A))
                    is_released = False
                case _:
                    wants.pop("pin", None)
            driver.carry_out(effects)
            driver.settle(at(B), *wants.values())
            expected = ModelState.ABSENT if is_released else ModelState.WARM
            assert driver.state(A) is expected, (order, command)
            assert driver.state(B) is ModelState.WARM


def test_a_load_under_way_is_cancelled(driver: Driver) -> None:
    assert driver.demand(at(A)) == [Load(A)]
    assert driver.feed(released(NAME_A)) == [CancelLoad(A)]
    assert driver.feed(Tick()) == []  # once is enough
    assert driver.feed(LoadCancelled(A)) == []
    assert driver.state(A) is ModelState.ABSENT


def test_it_does_not_wait_for_the_load_of_another_model(driver: Driver) -> None:
    driver.settle(at(A))
    assert driver.demand(at(B), want(A)) == [Load(B)]
    assert driver.feed(released(NAME_A)) == [Unload(A)]
    driver.unload_done(A)
    driver.load_done(B)
    assert driver.warm() == {B}


def test_a_model_at_work_leaves_when_its_work_has_ended(driver: Driver) -> None:
    driver.settle(awaited(A), busy=[A])
    assert driver.feed(released(NAME_A)) == []
    assert driver.demand(awaited(A), busy=[A]) == []  # the question that is being answered
    assert driver.carry_out(driver.demand(at(A))) == [Unload(A)]
    assert driver.state(A) is ModelState.ABSENT


def test_an_unload_that_fails_is_tried_again(driver: Driver) -> None:
    driver.settle(at(A))
    assert driver.feed(released(NAME_A)) == [Unload(A)]
    assert driver.feed(UnloadFailed(A, "still in memory")) == []
    driver.wait(60.0)
    assert driver.feed(Tick()) == [Unload(A)]


def test_a_pin_made_before_does_not_bring_it_back(driver: Driver) -> None:
    driver.settle(at(B), want(A, 0.95, pinned=True))
    driver.carry_out(driver.feed(released(NAME_A)))
    assert driver.settle(at(B), want(A, 0.95, pinned=True)) == []


def test_it_counts_for_all_options_and_for_aliases(driver: Driver) -> None:
    driver.sizes_mib[A_OTHERWISE] = 400
    for spec in (A, B):
        name = canonical_model_name(spec.model)
        driver.feed(Described(name, ModelFacts(blob="same")))
    driver.settle(at(A))
    driver.carry_out(driver.feed(released(NAME_B)))
    assert driver.state(A) is ModelState.ABSENT
    assert driver.settle(at(C), want(A), want(A_OTHERWISE)) == [Load(C)]
    assert Load(A) in driver.carry_out(driver.feed(Forgiven(A)))


def test_adapters_over_one_base_are_different_models() -> None:
    runners = Runners()
    runners.describe(NAME_A, ModelFacts(blob="base", adapters=("go",)))
    runners.describe(NAME_B, ModelFacts(blob="base", adapters=("sql",)))
    assert not Released(frozenset({NAME_A})).holds(B, runners)


def test_models_of_other_programs_stay(driver: Driver) -> None:
    driver.settle(at(A))
    driver.ours.clear()
    other = Driver(budget_mib=1000)
    other.memory = dict(driver.memory)
    other.observe()
    other.demand(want(A))
    assert other.feed(released(NAME_A)) == []
    assert other.warm() == {A}


def test_a_stopped_engine_is_needed_again_by_any_use(driver: Driver) -> None:
    driver.settle(at(A))
    driver.feed(EngineLost())
    driver.feed(released(NAME_A, NAME_B, stops_engine=True))
    assert driver.scheduler.released.is_stopped
    driver.demand(at(A), want(B), want(C, 0.9))
    assert driver.scheduler.released.is_stopped
    driver.feed(Forgiven(C))
    assert driver.scheduler.released == Released(frozenset({NAME_A, NAME_B}))
    driver.feed(released(NAME_A, stops_engine=True))
    driver.feed(Resumed())
    assert driver.scheduler.released == Released(frozenset({NAME_A, NAME_B}))


# --- what the user is answered ---


def outcome(driver: Driver, release: Release, *windows: list[Want]) -> tuple[ReleaseOutcome, str]:
    answer = answer_release(
        release,
        records=driver.scheduler.records(),
        windows=windows,
        busy=driver.scheduler.busy,
        runners=driver.scheduler.runners,
    )
    return answer.outcome, answer.holder


def test_the_answer_says_what_becomes_of_the_model(driver: Driver) -> None:
    release = Release(model=NAME_A, experts=("a",))
    assert outcome(driver, release) == (ReleaseOutcome.ABSENT, "")
    driver.demand(at(A))
    assert outcome(driver, release) == (ReleaseOutcome.UNLOADED, "")
    driver.load_done(A)
    assert outcome(driver, release, [at(A)]) == (ReleaseOutcome.UNLOADED, "")
    driver.demand(at(A), busy=[A])
    assert outcome(driver, release) == (ReleaseOutcome.BUSY, "")
    driver.demand(at(A))
    driver.feed(released(NAME_A))
    assert outcome(driver, release) == (ReleaseOutcome.UNLOADED, "")  # it is under way
    driver.feed(UnloadDone(A))
    assert outcome(driver, release) == (ReleaseOutcome.ABSENT, "")


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (at(A)._replace(expert="other"), (ReleaseOutcome.HELD, "other")),
        (
            want(A, pinned=True)._replace(expert="a", pinned_by=("a", "other")),
            (ReleaseOutcome.HELD, "other"),
        ),
        (want(A, 0.9)._replace(expert="other"), (ReleaseOutcome.UNLOADED, "")),
        (want(A, pinned=True)._replace(pinned_by=("a",)), (ReleaseOutcome.UNLOADED, "")),
    ],
)
def test_another_expert_that_needs_the_model_keeps_it(
    driver: Driver, other: Want, expected: tuple[ReleaseOutcome, str]
) -> None:
    driver.settle(at(A))
    release = Release(model=NAME_A, experts=("a",))
    assert outcome(driver, release, [at(A)], [other]) == expected
    # Who names the model and no expert means all that use it.
    assert outcome(driver, Release(model=NAME_A), [other])[0] is ReleaseOutcome.UNLOADED


# --- the short keep-alive ---


def short_driver() -> Driver:
    driver = Driver(budget_mib=1000, keep_alive_s=600.0)
    driver.feed(EngineKnown(preempts_loads=True))
    driver.observe()
    return driver


def period_s(effects: list[Effect], spec: ModelSpec) -> float | None:
    (found,) = [e for e in effects if isinstance(e, Load | Renew) and e.spec == spec]
    return found.keep_alive_s


def test_the_embedded_engine_gets_a_short_keep_alive_that_is_renewed_in_time() -> None:
    driver = short_driver()
    effects = driver.demand(at(A))
    assert period_s(effects, A) == SHORT_KEEP_ALIVE_S
    driver.carry_out(effects)
    until_s = driver.now_s + SHORT_KEEP_ALIVE_S
    for _ in range(200):
        driver.wait(1.0)
        effects = driver.observe()
        assert driver.now_s < until_s
        if effects:
            assert effects == [Renew(A)]
            until_s = driver.now_s + SHORT_KEEP_ALIVE_S


def test_what_no_window_wants_any_more_is_renewed_as_long_as_the_rosters_keep_alive() -> None:
    driver = short_driver()
    driver.settle(at(A))
    began_s = driver.now_s
    driver.demand(at(B))
    last_s, ends_s = began_s, began_s
    while driver.now_s < began_s + 900.0:
        driver.wait(1.0)
        for effect in driver.observe():
            if isinstance(effect, Renew) and effect.spec == A:
                assert effect.keep_alive_s is not None
                last_s, ends_s = driver.now_s, driver.now_s + effect.keep_alive_s
    assert began_s + 550.0 < last_s < began_s + 601.0
    assert ends_s <= began_s + 601.0


def test_a_pinned_model_gets_the_rosters_keep_alive() -> None:
    driver = short_driver()
    assert period_s(driver.demand(want(A, 0.95, pinned=True)), A) == 600.0
    driver.load_done(A)
    driver.demand(want(A))
    driver.wait(SHORT_KEEP_ALIVE_S)
    assert period_s(driver.feed(Tick()), A) == SHORT_KEEP_ALIVE_S  # it is pinned no longer


def test_another_engine_gets_the_rosters_keep_alive(driver: Driver) -> None:
    driver.feed(EngineKnown(preempts_loads=False))
    assert period_s(driver.demand(at(A)), A) == 600.0
