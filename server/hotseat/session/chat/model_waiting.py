"""Models that a question or an edit waits for: demanded until they are warm, and kept in use.

This is not the typing path: here the user waits for a load. The keeper does the load, so that the
budget is kept and nothing else is loaded meanwhile. This module only adds to the demand, and
watches the keeper's state.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass

from hotseat.domain.demand import Demand, Want, merge_wants
from hotseat.domain.errors import EngineError, EngineUnavailable
from hotseat.domain.experts import Expert, ModelSpec
from hotseat.domain.residency import ModelState
from hotseat.keeper.link import CONNECTING, KeeperLink
from hotseat.keeper.state import KeeperState, ModelStatus
from hotseat.session.shared.coming_experts import ComingExperts, Room

ENGINE_NOTE = "waiting for the engine"

MAX_OTHERS = 0.4
"""The probability of a model for typing while an expert is yet to answer: below that of each
expert to come (`_coming`), for whose load it would have to leave anyway."""

OnNote = Callable[[str], None]
"""Called with what the user waits for, in words, each time that changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitLimits:
    """How long to wait, in seconds."""

    load_s: float = 300.0
    """For one model: a few GB from a slow disk. Ollama itself gives up after as long."""
    engine_start_s: float = 25.0
    """For an engine that may be starting. The embedded one takes up to 20 s."""
    engine_lost_s: float = 5.0
    """For an engine that was lost. It is found within two seconds of its return."""
    stuck_s: float = 15.0
    """While nothing is loaded or unloaded: then there is no room for the model."""
    poll_interval_s: float = 0.2
    """Between two looks at the clock; a new state of the keeper is seen at once."""


@dataclass(slots=True, eq=False)
class _Sequence:
    """Experts that are announced. `until_used`: one that was used is taken out."""

    experts: list[Expert]
    until_used: bool


