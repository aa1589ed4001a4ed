"""Models that somebody waits for: wanted of the keeper until they are warm, and kept in use.

Asking is not the typing path: here a person waits for a load. The keeper does it, so that the
budget holds and nothing else is loaded meanwhile; this only says what is wanted, and looks on.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from hotseat.domain.demand import Demand, Want, merge_wants
from hotseat.domain.errors import EngineError, EngineUnavailable
from hotseat.domain.experts import EngineKind, Expert
from hotseat.domain.residency import ModelState
from hotseat.keeper.link import CONNECTING, KeeperLink
from hotseat.keeper.state import KeeperState, ModelStatus

LOAD_PATIENCE_S = 300.0
"""A model of a few GB on a slow disk; Ollama itself gives up then."""
ENGINE_PATIENCE_S = 25.0
"""The embedded engine takes up to 20 s to start."""
LOST_PATIENCE_S = 5.0
"""An engine that was lost is found again within two seconds of its return."""
STUCK_S = 15.0
"""For so long nothing moves, and the model is not even loading: there is no room for it."""
LOOK_S = 0.2
ENGINE_NOTE = "waiting for the engine"

Tell = Callable[[str], None]


class Warmth:
    """Of one window. `link` gives the connection to the keeper, `unlinked` says why there is none;
    `wants_changed` is called when `demanded` would say something new."""

    def __init__(
        self,
        link: Callable[[], KeeperLink | None],
        wants_changed: Callable[[], None],
        unlinked: Callable[[], str] = lambda: "",
    ) -> None:
        self._link = link
        self._unlinked = unlinked
        self._wants_changed = wants_changed
        self._held: Counter[Expert] = Counter()
        self._news = asyncio.Event()

    def keeper_said(self) -> None:
        """Its state is new."""
        self._news.set()
        self._news = asyncio.Event()

    def demanded(self, demand: Demand) -> Demand:
        """With what is waited for; until it is warm, nothing else of this window pushes for a load:
        who waits for an answer does not type."""
        if not self._held:
            return demand
        link = self._link()
        others: list[Want] = list(demand.wants)
        if link is not None and any(not _is_warm(link.state, e) for e in self._held):
            others = [want._replace(demanded=False) for want in others]
        return merge_wants([*(_want(expert) for expert in self._held), *others])

    async def engine_up(self, tell: Tell) -> KeeperLink:
        """When the window has an engine, and so a roster that fits it. Raises EngineUnavailable."""
        began_s = time.monotonic()
        told = False
        while (link := self._link()) is None or not link.state.engine.up:
            if link is None and (why := self._unlinked()):
                raise EngineUnavailable(why)
            _check_engine(link.state if link is not None else None, time.monotonic() - began_s)
            if not told:
                tell(ENGINE_NOTE)
                told = True
            await self._next_news()
        return link

    @asynccontextmanager
    async def held(self, expert: Expert, tell: Tell) -> AsyncIterator[None]:
        """The expert's model, warm and in use. `tell` hears what is waited for.

        Raises EngineError when it cannot be loaded, or not in time.
        """
        link = await self.engine_up(tell)
        if link.state.state_of(expert.seat) is ModelState.FAILED:
            link.retry(expert.seat)
        self._held[expert] += 1
        link.begin_use(expert.seat)
        self._wants_changed()
        try:
            await self._until_warm(link, expert, tell)
            self._wants_changed()
            yield
        finally:
            self._held -= Counter([expert])
            link.end_use(expert.seat)
            self._wants_changed()

    async def _until_warm(self, link: KeeperLink, expert: Expert, tell: Tell) -> None:
        began_s = moved_s = up_s = time.monotonic()
        told = ""
        while not _is_warm(link.state, expert):
            now_s = time.monotonic()
            if self._link() is not link:
                raise EngineUnavailable("The engine was changed meanwhile", hint="Ask again")
            if link.state.engine.up:
                up_s = now_s
            else:
                _check_engine(link.state, now_s - up_s)
            note = _look(link.state, expert, now_s - began_s)
            if _moves(link.state):
                moved_s = now_s
            if now_s - moved_s > STUCK_S or now_s - began_s > LOAD_PATIENCE_S:
                raise _given_up(link.state, expert, now_s - began_s)
            if note != told:
                tell(note)
                told = note
            await self._next_news()

    async def _next_news(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK_S):
                await self._news.wait()


def _is_warm(state: KeeperState, expert: Expert) -> bool:
    return state.state_of(expert.seat) is ModelState.WARM


def _want(expert: Expert) -> Want:
    return Want(
        expert=expert.name,
        spec=expert.seat,
        probability=1.0,
        demanded=True,
        awaited=True,
        reason="is asked",
        size_hint_bytes=expert.size_bytes,
        adapter=expert.over_base,
    )


def _check_engine(state: KeeperState | None, waited_s: float) -> None:
    """Of one that is not up. Raises EngineUnavailable when it has had its time."""
    message = state.engine.message if state is not None else ""
    starts = state is None or state.engine.kind == EngineKind.EMBEDDED
    lost = not starts and message not in ("", CONNECTING)
    if waited_s > (LOST_PATIENCE_S if lost else ENGINE_PATIENCE_S):
        hint = "" if "doctor" in message else "`hotseat doctor` says more"
        raise EngineUnavailable(message or "The engine is not there yet", hint=hint)


def _look(state: KeeperState, expert: Expert, waited_s: float) -> str:
    """What is waited for, in words. Raises EngineError when there is no use in it."""
    if not state.engine.up:
        return ENGINE_NOTE
    model = state.model(expert.seat)
    if model is None:
        return f"waiting for {expert.name}"
    if model.state is ModelState.FAILED and model.state_s < waited_s:
        raise EngineError(f"{expert.name} cannot be loaded: {model.error}")
    if (size_bytes := model.size_bytes or 0) > state.budget_bytes > 0:
        raise EngineError(
            f"{expert.name} takes {size_bytes / 1e9:.1f} GB, more than the whole budget of "
            f"{state.budget_bytes / 1e9:.1f} GB",
            hint="Raise `budget` in experts.yaml, or ask a smaller expert by name",
        )
    if model.state is ModelState.LOADING:
        return f"{expert.name} is loading"
    if any(m.state is ModelState.UNLOADING for m in state.models):
        return f"making room for {expert.name}"
    return f"waiting for {expert.name}"


def _moves(state: KeeperState) -> bool:
    """Something is on its way into memory or out of it."""
    if not state.engine.up:
        return True  # that has a time limit of its own
    return any(m.state in (ModelState.LOADING, ModelState.UNLOADING) for m in state.models)


def _given_up(state: KeeperState, expert: Expert, waited_s: float) -> EngineError:
    model: ModelStatus | None = state.model(expert.seat)
    if model is not None and model.state is ModelState.LOADING:
        return EngineError(f"{expert.name} was still loading after {waited_s:.0f} s")
    return EngineError(
        f"There was no room in memory for {expert.name} for {waited_s:.0f} s",
        hint="`hotseat status` shows what is there: unpin or unload something",
    )
