"""The loop from what the user does to what the keeper should hold in memory.

An event changes attention, a timer waits until the demand is worth computing, and the demand goes
to the keeper over the window's link. Owns those timers. Knows nothing of documents or of LSP.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass

from hotseat.attention.attention import Attention
from hotseat.attention.state import AttentionState, goes_on
from hotseat.domain.demand import Demand
from hotseat.domain.events import AttentionEvent
from hotseat.domain.experts import Roster
from hotseat.keeper.link import KeeperLink
from hotseat.keeper.state import WindowFocus
from hotseat.session.shared.timers import CallLater, Timer, call_later


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandTiming:
    """When the demand is computed, in seconds."""

    after_event_s: float = 0.01
    """Computing the demand takes half a millisecond, and one action of the user's comes as several
    events."""
    while_typing_s: float = 0.5
    """The probabilities hardly change from key to key in one place."""
    refresh_s: float = 5.0
    """The probabilities decay with time even when nothing happens."""
    timer_slack_s: float = 0.005
    """The event loop's timers may come a clock tick early."""


class AttentionLoop:
    """Use `start`, `attend` for each event, and `close`.

    `roster` and `link` return those of now. `with_awaited` adds the models to a demand that
    questions and edits wait for. `on_change` is called when the status may have changed; `on_typed`
    instead of it when the user only types on (default: the same), `on_event` with each event.
    `on_demand` is called after the
    demand was sent because of an event. `clock` returns monotonic seconds.
    """

    def __init__(
        self,
        attention: Attention,
        *,
        roster: Callable[[], Roster],
        link: Callable[[], KeeperLink | None],
        with_awaited: Callable[[Demand], Demand],
        on_change: Callable[[], None],
        on_demand: Callable[[], None],
        on_typed: Callable[[], None] | None = None,
        on_event: Callable[[], None] = lambda: None,
        timing: DemandTiming = DemandTiming(),
        clock: Callable[[], float] = time.monotonic,
        later: CallLater = call_later,
    ) -> None:
        self._attention = attention
        self._roster = roster
        self._link = link
        self._with_awaited = with_awaited
        self._on_change = on_change
        self._on_demand = on_demand
        self._on_typed = on_typed or on_change
        self._on_event = on_event
        self._timing = timing
        self._clock = clock
        self._call_later = later
        self._demand_timer: Timer | None = None
        self._refresh_timer: Timer | None = None

    @property
    def state(self) -> AttentionState:
        """Where the user is now."""
        return self._attention.state

    def start(self) -> None:
        """Send the demand again every `refresh_s` seconds."""
        self._refresh_timer = self._call_later(self._timing.refresh_s, self._refresh)

    def close(self) -> None:
        """Cancel the timers."""
        for timer in (self._demand_timer, self._refresh_timer):
            if timer is not None:
                timer.cancel()
        self._demand_timer = self._refresh_timer = None

    def attend(self, event: AttentionEvent) -> None:
        """Take in an event. The demand follows soon, and later if the user only types on."""
        self._on_event()
        before = self._attention.state
        self._attention.attend(event, self._clock())
        if not goes_on(before, self._attention.state, event):
            self._schedule_demand(self._timing.after_event_s)
            self._on_change()
            return
        if self._demand_timer is None:
            self._schedule_demand(self._timing.while_typing_s)
        self._on_typed()

    def send_demand(self) -> None:
        """Compute the demand and send it to the keeper, if there is a link to one."""
        if (link := self._link()) is None:
            return
        roster, state = self._roster(), self._attention.state
        language = state.focused_language
        expert = roster.expert_for(language)
        focus = WindowFocus(
            pid=os.getpid(),
            language=language,
            expert=expert.name if expert else None,
            focused=state.window_focused,
        )
        now_s = self._clock()
        since_s = link.releases.since_s(expert.seat) if expert is not None else None
        if expert is not None and since_s is not None and state.turned_to_since(since_s, now_s):
            link.retry(expert.seat)
        demand = self._attention.demand(roster, now_s)
        link.set_demand(self._with_awaited(demand), focus)

    def need(self, language: str | None) -> None:
        """The user asks for a suggestion by hand: the language's model may be loaded, although the
        user had unloaded it."""
        link, expert = self._link(), self._roster().expert_for(language)
        if link is None or expert is None:
            return
        if link.releases.since_s(expert.seat) is not None:
            link.retry(expert.seat)

    def _schedule_demand(self, delay_s: float) -> None:
        """Replace a timer that runs: the newest event decides when the demand is computed."""
        if self._demand_timer is not None:
            self._demand_timer.cancel()
        self._demand_timer = self._call_later(delay_s, self._demand_is_due)

    def _demand_is_due(self) -> None:
        self._demand_timer = None
        self.send_demand()
        self._on_demand()
        if settles_in_s := self._attention.settles_in_s(self._clock()):
            self._schedule_demand(settles_in_s + self._timing.timer_slack_s)

    def _refresh(self) -> None:
        self.start()
        self.send_demand()
        self._on_change()
