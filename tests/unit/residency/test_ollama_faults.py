"""What users met on a real Ollama, each on the model of its daemon."""

from __future__ import annotations

import pytest

from hotseat.domain.residency import EngineLimit, ModelState
from support.ollama_model import Request
from support.residency_history import KEEP_ALIVE_S, POLL_S, SLACK_S, History

GO, WEB, SQL, PY, ADA, BASH = "go:1b", "web:1b", "sql:1b", "py:1b", "ada:1b", "bash:1b"
THEIRS, OTHER = "theirs:7b", "other:7b"
WEB_SEAT_S = 2.5 + POLL_S + SLACK_S


def history(**options: object) -> History:
    made = History(**options)  # type: ignore[arg-type]
    made.begin()
    return made


def other(made: History, name: str, **options: object) -> None:
    """Another client's request, as short as a question can be."""
    made.send(Request("other", name, work_s=0.1, **options), "other", lambda served: None)  # type: ignore[arg-type]


def vanish(made: History, how: str) -> None:
    if how == "killed":
        made.daemon.kill_runner("g")
    elif how == "unloaded":
        made.daemon.unload(GO)
    else:
        other(made, GO, num_ctx=1024, keep_alive_s=0.0)
        made.wait(1.35)


# --- F1: our own model became "loaded by another program" ---


@pytest.mark.parametrize("shows_processes", [True, False])
@pytest.mark.parametrize("age_s", [0.3, 2.0, 30.0])
@pytest.mark.parametrize("how", ["killed", "unloaded", "reloaded"])
def test_a_model_that_our_completion_brings_back_is_ours_and_makes_room(
    how: str, age_s: float, shows_processes: bool
) -> None:
    made = history(limit=3, budget_mib=300, shows_processes=shows_processes)
    made.move_cursor(GO)
    made.wait(1.3 + age_s)
    vanish(made, how)
    made.complete()
    made.wait(3.0)
    assert made.scheduler.ledger.owned() == {GO}
    assert made.scheduler.foreign_bytes == 0
    made.move_cursor(WEB)
    made.wait(WEB_SEAT_S)
    assert made.state(WEB) is ModelState.WARM
    assert made.scheduler.used_bytes() <= made.budget_bytes


def test_a_demanded_model_that_was_killed_comes_back_in_its_load_time() -> None:
    made = history(limit=3, budget_mib=300)
    made.move_cursor(GO)
    made.wait(1.5)
    made.daemon.kill_runner("g")
    made.wait(POLL_S + 0.5 + 1.2 + SLACK_S)
    assert made.state(GO) is ModelState.WARM


def test_a_model_that_crashes_again_and_again_is_tried_less_and_less() -> None:
    made = history(limit=3, budget_mib=300)
    made.move_cursor(GO)
    for _ in range(240):
        made.wait(0.5)
        runner = made.daemon.runners.get("g")
        if runner is not None and not runner.is_loading:
            made.daemon.kill_runner("g")
    assert [name for _, _, name in made.daemon.loads].count(GO) <= 7
    record = made.record(GO)
    assert record is not None
    assert record.n_losses >= 4


# --- F2: a daemon that holds one model ---


@pytest.mark.parametrize("knows_sizes", [True, False])
def test_with_one_seat_there_is_one_load_at_the_start(knows_sizes: bool) -> None:
    made = history(limit=1, budget_mib=900, knows_sizes=knows_sizes)
    made.move_cursor(GO)
    for _ in range(60):
        made.wait(1.0)
        made.complete()
    assert made.n_loads() == 1
    assert (made.warm(), made.daemon.evictions) == ({GO}, [])


