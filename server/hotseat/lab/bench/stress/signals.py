"""The signals of `hotseat bench chaos`: to which process the next one goes, and which it is."""

from __future__ import annotations

import asyncio
import random
import signal
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import psutil

from hotseat.engines.runtime import read_engine_file
from hotseat.keeper.read_state import keeper_states
from hotseat.lab.bench.stress.processes import Kind, ProcessWatch, send
from hotseat.lab.bench.stress.typist import Typist

STOP_S = (0.3, 4.0)
"""How long a stopped process stays stopped."""
KILL_SHARE = 0.6
"""The rest of the signals stop a process for a time."""
TARGETS = ("engine", "child", "keeper", "server", "worker")


class Sent(NamedTuple):
    """A signal that reached its process. `name` is KILL or STOP."""

    target: str
    name: str


class Signals:
    """Sends them to random processes of one runtime directory, and continues those it has stopped.

    `note` records an event with its facts; `report` shows the progress.
    """

    def __init__(
        self,
        typists: Sequence[Typist],
        watch: ProcessWatch,
        runtime: Path,
        chance: random.Random,
        note: Callable[..., None],
        report: Callable[[str], None],
    ) -> None:
        self._typists = typists
        self._watch = watch
        self._runtime = runtime
        self._chance = chance
        self._note = note
        self._report = report
        self._continued_s = 0.0
        self._continuing: set[asyncio.Task[None]] = set()
        self.sent = {target: {"KILL": 0, "STOP": 0} for target in TARGETS}
        """How many of each, by target."""

    @property
    def n_sent(self) -> int:
        return sum(sum(by_signal.values()) for by_signal in self.sent.values())

    async def all_continued(self) -> float:
        """Wait until no process is stopped any more; return when the newest was continued (0.0:
        none was)."""
        if not self._continuing:
            return 0.0
        await asyncio.wait(self._continuing)
        return self._continued_s

    async def send_one(self) -> Sent | None:
        """Send a signal to a random target; return None if there was no process to send it to."""
        targets = await self._targets()
        if not targets:
            return None
        target = self._chance.choice(sorted(targets))
        pid = targets[target]
        kill = self._chance.random() < KILL_SHARE
        if kill:
            for typist in self._typists:
                if typist.server_pid == pid:
                    typist.killed.add(pid)
        if not send(pid, signal.SIGKILL if kill else signal.SIGSTOP):
            return None
        sent = Sent(target, "KILL" if kill else "STOP")
        self.sent[target][sent.name] += 1
        stop_s = 0.0 if kill else self._chance.uniform(*STOP_S)
        self._note("signal", target=target, pid=pid, kill=kill, stop_s=round(stop_s, 2))
        self._report(f"signal {self.n_sent}: {target} {'killed' if kill else 'stopped'}")
        if not kill:
            task = asyncio.create_task(self._continue(pid, stop_s))
            self._continuing.add(task)
            task.add_done_callback(self._continuing.discard)
        return sent

    async def _continue(self, pid: int, after_s: float) -> None:
        await asyncio.sleep(after_s)
        send(pid, signal.SIGCONT)
        self._continued_s = time.monotonic()
        for typist in self._typists:
            if typist.server_pid == pid:
                typist.forget_states()

    async def _targets(self) -> dict[str, int]:
        """Return a pid for each kind of target that there is at this moment."""
        found = await asyncio.to_thread(self._watch.processes)
        by_kind: dict[Kind, list[int]] = {}
        for process, kind in found.items():
            by_kind.setdefault(kind, []).append(process.pid)
        targets = {}
        engine = read_engine_file(self._runtime)
        if engine is not None and engine.pid in by_kind.get(Kind.ENGINE, ()):
            targets["engine"] = engine.pid
        if children := by_kind.get(Kind.MODEL):
            targets["child"] = self._chance.choice(sorted(children))
        servers = {pid for typist in self._typists if (pid := typist.server_pid) is not None}
        keepers = {state.keeper_pid for state in await keeper_states(answer_s=0.3)} & servers
        if keepers:
            targets["keeper"] = min(keepers)
        if others := sorted(servers - keepers):
            targets["server"] = self._chance.choice(others)
        workers = []
        for process, kind in found.items():
            with suppress(psutil.Error):
                if kind is Kind.WORKER and process.ppid() in servers:
                    workers.append(process.pid)
        if workers:
            targets["worker"] = self._chance.choice(sorted(workers))
        return targets
