"""What leaves memory: bounded by bytes, never a model in use, and no more than needed."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotseat.serving.wire import ApiError
from hotseat.team.residence import Residence
from hotseat.team.seats import Resident, to_unload


def resident(name: str, size: int, *, users: int = 0, used: float = 0.0) -> Resident:
    return Resident(name=name, size_bytes=size, n_users=users, used_at_s=used)


def test_the_longest_unused_leaves() -> None:
    held = [resident("new", 40, used=2), resident("old", 40, used=1)]
    assert to_unload(held, 40, 100) == ("old",)


def test_nothing_leaves_while_there_is_room() -> None:
    assert to_unload([resident("a", 40)], 60, 100) == ()


def test_a_model_in_use_stays() -> None:
    held = [resident("busy", 60, users=1, used=1), resident("idle", 30, used=2)]
    assert to_unload(held, 40, 100) == ("idle",)
    assert to_unload(held, 50, 100) is None


def test_a_small_one_stays_if_the_large_one_must_leave_anyway() -> None:
    held = [resident("small", 10, used=1), resident("large", 80, used=2)]
    assert to_unload(held, 80, 100) == ("large",)


RESIDENTS = st.lists(
    st.builds(
        Resident,
        name=st.uuids().map(str),
        size_bytes=st.integers(0, 50),
        n_users=st.integers(0, 1),
        used_at_s=st.floats(0, 9),
    ),
    max_size=8,
)


@given(held=RESIDENTS, need=st.integers(0, 100))
def test_it_always_fits_afterwards(held: list[Resident], need: int) -> None:
    leaving = to_unload(held, need, 100)
    idle = [one for one in held if not one.n_users]
    left = sum(one.size_bytes for one in held if leaving is None or one.name not in leaving)
    if leaving is None:
        assert left - sum(one.size_bytes for one in idle) + need > 100
    else:
        assert left + need <= 100 or not held
        assert set(leaving) <= {one.name for one in idle}


class Engine:
    def __init__(self) -> None:
        self.unloaded: list[str] = []
        self.sizes: dict[str, int] = {}

    async def unload(self, model: str) -> None:
        self.unloaded.append(model)
        await asyncio.sleep(0)

    async def size_bytes(self, model: str) -> int:
        return self.sizes.get(model, 0)


def replica() -> tuple[Residence, Engine]:
    engine, now = Engine(), iter(range(10_000))
    expected = {"a": 60, "b": 60, "c": 30, "huge": 200}
    residence = Residence(
        engine, bound_bytes=100, expected_bytes=expected, clock=lambda: float(next(now))
    )
    return residence, engine


async def test_a_request_waits_for_a_model_in_use() -> None:
    residence, engine = replica()
    async with residence.held("a"):
        waiting = asyncio.create_task(hold(residence, "b"))
        for _ in range(5):
            await asyncio.sleep(0)
        assert not waiting.done()
        assert engine.unloaded == []
    await waiting
    assert engine.unloaded == ["a"]


async def test_one_that_gives_up_waiting_changes_nothing() -> None:
    residence, engine = replica()
    async with residence.held("a"):
        waiting = asyncio.create_task(hold(residence, "b"))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
    await hold(residence, "c")
    assert engine.unloaded == []


async def test_a_measured_size_counts() -> None:
    residence, engine = replica()
    await hold(residence, "a")
    engine.sizes["a"] = 90
    await residence.measure("a")
    await hold(residence, "c")
    assert engine.unloaded == ["a"]


async def test_a_model_that_outgrows_the_bound_makes_idle_ones_leave() -> None:
    residence, engine = replica()
    await hold(residence, "c")
    async with residence.held("a"):
        engine.sizes["a"] = 80
        await residence.measure("a")
        assert engine.unloaded == ["c"]


async def test_a_model_larger_than_the_bound_is_refused() -> None:
    residence, _ = replica()
    with pytest.raises(ApiError, match="bytes_per_replica") as caught:
        await hold(residence, "huge")
    assert caught.value.status == 507


async def hold(residence: Residence, name: str) -> None:
    async with residence.held(name):
        await asyncio.sleep(0)
