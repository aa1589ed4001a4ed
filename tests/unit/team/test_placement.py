"""Which replica a request goes to."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hotseat.team.placement import SPILL_S, Placement, ReplicaView, choose_holder, choose_new
from hotseat.team.seats import Resident

MB = 1_000_000
FREE = {"r1": (0, 4), "r2": (0, 4)}


def view(
    name: str, models: dict[str, float], *, n_ongoing: int = 0, used: tuple[str, ...] = ()
) -> ReplicaView:
    residents = tuple(
        Resident(name=m, size_bytes=100 * MB, n_users=m in used, used_at_s=at)
        for m, at in models.items()
    )
    return ReplicaView(
        name=name, residents=residents, bound_bytes=200 * MB, n_ongoing=n_ongoing, limit=4
    )


def chosen(*views: ReplicaView) -> tuple[str, ...]:
    return choose_new(100 * MB, views)


def holder(waited_s: float, **n_ongoing: int) -> tuple[str, ...] | None:
    load = {name: (n, 4) for name, n in n_ongoing.items()}
    return choose_holder(load, load, waited_s=waited_s, spill_s=SPILL_S)


def test_the_replica_that_has_the_model_the_less_busy_first() -> None:
    assert holder(0, r1=3) == ("r1",)
    assert holder(0, r1=3, r2=1, r3=4) == ("r2", "r1")


def test_a_full_one_is_waited_for_and_then_another_loads_it() -> None:
    assert holder(0, r1=4) == ()
    assert holder(SPILL_S, r1=4) is None
    assert holder(0) is None, "no replica has it"
    assert chosen(view("r2", {}, n_ongoing=4)) == ()


def test_free_memory_comes_before_what_was_used_longest_ago() -> None:
    old, new = view("r1", {"a": 1, "b": 9}), view("r2", {"c": 5, "d": 6})
    assert chosen(old, new)[0] == "r1"
    assert chosen(old, new, view("r3", {"e": 10}))[0] == "r3"
    in_use = view("r1", {"a": 1, "b": 9}, used=("a", "b"))
    assert chosen(in_use, new)[0] == "r2"


def test_models_settle_where_they_were_placed() -> None:
    """Four models in two replicas with two places each: each is placed once."""
    placement = Placement(bound_bytes=200 * MB, sizes=dict.fromkeys("abcd", 100 * MB))
    homes: dict[str, set[str]] = {name: set() for name in "abcd"}
    for i in range(40):
        model = "abcd"[i * 7 % 4]
        (replica, *_) = placement.place(model, FREE, waited_s=0, now_s=i)
        placement.routed(str(i), replica, model, now_s=i)
        placement.ended(str(i), now_s=i + 0.5)
        homes[model].add(replica)
    assert all(len(found) == 1 for found in homes.values())
    assert placement.resident() == dict.fromkeys("abcd", 100 * MB)


def test_two_first_requests_at_once_go_to_one_replica() -> None:
    placement = Placement(bound_bytes=200 * MB, sizes={"a": 100 * MB})
    first = placement.place("a", FREE, waited_s=0, now_s=0)
    assert placement.place("a", FREE, waited_s=0, now_s=0)[0] == first[0]


def test_answers_correct_what_was_assumed() -> None:
    placement = Placement(bound_bytes=200 * MB, sizes={})
    placement.place("a", FREE, waited_s=0, now_s=0)
    placement.reported("r1", [("b", 150 * MB)], now_s=1)
    assert placement.resident() == {"b": 150 * MB}
    assert placement.size_bytes("new") == 150 * MB, "the mean of those that are known"
    placement.place("a", {"r2": (0, 4)}, waited_s=0, now_s=2)
    assert placement.resident() == {"a": 150 * MB}, "a replica that ended has nothing"


@given(
    st.lists(
        st.tuples(st.sampled_from("abcdef"), st.integers(0, 4), st.integers(0, 4)),
        min_size=1,
        max_size=60,
    )
)
def test_whatever_comes_no_full_replica_is_chosen(
    asked: list[tuple[str, int, int]],
) -> None:
    placement = Placement(bound_bytes=200 * MB, sizes=dict.fromkeys("abcdef", 90 * MB))
    for i, (model, n1, n2) in enumerate(asked):
        load = {"r1": (n1, 4), "r2": (n2, 4)}
        found = placement.place(model, load, waited_s=SPILL_S, now_s=i)
        assert all(load[name][0] < 4 for name in found)
        assert found or n1 == n2 == 4
        if found:
            placement.routed(str(i), found[0], model, now_s=i)
            placement.ended(str(i), now_s=i)
