"""A team's server in virtual time: what a request waits for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hotseat.lab.simulate.team.virtual import Result, Server, VirtualTeam
from hotseat.lab.simulate.team.workload import Ask

SERVER = Server(
    replicas=1, bound_bytes=1, sizes={"a": 1, "b": 1}, load_s=1.0, first_s=0.1, answer_s=0.5
)


def script(*models: str, pause_s: float = 10.0, reaction_s: float = 1.5) -> Iterator[Ask]:
    for model in models:
        yield Ask(model=model, pause_s=pause_s, reaction_s=reaction_s, expected=())
    while True:
        yield Ask(model="a", pause_s=1e9, reaction_s=0, expected=())


def run(server: Server, *asks: Iterator[Ask], hints: bool = False) -> Result:
    return VirtualTeam(server, list(asks), sends_hints=hints).run(1e6)


def test_each_change_of_the_model_is_a_load_and_a_stall() -> None:
    found = run(SERVER, script("a", "a", "b", "a"))
    assert found.stalls_s == [1.0, 0.0, 1.0, 1.0]
    assert found.loads == 3


def test_a_hint_hides_the_load_in_the_time_to_the_first_key() -> None:
    found = run(SERVER, script("a", "b", "a"), hints=True)
    assert found.stall_s == 0
    assert (found.loads, found.hint_loads) == (3, 3)


def test_a_second_replica_keeps_the_second_model() -> None:
    two = Server(replicas=2, bound_bytes=1, sizes={"a": 1, "b": 1}, load_s=1.0)
    found = run(two, script("a", "b", "a", "b"))
    assert found.stalls_s == [1.0, 1.0, 0.0, 0.0]


def test_a_request_waits_until_the_model_in_use_is_done() -> None:
    found = run(SERVER, script("a"), script("b", pause_s=10.9))
    assert found.stalls_s == [1.0, pytest.approx(0.6 + 1.0)], "a's answer ends at 11.5 s"


def test_a_request_ends_the_load_of_a_hint_for_another_model() -> None:
    expecting = script("b", pause_s=11.0, reaction_s=0.5)
    asking = script("a", pause_s=10.8, reaction_s=0.0)
    found = run(SERVER, expecting, asking, hints=True)
    assert found.stalls_s[0] == pytest.approx(1.0), "as if there had been no hint"


def test_as_many_as_are_full_wait_for_a_place() -> None:
    one = Server(replicas=1, bound_bytes=1, sizes={"a": 1}, limit=1, load_s=1.0, answer_s=0.5)
    found = run(one, script("a"), script("a"))
    assert found.stalls_s[0] == 1.0
    assert 1.5 <= found.stalls_s[1] < 1.7
