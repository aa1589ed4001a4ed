"""One window without an editor: a link to a keeper of its own, and what answers need of it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from hotseat.client.engine_process import runtime_folder
from hotseat.domain.decisions import Action, Outcome
from hotseat.domain.demand import Demand
from hotseat.domain.experts import Expert, Roster
from hotseat.domain.residency import Measured
from hotseat.engines.discovery import EngineAddress, ollama_address
from hotseat.keeper.link import KeeperLink
from hotseat.keeper.state import KeeperState, WindowFocus
from hotseat.session.chat.chat_client import ChatClient
from hotseat.session.chat.model_waiting import ModelWaiting
from hotseat.storage.measured_sizes import MeasureStore

KEEP_ALIVE_S = 600.0


class NoForesight(ModelWaiting):
    """A window that loads a model when it is needed: nothing is announced."""

    @contextmanager
    def expecting(self, experts: Sequence[Expert], *, until_used: bool = True) -> Iterator[None]:
        yield


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What a task needs of its window."""

    roster: Roster
    link: KeeperLink
    waiting: ModelWaiting
    client: ChatClient

    async def n_loads(self) -> int:
        """Return how many loads the keeper has completed. Raises EngineUnavailable."""
        decisions = await self.link.decisions()
        return sum(d.action is Action.LOAD and d.outcome is Outcome.DONE for d in decisions)


@asynccontextmanager
async def open_desk(
    url: str,
    roster: Roster,
    *,
    budget_bytes: int,
    footprints: Mapping[str, int],
    folder: Path,
    announces: bool,
) -> AsyncIterator[Desk]:
    """Yield a window at the engine; the user's own keeper and measurements are not touched.

    `footprints` are bytes by model. `announces`: the window tells the keeper which experts come.
    """
    address = ollama_address(url)
    data = folder / "data"
    note_footprints(address, data, roster, footprints)
    with (
        runtime_folder() as runtime,
        environment({"HOTSEAT_RUNTIME_DIR": str(runtime), "XDG_DATA_HOME": str(data)}),
    ):
        async with desk_here(address, roster, budget_bytes, announces=announces) as desk:
            yield desk


def note_footprints(
    address: EngineAddress, data: Path, roster: Roster, footprints: Mapping[str, int]
) -> None:
    """Have the keeper with that data directory know what the models take."""
    known = {e.spec.key: Measured(size_bytes=footprints[e.spec.model]) for e in roster.experts}
    MeasureStore(data / "hotseat" / "measured.sqlite").write(address.key, known)


@asynccontextmanager
async def desk_here(
    address: EngineAddress, roster: Roster, budget_bytes: int, *, announces: bool
) -> AsyncIterator[Desk]:
    """Yield a window of this process, with the keeper of its runtime directory."""
    waiting: ModelWaiting
    focus = WindowFocus(pid=os.getpid())

    def wants_changed() -> None:
        link.set_demand(waiting.with_awaited(Demand()), focus)

    def on_state(_state: KeeperState) -> None:
        waiting.keeper_state_changed()

    link = KeeperLink(
        address, budget_bytes=budget_bytes, keep_alive_s=KEEP_ALIVE_S, on_state=on_state
    )
    waiting = (ModelWaiting if announces else NoForesight)(lambda: link, wants_changed)
    client = ChatClient(lambda: link, waiting)
    link.start()
    try:
        yield Desk(roster=roster, link=link, waiting=waiting, client=client)
    finally:
        await client.aclose()
        await link.aclose()


@contextmanager
def environment(ours: Mapping[str, str]) -> Iterator[None]:
    """Have these variables in the process inside the `with` block."""
    before = {name: os.environ.get(name) for name in ours}
    os.environ.update(ours)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