def test_the_limit_is_learned_by_the_first_switch_and_kept() -> None:
    made = history(limit=1, budget_mib=900)
    made.move_cursor(GO)
    made.wait(10.0)
    for name in (PY, GO, WEB, PY, GO):
        made.move_cursor(name)
        made.wait(5.0)
        assert made.warm() - {SQL} == {name}
    assert (made.scheduler.max_models, len(made.daemon.evictions)) == (1, 1)
    assert made.n_loads() == 6
    made.daemon.die()
    made.wait(2.0)
    made.daemon.start()
    made.wait(5.0)
    made.move_cursor(PY)
    made.wait(5.0)
    assert (made.scheduler.max_models, len(made.daemon.evictions)) == (1, 1)


def test_a_limit_of_an_earlier_run_is_known_from_the_first_load() -> None:
    learned = EngineLimit(max_models=1, n_seen=1)
    made = history(limit=1, budget_mib=900, learned=learned)
    for name in (GO, PY, GO):
        made.move_cursor(name)
        made.wait(8.0)
    assert (made.n_loads(), made.daemon.evictions) == (3, [])


def test_an_old_limit_is_tested_again_by_a_switch() -> None:
    made = history(limit=1, budget_mib=900)
    for name in (GO, PY):
        made.move_cursor(name)
        made.wait(5.0)
    assert made.scheduler.max_models == 1
    made.daemon.limit = 3
    made.wait(6 * 3600.0)
    for name in (GO, PY, WEB):
        made.move_cursor(name)
        made.wait(8.0)
    assert len(made.daemon.runners) == 3


def test_one_seat_that_another_client_takes_comes_back_to_what_is_needed() -> None:
    made = history(limit=1, budget_mib=900)
    made.move_cursor(GO)
    made.wait(5.0)
    other(made, THEIRS)
    made.wait(1.1 + POLL_S + 1.2 + SLACK_S)
    assert (made.state(GO), made.scheduler.max_models) == (ModelState.WARM, 1)
    record = made.record(GO)
    assert record is not None
    assert record.error == ""


# --- F3: adapters and aliases ---


@pytest.mark.parametrize("knows_sizes", [True, False])
def test_another_adapter_of_a_base_in_use_is_not_warm_and_not_loaded_on_speculation(
    knows_sizes: bool,
) -> None:
    made = history(limit=3, budget_mib=2000, knows_sizes=knows_sizes)
    made.move_cursor(ADA)
    made.wait(30.0)
    assert made.state(ADA) is ModelState.WARM
    assert made.state(BASH) is ModelState.ABSENT
    assert [name for _, _, name in made.daemon.loads].count(ADA) == 1
    made.move_cursor(BASH)
    made.wait(1.5 + POLL_S + SLACK_S)
    assert (made.state(BASH), made.state(ADA)) == (ModelState.WARM, ModelState.ABSENT)
    assert made.scheduler.max_models is None


@pytest.mark.parametrize("knows_sizes", [True, False])
@pytest.mark.parametrize("by_other", [True, False])
def test_models_on_the_same_weights_are_warm_together(knows_sizes: bool, by_other: bool) -> None:
    made = history(limit=3, budget_mib=300, knows_sizes=knows_sizes)
    if by_other:
        other(made, WEB, num_ctx=2048)
        made.wait(4.0)
    made.move_cursor(WEB)
    made.wait(WEB_SEAT_S)
    assert made.warm() == {WEB, SQL}
    made.move_cursor(SQL)
    made.wait(20.0)
    assert len(made.daemon.loads) == 1
    assert made.scheduler.used_bytes() == sum(m.size_bytes for m in made.daemon.ps())


def test_the_runner_of_a_wanted_alias_stays_and_is_kept_alive() -> None:
    made = history(limit=3, budget_mib=300)
    made.move_cursor(WEB)
    made.wait(5.0)
    made.move_cursor(SQL)
    made.wait(3 * KEEP_ALIVE_S)
    assert (len(made.daemon.loads), made.state(SQL)) == (1, ModelState.WARM)


