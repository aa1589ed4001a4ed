"""Which models the engine of this window has: its own list, asked for when it may have changed.

A list is asked for when another engine is in use, when a model came into memory or failed to, and
every `AGAIN_S` while a model of the roster is missing, for it may be pulled in a terminal. One that
has come is reported to the keeper, which does not ask for it meanwhile.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from hotseat.domain.errors import HotseatError
from hotseat.domain.experts import canonical_model_name
from hotseat.domain.residency import ModelState
from hotseat.engines.protocol import Engine
from hotseat.keeper.link import KeeperLink
from hotseat.keeper.state import KeeperState
from hotseat.session.shared.engine_follower import EngineFollower
from hotseat.session.shared.timers import CallLater, Timer, call_later

log = logging.getLogger(__name__)

AGAIN_S = 10.0
_TELLING = (ModelState.WARM, ModelState.FAILED)
"""A model in such a state has been looked for by the engine."""


class InstalledModels:
    """`listed` takes the canonical names of the engine's models, None while they are not known.

    `is_incomplete` returns whether a model of the roster is not among those that were listed last.
    """

    def __init__(
        self,
        *,
        listed: Callable[[frozenset[str] | None], None],
        is_incomplete: Callable[[], bool],
        follower: EngineFollower | None = None,
        later: CallLater = call_later,
    ) -> None:
        self._listed = listed
        self._is_incomplete = is_incomplete
        self._follower = follower or EngineFollower()
        self._later = later
        self._engine: Engine | None = None
        self._link: KeeperLink | None = None
        self._known: frozenset[str] | None = None
        """The models of the last list."""
        self._seen: object = None
        self._asking: asyncio.Task[None] | None = None
        self._again: Timer | None = None
        self._closing: set[asyncio.Task[None]] = set()

    def keeper_reported(self, link: KeeperLink | None) -> None:
        """The keeper's state is a new one: ask the engine for its list if that may differ."""
        if link is None:
            return
        if (client := self._follower.new_client(link)) is not None:
            self._close_engine()
            self._engine, self._known = client, None
        self._link = link
        if (seen := _what_tells(link.state)) != self._seen:
            self._seen = seen
            self._ask_now()

    async def aclose(self) -> None:
        """End the request that is under way, and close the client."""
        self._stop()
        self._close_engine()
        await asyncio.gather(*self._closing, return_exceptions=True)

    def _ask_now(self) -> None:
        self._stop()
        if self._engine is None or self._seen is None:
            self._listed(None)
            return
        self._asking = asyncio.create_task(self._ask(self._engine))

    async def _ask(self, engine: Engine) -> None:
        try:
            names = await engine.models()
        except HotseatError as error:
            log.debug("The engine's models are not known: %s", error)
        else:
            self._take(frozenset(map(canonical_model_name, names)))
            if not self._is_incomplete():
                return
        self._again = self._later(AGAIN_S, self._ask_now)

    def _take(self, names: frozenset[str]) -> None:
        new = names - self._known if self._known is not None else frozenset()
        self._known = names
        self._listed(names)
        if new and (link := self._link) is not None:
            for model in link.state.models:
                is_new = canonical_model_name(model.spec.model) in new
                if is_new and model.state is ModelState.FAILED:
                    link.retry(model.spec)

    def _stop(self) -> None:
        if self._asking is not None:
            self._asking.cancel()
            self._asking = None
        if self._again is not None:
            self._again.cancel()
            self._again = None

    def _close_engine(self) -> None:
        if self._engine is not None:
            closing = asyncio.create_task(self._engine.aclose())
            self._closing.add(closing)
            closing.add_done_callback(self._closing.discard)
            self._engine = None


def _what_tells(state: KeeperState) -> object:
    """Return a value that changes when the engine's list may have; None without an engine whose
    models are Hotseat's to pull."""
    engine = state.engine
    if not engine.up or not engine.can_pull:
        return None
    return engine.url, frozenset((m.spec, m.state) for m in state.models if m.state in _TELLING)
