"""The windows that are connected to the keeper: their messages, their merged wants, and the state
that is sent to them. Knows nothing of engines and decides nothing."""

from __future__ import annotations

import asyncio
import itertools
import logging
import time
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from hotseat.domain.decisions import Decision
from hotseat.domain.demand import Demand, Want, merge_wants
from hotseat.domain.experts import ModelSpec, canonical_model_name
from hotseat.keeper.releases import answers_message, decode_releases
from hotseat.keeper.settings import KEEPER_DEFAULTS, KeeperSettings
from hotseat.keeper.state import (
    KeeperState,
    WindowFocus,
    decode_spec,
    decode_want,
    encode_decision,
    encode_state,
)
from hotseat.keeper.versions import PROTOCOL
from hotseat.residency.released_models import Release, ReleaseAnswer

log = logging.getLogger(__name__)

_UNREADABLE = (AttributeError, KeyError, OverflowError, TypeError, ValueError)


class MessageStream(Protocol):
    """The parts of `transport.Stream` that the hub uses."""

    def send(self, message: dict[str, Any]) -> None: ...

    async def receive(self) -> dict[str, Any] | None: ...

    @property
    def backlog_bytes(self) -> int: ...

    def close(self) -> None: ...


class HubOwner(Protocol):
    """What the hub asks and reports."""

    def state(self) -> KeeperState: ...

    def decisions(self) -> Sequence[Decision]: ...

    def demand_merged(self, demand: MergedDemand) -> None:
        """The wants of all windows may have changed."""
        ...

    def retry_wanted(self, spec: ModelSpec) -> None:
        """A window wants the model's failures forgotten."""
        ...

    def release_wanted(
        self, releases: Sequence[Release] | None, *, stops_engine: bool
    ) -> Sequence[ReleaseAnswer]:
        """The user unloads models (None: all), and stops the engine perhaps."""
        ...

    def resume_wanted(self) -> None:
        """The user needs the engine that was stopped by hand."""
        ...

    def window_active(self) -> None:
        """A window wants something else."""
        ...

    def window_works(self, *, has_failed: bool) -> None:
        """The user of a window works with the engine; a request to it may have failed."""
        ...

    def model_used(self, name: str, began_s: float, until_s: float) -> None:
        """A request of a window to the model has been under way since `began_s`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedDemand:
    """What all windows want together."""

    demand: Demand
    busy: frozenset[ModelSpec]
    """Models that work for a window."""
    budget_bytes: int | None
    """The smallest of all windows; None if no window has sent one."""
    held_bytes: int = 0
    """What all windows hold for models in their own processes."""
    is_complete: bool = True
    """Every window of the keeper before has reported, or has had the time to."""


@dataclass(slots=True, eq=False)
class _Window:
    stream: MessageStream
    wants: tuple[Want, ...] = ()
    busy: frozenset[ModelSpec] = frozenset()
    busy_since_s: dict[str, float] = field(default_factory=dict)
    """By model name: when the oldest request that is under way began."""
    is_unreadable: bool = False
    """Its last message could not be read: it runs another version of Hotseat."""
    silent_until_s: dict[ModelSpec, float] = field(default_factory=dict)
    """Models that do not answer its requests, and until when its report counts."""
    answers: Counter[str] = field(default_factory=Counter)
    """Answers to questions that are under way, by the model's name."""
    held_bytes: int = 0
    """What it holds for models in its own process; an older window does not report it."""
    budget_bytes: int | None = None
    focus: WindowFocus | None = None
    """Both None for an observer (`hotseat status`), which wants nothing."""

    @property
    def without_probabilities(self) -> tuple[object, ...]:
        """What it wants, without the probabilities, which change all the time."""
        wants = frozenset((want.spec, want.demanded, want.pinned) for want in self.wants)
        return (wants, self.busy, self.budget_bytes, self.focus)


