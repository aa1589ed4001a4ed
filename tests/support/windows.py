"""One editor window's link to the keeper, with waiting for states instead of sleeping."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from hotseat.domain.demand import Want, merge_wants
from hotseat.domain.experts import ModelSpec
from hotseat.domain.residency import ModelState
from hotseat.engines.discovery import EngineAddress
from hotseat.keeper.link import KeeperLink
from hotseat.keeper.machine import HERE, Machine
from hotseat.keeper.settings import LINK_DEFAULTS, LinkSettings
from hotseat.keeper.state import KeeperState, ModelStatus, WindowFocus

MIB = 1024**2


def want(model: str, probability: float = 0.5, *, demanded: bool = False) -> Want:
    return Want(
        expert=model.split(":", maxsplit=1)[0],
        spec=ModelSpec(model),
        probability=probability,
        demanded=demanded,
    )


def at(model: str) -> Want:
    return want(model, 1.0, demanded=True)


class Window:
    """Use as an async context manager."""

    def __init__(
        self,
        address: EngineAddress,
        *,
        budget_mib: int = 1000,
        keep_alive_s: float = 600.0,
        settings: LinkSettings = LINK_DEFAULTS,
        machine: Machine = HERE,
    ) -> None:
        self._changed = asyncio.Event()
        self.link = KeeperLink(
            address,
            budget_bytes=budget_mib * MIB,
            keep_alive_s=keep_alive_s,
            on_state=self._on_state,
            settings=settings,
            machine=machine,
        )
        self.states: list[KeeperState] = []

    async def __aenter__(self) -> Window:
        self.link.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.link.aclose()

    def _on_state(self, state: KeeperState) -> None:
        self.states.append(state)
        self._changed.set()

    def wants(self, *wants: Want, language: str | None = None, pid: int = 1) -> None:
        self.link.set_demand(merge_wants(wants), WindowFocus(pid=pid, language=language))

    async def until(
        self, condition: Callable[[KeeperState], bool], timeout_s: float = 5.0
    ) -> KeeperState:
        """The first state from now on, the present one included, for which it is true."""
        try:
            async with asyncio.timeout(timeout_s):
                while not condition(self.link.state):
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            raise AssertionError(f"not within {timeout_s} s; last: {self.link.state}") from None
        return self.link.state

    async def until_warm(self, *models: str, timeout_s: float = 5.0) -> KeeperState:
        return await self.until(lambda state: set(models) <= warm(state), timeout_s)

    def model(self, model: str) -> ModelStatus | None:
        return self.link.state.model(ModelSpec(model))


def warm(state: KeeperState) -> set[str]:
    return {m.spec.model for m in state.models if m.state is ModelState.WARM}
