"""Which hints are passed on."""

from __future__ import annotations

import math
from dataclasses import replace

from hotseat.team.hints import EACH, IDLE_S, HintGate, Load, idle_needed_s

QUIET = Load(n_running=0, n_waiting=0, total=8, replicas=2)


def passes(gate: HintGate, developer: str, model: str, load: Load = QUIET) -> bool:
    with gate.entered(developer, model, resident=("there",), load=load) as found:
        return found


def test_a_hint_is_dropped_under_load_and_for_what_is_there() -> None:
    gate = HintGate()
    assert passes(gate, "anna", "go")
    assert not passes(gate, "anna", "there")
    assert not passes(gate, "anna", "go", replace(QUIET, n_waiting=1)), "a request waits"
    assert not passes(gate, "anna", "go", replace(QUIET, n_running=4)), "half of them work"
    assert (gate.n_passed, gate.n_dropped) == (1, 3)


def test_hints_are_bounded_for_each_developer_and_for_all() -> None:
    gate, many = HintGate(), replace(QUIET, replicas=9)
    models = [f"m{i}" for i in range(EACH)]
    entered = [gate.entered("anna", m, resident=(), load=many) for m in models]
    assert all(one.__enter__() for one in entered)
    assert not passes(gate, "anna", "more", many)
    assert not passes(gate, "ben", models[0], many), "it comes already"
    assert passes(gate, "ben", "more", many)
    assert not passes(gate, "ben", "more", replace(QUIET, replicas=EACH)), "one for each replica"
    for one in entered:
        one.__exit__(None, None, None)
    assert passes(gate, "anna", "more", many)


def test_only_a_certain_hint_unloads_a_model() -> None:
    assert idle_needed_s(1.0) == IDLE_S
    assert idle_needed_s(0.5) == math.inf