class WindowHub:
    """`serve` handles one connection. `clock` returns monotonic seconds.

    `windows_before`: pids of the windows of the keeper before, which are about to connect.
    """

    def __init__(
        self,
        owner: HubOwner,
        *,
        windows_before: Collection[int] = (),
        settings: KeeperSettings = KEEPER_DEFAULTS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._owner = owner
        self._missing = set(windows_before)
        self._settings = settings
        self._clock = clock
        self._windows: list[_Window] = []
        self._push_pending = False
        self._pushed: KeeperState | None = None
        self._pushed_s = 0.0

    async def serve(self, stream: MessageStream) -> None:
        """Send the state, and handle the window's messages until the connection ends."""
        window = _Window(stream=stream)
        self._windows.append(window)
        self._owner.window_active()
        stream.send(_state_message(self._owner.state()))
        try:
            while (message := await stream.receive()) is not None:
                try:
                    self._handle(window, message)
                except _UNREADABLE as error:
                    self._refuse(window, error)
        finally:
            self.report_uses()
            self._windows.remove(window)
            stream.close()
            self._merge()

    async def await_windows(self) -> None:
        """Give the windows of the keeper before time to connect."""
        if self._missing:
            await asyncio.sleep(self._settings.reconnect_s)
            self._missing.clear()
            self._merge()

    def close(self) -> None:
        """End all connections."""
        for window in self._windows:
            window.stream.close()

    def focuses(self) -> tuple[WindowFocus, ...]:
        """Return what each window is at; observers have no focus."""
        return tuple(w.focus for w in self._windows if w.focus is not None)

    def wants(self) -> tuple[tuple[Want, ...], ...]:
        """Return what each window wants."""
        return tuple(window.wants for window in self._windows)

    def silent_models(self) -> frozenset[ModelSpec]:
        """Return the models that are in memory and do not answer the requests of a window."""
        now_s = self._clock()
        return frozenset(
            spec
            for window in self._windows
            for spec, until_s in window.silent_until_s.items()
            if now_s < until_s
        )

    def answers(self) -> Counter[str]:
        """Return how many answers of all windows are under way, by the model's name."""
        return sum((window.answers for window in self._windows), Counter())

    def report_uses(self) -> None:
        """Report the requests of windows that are under way: they load a model that is absent."""
        now_s = self._clock()
        for window in self._windows:
            for name, began_s in window.busy_since_s.items():
                self._owner.model_used(name, began_s, now_s)

    def push_soon(self) -> None:
        """Push the state once in this turn of the event loop, however many events it held."""
        if not self._push_pending:
            self._push_pending = True
            asyncio.get_running_loop().call_soon(self.push)

    def push(self) -> None:
        """Send the state to every window if it has changed or a heartbeat is due."""
        self._push_pending = False
        state = self._owner.state()
        timeless = replace(state, models=tuple(replace(m, state_s=0.0) for m in state.models))
        now_s = self._clock()
        heartbeat_s = self._settings.observe_s * 0.9
        if timeless == self._pushed and now_s - self._pushed_s < heartbeat_s:
            return
        self._pushed, self._pushed_s = timeless, now_s
        message = _state_message(state)
        for window in self._windows:
            if window.stream.backlog_bytes < self._settings.max_backlog_bytes:
                window.stream.send(message)

    def _handle(self, window: _Window, message: dict[str, Any]) -> None:
        match message.get("type"):
            case "demand":
                self._update(window, message)
            case "retry":
                self._owner.window_active()
                self._owner.retry_wanted(decode_spec(message["spec"]))
            case "release":
                self._owner.window_active()
                answers = self._owner.release_wanted(
                    decode_releases(message), stops_engine=bool(message.get("stops_engine"))
                )
                window.stream.send(answers_message(message, answers))
            case "resume":
                self._owner.resume_wanted()
            case "look":
                self._owner.window_works(has_failed=bool(message.get("failed")))
            case "ping":
                window.stream.send({"type": "heard"})
            case "decisions":
                decisions = [encode_decision(d) for d in self._owner.decisions()]
                window.stream.send({"type": "decisions", "decisions": decisions})
            case other:
                log.warning("A window sent an unknown message: %r", other)

    def _refuse(self, window: _Window, error: Exception) -> None:
        """Report to the window that its messages do not count."""
        window.stream.send({"type": "unreadable", "protocol": PROTOCOL})
        if not window.is_unreadable:
            window.is_unreadable = True
            log.warning(
                "An editor window runs another version of Hotseat, so its models do not count: "
                "restart it (%r)",
                error,
            )

    def _update(self, window: _Window, message: dict[str, Any]) -> None:
        """Use the whole message, or raise one of _UNREADABLE and use nothing."""
        if message.get("protocol", PROTOCOL) != PROTOCOL:
            raise ValueError(f"its protocol is {message['protocol']}, and this one {PROTOCOL}")
        wants = tuple(decode_want(want) for want in message["wants"])
        busy = [decode_spec(spec) for spec in message["busy"]]
        ages_s = message.get("busy_s", [None] * len(busy))
        busy_since_s = _began_s(busy, ages_s, self._clock())
        budget_bytes = int(message["budget_bytes"])
        held_bytes = max(0, int(message.get("held_bytes", 0)))
        focus = WindowFocus(**message["focus"])
        silent_until_s = self._clock() + self._settings.silence_s
        silent = [decode_spec(spec) for spec in message.get("silent", ())]
        numbers = message.get("answers") or {}
        answers = Counter({str(name): int(n) for name, n in numbers.items()})
        before = window.without_probabilities
        self.report_uses()  # as they were until now
        window.wants, window.budget_bytes, window.focus = wants, budget_bytes, focus
        window.busy, window.busy_since_s = frozenset(busy), busy_since_s
        self.report_uses()
        window.silent_until_s = dict.fromkeys(silent, silent_until_s)
        window.answers, window.held_bytes = answers, held_bytes
        window.is_unreadable = False
        window.stream.send({"type": "heard"})
        if window.without_probabilities != before:
            self._owner.window_active()
        self._merge()

    def _merge(self) -> None:
        """Report the wants of all windows as one demand; the smallest budget counts."""
        self._missing -= {focus.pid for focus in self.focuses()}
        budgets = [w.budget_bytes for w in self._windows if w.budget_bytes is not None]
        merged = MergedDemand(
            demand=merge_wants(itertools.chain.from_iterable(w.wants for w in self._windows)),
            busy=frozenset[ModelSpec]().union(*(w.busy for w in self._windows)),
            budget_bytes=min(budgets, default=None),
            held_bytes=sum(window.held_bytes for window in self._windows),
            is_complete=not self._missing,
        )
        self._owner.demand_merged(merged)


def _state_message(state: KeeperState) -> dict[str, Any]:
    return {"type": "state", "protocol": PROTOCOL, "state": encode_state(state)}


def _began_s(
    busy: Sequence[ModelSpec], ages_s: Sequence[float | None], now_s: float
) -> dict[str, float]:
    """By model name: when the oldest request of a window began. None: it waits for the model.

    Raises TypeError and ValueError.
    """
    began_s: dict[str, float] = {}
    for spec, age_s in zip(busy, ages_s, strict=True):
        if age_s is not None:
            name = canonical_model_name(spec.model)
            began_s[name] = min(began_s.get(name, now_s), now_s - float(age_s))
    return began_s