def test_a_cancelled_load_that_another_client_waits_for_serves_its_aliases_too() -> None:
    made = history(limit=3, budget_mib=2000)
    made.move_cursor(WEB)
    made.wait(0.3)
    other(made, WEB, num_ctx=2048, keep_alive_s=60.0)
    made.wait(0.2)
    made.move_cursor(GO)
    for _ in range(30):
        made.wait(0.2)
        assert (made.state(WEB) is ModelState.WARM) == (made.state(SQL) is ModelState.WARM)
    assert made.warm() == {GO}, "the other client's model left when Hotseat dropped its load"


# --- F5: other options ---


def test_a_smaller_context_than_ours_is_not_warm() -> None:
    made = history(limit=3, budget_mib=2000)
    other(made, GO, num_ctx=1024)
    made.wait(3.0)
    made.move_cursor(GO)
    assert made.state(GO) is not ModelState.WARM
    made.wait(1.2 + POLL_S + SLACK_S)
    assert (made.state(GO), made.daemon.runners["g"].options) == (ModelState.WARM, (2048, None))


def test_the_trained_length_bounds_the_context() -> None:
    made = history(limit=3, budget_mib=2000)
    other(made, PY, num_ctx=8192)
    made.wait(3.0)
    made.move_cursor(PY)
    assert made.state(PY) is ModelState.WARM
    assert len(made.daemon.loads) == 1


def test_another_client_that_loads_right_after_us_does_not_change_what_is_warm() -> None:
    made = history(limit=3, budget_mib=2000)
    made.move_cursor(GO)
    for _ in range(3):
        other(made, GO, num_ctx=512)
        made.wait(2.5)
        options = made.daemon.runners["g"].options
        assert (made.state(GO) is ModelState.WARM) <= (options == (2048, None))


@pytest.mark.parametrize(
    "options", [{"num_ctx": 512}, {"num_ctx": 2048, "num_thread": 4}], ids=["visible", "hidden"]
)
def test_two_clients_with_other_options_do_not_fight(options: dict[str, int]) -> None:
    made = history(limit=3, budget_mib=2000, shows_processes=True)
    made.move_cursor(GO)
    made.wait(5.0)
    for _ in range(3):
        other(made, GO, **options)
        made.wait(3.0)
        made.complete()
        made.wait(3.0)
    record = made.record(GO)
    assert record is not None
    assert (record.state, record.contested) == (ModelState.FAILED, True)
    assert "Another program keeps loading go:1b with other options" in record.error
    n_loads = made.n_loads()
    for _ in range(6):
        other(made, GO, **options)
        made.wait(3.0)
        made.complete()
        made.wait(3.0)
    assert made.n_loads() == n_loads, "it gives way"
    made.daemon.unload(GO)
    made.wait(12.0)  # nobody works: it lists every five seconds
    assert made.state(GO) is ModelState.WARM


def test_a_contest_does_not_keep_other_experts_from_their_seats() -> None:
    made = history(limit=3, budget_mib=2000)
    made.move_cursor(GO)
    for _ in range(4):
        other(made, GO, num_ctx=512)
        made.wait(4.0)
    made.move_cursor(WEB)
    made.wait(WEB_SEAT_S)
    assert made.state(WEB) is ModelState.WARM


# --- F6: models of others ---


def test_another_clients_load_that_evicts_ours_teaches_the_limit() -> None:
    made = history(limit=3, budget_mib=2000)
    for name in (GO, PY):
        made.move_cursor(name)
        made.wait(10.0)
    other(made, THEIRS, keep_alive_s=1e6)
    made.wait(5.0)
    other(made, OTHER, keep_alive_s=1e6)
    made.wait(5.0)
    assert made.scheduler.max_models == 3
    for name in (GO, PY, WEB, GO, SQL, PY):
        made.move_cursor(name)
        made.wait(8.0)
        assert made.state(name) is ModelState.WARM
        assert {r.file.name for r in made.daemon.runners.values()} >= {THEIRS, OTHER}
