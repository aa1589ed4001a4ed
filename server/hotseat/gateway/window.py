"""The gateway's place among the windows: its roster, its link to the keeper, its demand.

The keeper loads for it as for an editor window, within the same budget. Its demand is the models of
the requests that are in flight, and those that its conversations are likely to need next.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial

from hotseat.conversation.route import can_chat
from hotseat.domain.demand import merge_wants
from hotseat.domain.errors import EngineUnavailable, ModelNotFound
from hotseat.domain.experts import Expert, ModelSpec, Roster
from hotseat.domain.residency import ModelState
from hotseat.engines.discovery import EngineAddress
from hotseat.engines.protocol import ModelInfo
from hotseat.gateway.openai_relay import OpenAIRelay
from hotseat.gateway.precedence import OldestFirst
from hotseat.gateway.relay import EngineRelay, Relay
from hotseat.gateway.sequences import Sequences
from hotseat.gateway.subject import (
    Subject,
    languages_of_files,
    mentioned_languages,
    prepare_routing,
)
from hotseat.keeper.link import KeeperLink
from hotseat.keeper.state import KeeperState, WindowFocus
from hotseat.serving.turns import Turns
from hotseat.session.chat.model_waiting import ModelWaiting, OnNote
from hotseat.session.connection import Connection
from hotseat.session.roster_updates import RosterUpdates
from hotseat.session.rosters import RosterFiles
from hotseat.session.settings import Settings
from hotseat.session.shared.answer_streams import AnswerStreams, runner_of

FORECAST_S = 15.0
"""Between two reports of conversations that rest."""
DEFAULT_SLOTS = 4
"""Requests to one model at a time, where the engine does not report how many it takes."""


class GatewayWindow:
    """Use `start` and `aclose`."""

    def __init__(self, settings: Settings) -> None:
        self._rosters = RosterFiles(settings, None)
        self._connection = Connection(
            settings, self._rosters, on_link=self._send_demand, on_state=self._state_changed
        )
        self._waiting = ModelWaiting(
            lambda: self._connection.link, self._send_demand, lambda: self._connection.problem
        )
        self._updates = RosterUpdates(
            self._rosters,
            self._connection,
            on_read=lambda: None,
            on_applied=self._send_demand,
        )
        self._streams = AnswerStreams(on_change=self._answers_changed)
        self._turns = Turns()
        self._oldest_first = OldestFirst(self._is_loading)
        self._deferred: set[ModelSpec] = set()
        """Models that are not loaded on speculation either: a request waits to have them loaded."""
        self._relay: tuple[str, EngineRelay] | None = None
        self._sequences = Sequences()
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Read the roster and connect to the keeper of its engine."""
        await asyncio.to_thread(prepare_routing)
        await self._updates.start()
        self._tasks = [
            asyncio.create_task(self._updates.follow_files()),
            asyncio.create_task(self._renew_forecast()),
        ]

    async def aclose(self) -> None:
        """Leave the keeper."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._relay is not None:
            await self._relay[1].aclose()
        await self._connection.aclose()

    @property
    def roster(self) -> Roster:
        return self._rosters.roster

    @property
    def state(self) -> KeeperState:
        return self._connection.state

    async def relay(self, on_note: OnNote) -> EngineRelay:
        """Return the way to the engine, once it is up. Raises EngineUnavailable."""
        link = await self._waiting.engine_up(on_note)
        url = link.state.engine.url
        if self._relay is None or self._relay[0] != url:
            before, relay = self._relay, _relay_to(link.address, url)
            self._relay = (url, relay)
            if before is not None:
                await before[1].aclose()
            return relay
        return self._relay[1]

    def begin_turn(self, subject: Subject, expert: Expert, client: str) -> None:
        """The expert is asked in a conversation of the client's."""
        self._sequences.begin(subject.conversation, expert.name, time.monotonic(), client)

    def end_turn(self, subject: Subject, said: Sequence[str], need: Sequence[str]) -> None:
        """The request has ended. `said` are texts of the answer: the files that they name are
        likely to come next, if their expert can do what the request needs."""
        if not subject.conversation:
            return
        named = self._experts_of(languages_of_files(said), need)
        mentioned = self._experts_of(mentioned_languages(subject.messages), need)
        self._sequences.end(subject.conversation, named, time.monotonic(), mentioned)
        self._send_demand()

    def _experts_of(self, languages: Sequence[str], need: Sequence[str]) -> list[str]:
        """Return the names of those experts for the languages that may do what is needed."""
        experts = (self.roster.expert_for(language) for language in languages)
        return [e.name for e in experts if e is not None and self._may_do(e, need)]

    def _may_do(self, expert: Expert, need: Sequence[str]) -> bool:
        """Return whether the expert can do it, as far as the engine has said."""
        info = self._relay[1].known_info(expert.spec.model) if self._relay is not None else None
        return info is None or any(_can(info, one) for one in need or ("",))

    async def first_able(
        self, experts: Sequence[Expert], need: str, on_note: OnNote
    ) -> Expert | None:
        """Return the first expert whose model is there and can do what `need` names.

        `need` is `chat`, or one of Ollama's capabilities (`tools`, `insert`, `embedding`,
        `vision`), or empty. One that is alone is returned whatever it can: the engine refuses
        better. Raises EngineError.
        """
        relay = await self.relay(on_note)
        missing: ModelNotFound | None = None
        for expert in experts:
            try:
                info = await relay.info(expert.spec.model)
            except ModelNotFound as error:
                missing = missing or error
                continue
            if len(experts) == 1 or _can(info, need):
                return expert
        if missing is not None and len(experts) == 1:
            raise missing
        return None

    @asynccontextmanager
    async def held(self, expert: Expert, client: str, on_note: OnNote) -> AsyncIterator[None]:
        """Wait until the expert's model is in memory and it is the client's turn.

        Raises EngineError.
        """
        link = self._connection.link
        if link is None:
            raise EngineUnavailable(self._connection.problem or "There is no engine yet")
        slots = link.state.engine.n_slots or DEFAULT_SLOTS
        wait_s = partial(self._wait_s, expert.seat)
        try:
            # One that waits for its turn is not in the keeper's demand: it keeps no model in use.
            async with (
                self._turns.taken(expert.seat, client, slots),
                self._oldest_first.admitted(expert.seat, wait_s) as begin,
                self._waiting.held(expert, on_note),
            ):
                begin()
                with self._streams.streaming(runner_of(expert)):
                    yield
        finally:
            self._deferred.discard(expert.seat)

    def _state_changed(self, state: KeeperState) -> None:
        if state.engine.up and self._rosters.share_bases(state.engine.shares_bases):
            self._send_demand()
        self._waiting.keeper_state_changed()
        self._oldest_first.look_again()

    def _wait_s(self, seat: ModelSpec, since_s: float) -> float:
        """Return for how long a request waits for another's end before its model is loaded."""
        model, state = self.state.model(seat), self.state
        in_memory = (ModelState.WARM, ModelState.LOADING)
        if model is None or model.state in in_memory or not (model.size_bytes and model.load_s):
            return 0.0
        if state.used_bytes + model.size_bytes <= state.budget_bytes:
            return 0.0
        in_use = self._oldest_first.in_use()
        idle = [
            other.probability
            for other in state.models
            if other.state is ModelState.WARM
            and other.ours
            and other.spec not in in_use
            and not (other.pinned or other.demanded or other.n_answers)
        ]
        if not idle:
            return 0.0
        wants = self._sequences.wants(self.roster.everyone(), time.monotonic())
        wait_s = self._oldest_first.worth_waiting_s(
            seat,
            since_s,
            chances={want.spec: want.probability for want in merge_wants(wants).wants},
            least_idle=min(idle),
            load_s=model.load_s,
        )
        if bool(wait_s) != (seat in self._deferred):
            self._deferred ^= {seat}
            self._send_demand()
        return wait_s

    def _is_loading(self, seat: ModelSpec) -> bool:
        return self.state.state_of(seat) is ModelState.LOADING

    def _send_demand(self) -> None:
        link: KeeperLink | None = self._connection.link
        if link is not None:
            focus = WindowFocus(pid=os.getpid(), focused=False)
            forecast = merge_wants(self._sequences.wants(self.roster.everyone(), time.monotonic()))
            wants = self._oldest_first.ordered(self._waiting.with_awaited(forecast).wants)
            kept = [want for want in wants if want.demanded or want.spec not in self._deferred]
            link.set_demand(merge_wants(kept), focus)

    async def _renew_forecast(self) -> None:
        """Send the demand again as conversations grow old. Never ends."""
        while True:
            await asyncio.sleep(FORECAST_S)
            self._send_demand()

    def _answers_changed(self) -> None:
        if (link := self._connection.link) is not None:
            link.report_answers(self._streams.counts())


def _can(info: ModelInfo, need: str) -> bool:
    if need == "chat":
        return can_chat(info)
    return not need or need in info.capabilities


def _relay_to(address: EngineAddress, url: str) -> EngineRelay:
    return Relay(url) if address.kind.has_ollamas_api else OpenAIRelay(url, address.key_env)
