"""Notices that the keeper is stopped: it acknowledges nothing, or has been silent for long."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from hotseat.keeper.settings import LINK_DEFAULTS, LinkSettings


class KeeperWatchdog:
    """Watches one connection at a time. Times are those of the event loop.

    `send_ping` asks the keeper for an answer. `on_stopped` is called if no answer comes in time,
    unless the keeper `is_here`, in this process: the same event loop runs it, so it is only late.
    """

    def __init__(
        self,
        *,
        send_ping: Callable[[], None],
        on_stopped: Callable[[], None],
        is_here: Callable[[], bool] = lambda: False,
        settings: LinkSettings = LINK_DEFAULTS,
    ) -> None:
        self._send_ping = send_ping
        self._on_stopped = on_stopped
        self._is_here = is_here
        self._settings = settings
        self._answer_timer: asyncio.TimerHandle | None = None
        self._probe_timer: asyncio.TimerHandle | None = None
        self._received_s: float | None = None

    def start(self) -> None:
        """There is a connection: probe it when it is silent."""
        self._probe()

    def stop(self) -> None:
        """The connection has ended."""
        for timer in (self._answer_timer, self._probe_timer):
            if timer is not None:
                timer.cancel()
        self._answer_timer = self._probe_timer = None

    def message_received(self) -> None:
        """The keeper sent something."""
        self._received_s = asyncio.get_running_loop().time()
        if self._answer_timer is not None:
            self._answer_timer.cancel()
            self._answer_timer = None

    def expect_answer(self) -> None:
        """Something was sent that the keeper acknowledges."""
        if self._answer_timer is None:
            loop = asyncio.get_running_loop()
            due_s = loop.time() + self._settings.answer_s
            self._answer_timer = loop.call_at(due_s, self._no_answer, due_s)

    def _probe(self) -> None:
        loop = asyncio.get_running_loop()
        if self._received_s is None:
            self._received_s = loop.time()
        left_s = self._received_s + self._settings.probe_s - loop.time()
        if left_s <= 0:
            left_s = self._settings.probe_s
            if self._answer_timer is None:
                self._send_ping()
                self.expect_answer()
        self._probe_timer = loop.call_later(left_s, self._probe)

    def _no_answer(self, due_s: float) -> None:
        self._answer_timer = None
        late_s = asyncio.get_running_loop().time() - due_s
        if late_s > self._settings.late_s or self._is_here():
            self.expect_answer()  # this window itself was stopped, or got no processor time
        else:
            self._on_stopped()
