"""Who becomes the keeper."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import cast

import pytest

from hotseat.keeper.candidacy import Candidacy
from hotseat.keeper.election import Election
from hotseat.keeper.keeper import Keeper


class FakeKeeper:
    def __init__(self, *, can_listen: bool = True) -> None:
        self.can_listen = can_listen
        self.may_listen = asyncio.Event()
        self.may_listen.set()
        self.stepped_down = self.is_closed = False

    async def start(self) -> None:
        await self.may_listen.wait()
        if not self.can_listen:
            raise OSError("the socket's name is too long")

    async def aclose(self) -> None:
        self.is_closed = True


def candidate(folder: Path, *, can_listen: bool = True) -> tuple[Candidacy, FakeKeeper]:
    keeper = FakeKeeper(can_listen=can_listen)
    return Candidacy(Election(folder, "x"), lambda _: cast("Keeper", keeper)), keeper


async def test_one_of_two_becomes_the_keeper_until_it_withdraws(tmp_path: Path) -> None:
    (first, keeper), (second, _) = candidate(tmp_path), candidate(tmp_path)
    assert [await first.stand(0), await second.stand(0)] == [True, False]
    assert [first.is_keeper, second.is_keeper] == [True, False]
    await first.withdraw()
    assert keeper.is_closed
    assert await second.stand(0)
    await second.withdraw()


async def test_a_keeper_that_stepped_down_is_not_active(tmp_path: Path) -> None:
    candidacy, keeper = candidate(tmp_path)
    await candidacy.stand(0)
    keeper.stepped_down = True
    assert (candidacy.is_keeper, candidacy.is_active) == (True, False)
    await candidacy.withdraw()


async def test_a_keeper_that_cannot_listen_leaves_the_lock_to_others(tmp_path: Path) -> None:
    unlucky, _ = candidate(tmp_path, can_listen=False)
    with pytest.raises(OSError, match="too long"):
        await unlucky.stand(0)
    other, _ = candidate(tmp_path)
    assert await other.stand(0)
    await other.withdraw()


async def test_a_window_that_leaves_while_its_keeper_starts_leaves_no_keeper(
    tmp_path: Path,
) -> None:
    """It would listen without an engine, and the others would connect to it."""
    leaving, keeper = candidate(tmp_path)
    keeper.may_listen.clear()
    standing = asyncio.create_task(leaving.stand(0))
    await asyncio.sleep(0)
    standing.cancel()
    await asyncio.sleep(0)
    keeper.may_listen.set()
    with pytest.raises(asyncio.CancelledError):
        await standing
    assert (leaving.is_keeper, keeper.is_closed) == (False, True)
    other, _ = candidate(tmp_path)
    assert await other.stand(0)
    await other.withdraw()