class ModelWaiting:
    """The models that one window waits for.

    `link` returns the link to the keeper, and `why_unlinked` the reason if there will be none.
    `wants_changed` is called when `with_awaited` would return something new. `clock` returns
    monotonic seconds.
    """

    def __init__(
        self,
        link: Callable[[], KeeperLink | None],
        wants_changed: Callable[[], None],
        why_unlinked: Callable[[], str] = lambda: "",
        *,
        limits: WaitLimits = WaitLimits(),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._link = link
        self._why_unlinked = why_unlinked
        self._wants_changed = wants_changed
        self._limits = limits
        self._clock = clock
        self._held: Counter[Expert] = Counter()
        self._expected: list[_Sequence] = []
        """For each question to several experts, and each task: those that answer, in order."""
        self._kept: Counter[Expert] = Counter()
        self._coming_experts = ComingExperts()
        self._state_changed = asyncio.Event()

    def keeper_state_changed(self) -> None:
        """The keeper's state is a new one: look at it."""
        self._state_changed.set()
        self._state_changed = asyncio.Event()

    def with_awaited(self, demand: Demand) -> Demand:
        """Return the demand with the models that are waited for.

        Until they are warm and in use, this window demands no other load, and hopes for them more
        than for any other: a user who waits for an answer does not type.
        """
        expected = [expert for sequence in self._expected for expert in sequence.experts]
        if not self._held and not expected:
            return demand
        link = self._link()
        others: list[Want] = list(demand.wants)
        awaited = (*self._held, *expected)
        is_waiting = any(e not in self._held and e not in self._kept for e in expected)
        if link is not None and (is_waiting or any(not _is_warm(link.state, e) for e in awaited)):
            most = MAX_OTHERS if expected else 1.0
            others = [
                want._replace(demanded=False, probability=min(want.probability, most))
                for want in others
            ]
        coming = [want for sequence in self._expected for want in self._coming(sequence.experts)]
        return merge_wants([*(_want(expert) for expert in self._held), *coming, *others])

    def _coming(self, sequence: Sequence[Expert]) -> list[Want]:
        """Return the wants of those that are yet to answer. While none of the sequence is held, as
        between two parts, its first is awaited: no later one may take its seat."""
        places = [i for i, expert in enumerate(sequence) if expert not in self._held]
        is_running = len(places) < len(sequence)
        link = self._link()
        hopes = self._coming_experts.hopes(sequence, list(self._held), link.state if link else None)
        wants = [_coming(sequence[i], hopes[i]) for i in places if i in hopes]
        return wants if is_running or not places else [_want(sequence[places[0]]), *wants]

    @contextmanager
    def expecting(self, experts: Sequence[Expert], *, until_used: bool = True) -> Iterator[None]:
        """Announce the experts that will be waited for inside the `with` block, in this order; one
        that will be waited for again is named again.

        The keeper loads the next one while the one before it is in use, if there is room for both,
        and evicts with the whole sequence in view. An expert is expected until it has been used;
        with `until_used` False, inside the whole block: the caller announces what is left itself.
        """
        sequence = _Sequence(list(experts), until_used)
        self._expected.append(sequence)
        self._wants_changed()
        try:
            yield
        finally:
            self._expected = [one for one in self._expected if one is not sequence]
            self._wants_changed()

    def room(self, specs: Collection[ModelSpec]) -> Room | None:
        """Return the room in memory for these models; None while no keeper is there."""
        link = self._link()
        if link is None or not link.state.budget_bytes:
            return None
        return self._coming_experts.room(link.state, specs)

    def is_in_memory(self, expert: Expert) -> bool:
        """Return whether the expert's model is in memory and may be asked at once."""
        link = self._link()
        return link is not None and link.state.engine.up and _is_warm(link.state, expert)

    async def until_in_memory(self, experts: Sequence[Expert]) -> None:
        """Wait until the models of all these experts are in memory."""
        while not all(map(self.is_in_memory, experts)):
            await self._next_state()

    @contextmanager
    def kept(self, expert: Expert) -> Iterator[bool]:
        """Keep the expert's model in use inside the `with` block if it is in memory; load nothing.

        Yields whether it is in memory. The keeper unloads no model that is in use.
        """
        link = self._link()
        if link is None or not self.is_in_memory(expert):
            yield False
            return
        self._kept[expert] += 1
        link.begin_use(expert.seat)
        self._wants_changed()
        try:
            yield True
        finally:
            self._kept -= Counter([expert])
            link.end_use(expert.seat)
            self._wants_changed()

    async def engine_up(self, on_note: OnNote) -> KeeperLink:
        """Wait until the window has an engine, and so a roster that fits it. Return the link.

        Raises EngineUnavailable.
        """
        began_s = self._clock()
        is_noted = False
        while (link := self._link()) is None or not link.state.engine.up:
            if link is None and (reason := self._why_unlinked()):
                raise EngineUnavailable(reason)
            self._check_engine(link.state if link is not None else None, self._clock() - began_s)
            if not is_noted:
                on_note(ENGINE_NOTE)
                is_noted = True
            if link is not None and link.state.is_stopped:
                link.resume()
            await self._next_state()
        return link

    @asynccontextmanager
    async def held(self, expert: Expert, on_note: OnNote) -> AsyncIterator[None]:
        """Wait until the expert's model is warm, and keep it in use inside the `with` block.

        Raises EngineError if the model cannot be loaded, or not in time.
        """
        link = await self.engine_up(on_note)
        if link.state.state_of(expert.seat) is ModelState.FAILED:
            link.retry(expert.seat)
        self._held[expert] += 1
        link.begin_use(expert.seat)
        self._wants_changed()
        try:
            await self._until_warm(link, expert, on_note)
            self._wants_changed()
            yield
        finally:
            self._held -= Counter([expert])
            for sequence in self._expected:
                if sequence.until_used and expert in sequence.experts and not self._held[expert]:
                    sequence.experts.remove(expert)
            link.end_use(expert.seat)
            self._wants_changed()

    async def _until_warm(self, link: KeeperLink, expert: Expert, on_note: OnNote) -> None:
        began_s = progressed_s = up_s = self._clock()
        last_note = ""
        while not _is_warm(link.state, expert):
            now_s = self._clock()
            if self._link() is not link:
                raise EngineUnavailable("The engine was changed meanwhile", hint="Ask again")
            if link.state.engine.up:
                up_s = now_s
            else:
                self._check_engine(link.state, now_s - up_s)
            note = _waiting_note(link.state, expert, now_s - began_s)
            if _is_progressing(link.state):
                progressed_s = now_s
            is_stuck = now_s - progressed_s > self._limits.stuck_s
            if is_stuck or now_s - began_s > self._limits.load_s:
                raise _timed_out(link.state, expert, now_s - began_s)
            if note != last_note:
                on_note(note)
                last_note = note
            await self._next_state()

    def _check_engine(self, state: KeeperState | None, waited_s: float) -> None:
        """Raise EngineUnavailable if an engine that is not up has had enough time."""
        message = state.engine.message if state is not None else ""
        may_start = state is None or state.engine.can_start
        is_lost = not may_start and message not in ("", CONNECTING)
        limits = self._limits
        if waited_s > (limits.engine_lost_s if is_lost else limits.engine_start_s):
            hint = "" if "doctor" in message else "Run `hotseat doctor` for details"
            raise EngineUnavailable(message or "No engine is available yet", hint=hint)

    async def _next_state(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(self._limits.poll_interval_s):
                await self._state_changed.wait()


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


def _coming(expert: Expert, probability: float) -> Want:
    """Return the want of an expert that is yet to answer."""
    return _want(expert)._replace(
        probability=probability,
        demanded=False,
        awaited=False,
        reason="is asked next",
    )


def _waiting_note(state: KeeperState, expert: Expert, waited_s: float) -> str:
    """Return what is waited for, in words. Raises EngineError if waiting is of no use."""
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


def _is_progressing(state: KeeperState) -> bool:
    """Return whether a model is being loaded or unloaded, or one that is in use will be free: an
    answer takes as long as it takes, and models in use are not unloaded."""
    if not state.engine.up:
        return True  # waiting for the engine has a limit of its own
    moving = (ModelState.LOADING, ModelState.UNLOADING)
    return any(m.state in moving or m.n_answers for m in state.models)


def _timed_out(state: KeeperState, expert: Expert, waited_s: float) -> EngineError:
    model: ModelStatus | None = state.model(expert.seat)
    if model is not None and model.state is ModelState.LOADING:
        return EngineError(f"{expert.name} was still loading after {waited_s:.0f} s")
    return EngineError(
        f"There was no room in memory for {expert.name} for {waited_s:.0f} s",
        hint="Run `hotseat status` to see the models in memory; unpin or unload one of them",
    )
