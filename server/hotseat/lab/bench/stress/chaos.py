"""`hotseat bench chaos`: windows in use while their processes are killed and stopped.

Several servers type, ask and cancel on a real embedded engine whose budget holds one model and a
half. Bursts of signals hit the engine, a model's process, the keeper, a server, and a server's
parsing worker. After each burst the time is measured until a completion has text again. Every
`REST_SIGNALS` signals the users rest: then all requests must have been answered, the servers' texts
are compared with the editors', and processes that nothing needs are counted.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hotseat.domain.errors import HotseatError
from hotseat.engines.discovery import running_embedded_url
from hotseat.engines.runtime import read_engine_file
from hotseat.lab.bench.stress.figures import (
    HealTimes,
    MemorySample,
    PassingStates,
    double_loads,
    over_budget,
    percentile,
)
from hotseat.lab.bench.stress.playground import Playground, playground
from hotseat.lab.bench.stress.processes import ProcessWatch
from hotseat.lab.bench.stress.server_text import server_texts
from hotseat.lab.bench.stress.signals import Sent, Signals
from hotseat.lab.bench.stress.typist import Pace, Typist
from hotseat.lab.bench.timed_stub_engine import TimedStubEngine

N_WINDOWS = 3
SAMPLE_S = 0.2
BURST = (1, 3)
"""The number of signals in a burst."""
GAP_S = (0.05, 1.0)
"""Between two signals of a burst."""
REST_SIGNALS = 40
CALM_TEXTS = 3
"""Texts after a rest that are timed without a signal: what the machine's load alone costs."""
HEAL_PATIENCE_S = 60.0
STATUS_EVERY_S = 0.5
"""How often the windows' status is looked at, and noted in the list of events, while there is no
text."""
ANSWER_PATIENCE_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ChaosSettings:
    """The run ends after `n_signals`, or `minutes` after the first text, whichever comes first.

    The models are copies of `gguf` (default: a starter model). `keep` is a folder for the logs and
    the list of events.
    """

    n_signals: int = 1000
    minutes: float = 60.0
    gguf: Path | None = None
    keep: Path | None = None
    seed: int = 1


@dataclass(slots=True)
class _Texts:
    """The times of completions with text."""

    changed: asyncio.Event = field(default_factory=asyncio.Event)
    newest_asked_s: float = 0.0

    def note(self, asked_s: float) -> None:
        self.newest_asked_s = max(self.newest_asked_s, asked_s)
        self.changed.set()

    async def first_after(self, moment_s: float, patience_s: float) -> float | None:
        """Wait for text that was asked for after `moment_s`; return the time then, or None."""
        with suppress(TimeoutError):
            async with asyncio.timeout(patience_s):
                while self.newest_asked_s <= moment_s:
                    self.changed.clear()
                    await self.changed.wait()
                return time.monotonic()
        return None


async def bench_chaos(settings: ChaosSettings, report: Callable[[str], None]) -> dict[str, Any]:
    """Return the figures of `hotseat bench chaos --json`. Raises HotseatError."""
    async with playground(settings.gguf, report, keep=settings.keep) as place:
        return await _Run(settings, place, report).run()


class _Run:
    def __init__(
        self, settings: ChaosSettings, place: Playground, report: Callable[[str], None]
    ) -> None:
        self._settings = settings
        self._place = place
        self._report = report
        self._chance = random.Random(settings.seed)
        self._watch = ProcessWatch(place.runtime)
        self._states = PassingStates()
        self._texts = _Texts()
        self._times = HealTimes()
        self._samples: list[MemorySample] = []
        self._typists = [
            place.typist(
                f"window-{number}",
                states=self._states,
                seed=settings.seed * 100 + number,
                pace=Pace(),
                on_text=self._texts.note,
            )
            for number in range(1, N_WINDOWS + 1)
        ]
        for typist in self._typists:
            typist.on_answer = self._note_answer
            typist.on_model_answer = self._times.answered
        self._began_s = time.monotonic()
        self._signals = Signals(
            self._typists, self._watch, place.runtime, self._chance, self._note, report
        )
        self._colds_s: list[float] = []
        """For how long after each burst no window showed a warm model."""
        self._cold_s = 0.0
        self._returns_s: list[float] = []
        self._n_unhealed = 0
        self._strays: set[str] = set()
        self._n_texts = 0
        self._n_drifted = 0
        self._n_unseen = 0

    async def run(self) -> dict[str, Any]:
        sampling = asyncio.create_task(self._sample())
        self._began_s = time.monotonic()
        left: list[str] = []
        try:
            for typist in self._typists:
                typist.begin()
            if await self._healed(time.monotonic()) is None:
                raise HotseatError(
                    f"No completion had text within {HEAL_PATIENCE_S:.0f} s, before any signal",
                    hint="Use another model, or --keep FOLDER and look into the logs",
                )
            deadline_s = time.monotonic() + self._settings.minutes * 60
            at_rest = 0
            while self._signals.n_sent < self._settings.n_signals and time.monotonic() < deadline_s:
                await self._strike()
                if self._signals.n_sent - at_rest >= REST_SIGNALS:
                    at_rest = self._signals.n_sent
                    await self._rest()
                    await self._calm()
            if self._signals.n_sent > at_rest:
                await self._rest()
        finally:
            sampling.cancel()
            await asyncio.gather(sampling, return_exceptions=True)
            await asyncio.gather(*(typist.stop() for typist in self._typists))
            left = await self._place.end_engine(self._watch)
        return self._figures(left)

    async def _calm(self) -> None:
        """Type again after a rest, and measure how long text takes without a signal."""
        for typist in self._typists:
            typist.begin()
        await self._healed(time.monotonic())  # from the rest's stub engine
        for _ in range(CALM_TEXTS):
            asked_s = time.monotonic()
            if (text_s := await self._healed(asked_s)) is not None:
                self._times.calm(asked_s, text_s)

    # --- signals ---

    async def _strike(self) -> None:
        """Send a burst of signals, and measure how long it takes until there is text again."""
        before = read_engine_file(self._place.runtime)
        n_left = self._settings.n_signals - self._signals.n_sent
        struck_s, engine_killed_s = time.monotonic(), None
        burst: set[Sent] = set()
        for number in range(min(n_left, self._chance.randint(*BURST))):
            if number:
                await asyncio.sleep(self._chance.uniform(*GAP_S))
            sent = await self._signals.send_one()
            struck_s = time.monotonic()
            if sent is not None:
                burst.add(sent)
            if sent == ("engine", "KILL"):
                engine_killed_s = struck_s
        struck_s = max(struck_s, await self._signals.all_continued())
        if engine_killed_s is not None and before is not None:
            returned_s = await self._engine_returned(before.pid)
            if returned_s is not None:
                self._returns_s.append(returned_s - engine_killed_s)
                struck_s = max(struck_s, returned_s)
        self._cold_s = 0.0
        healed_s = await self._healed(struck_s)
        self._colds_s.append(self._cold_s)
        if healed_s is None:
            self._n_unhealed += 1
            self._note("unhealed")
            return
        self._times.healed(struck_s, healed_s, burst)
        self._note("healed", after_s=round(healed_s - struck_s, 3))

    async def _healed(self, struck_s: float) -> float | None:
        """Wait for text that was asked for after `struck_s`; return the time then, or None."""
        for typist in self._typists:
            typist.is_waiting = True
            typist.type_on()  # a request from before `struck_s` does not count, and may hang
        try:
            while time.monotonic() < struck_s + HEAL_PATIENCE_S:
                healed_s = await self._texts.first_after(struck_s, STATUS_EVERY_S)
                if healed_s is not None:
                    return healed_s
                statuses = [_summary(typist) for typist in self._typists]
                newest = self._samples[-1].models if self._samples else ()
                models = [(m.pid, m.rss_bytes, m.blob[7:13]) for m in newest]
                self._note("not healed yet", status=statuses, models=models)
                if not any("warm" in status.values() for status in statuses):
                    self._cold_s += STATUS_EVERY_S
            return None
        finally:
            for typist in self._typists:
                typist.is_waiting = False

    async def _engine_returned(self, killed_pid: int) -> float | None:
        """Return when another engine than the killed one answers; None if it does not come."""
        deadline_s = time.monotonic() + HEAL_PATIENCE_S
        while time.monotonic() < deadline_s:
            engine = read_engine_file(self._place.runtime)
            if engine is not None and engine.pid != killed_pid and await running_embedded_url():
                return time.monotonic()
            await asyncio.sleep(0.05)
        return None

    # --- what is looked at ---

    async def _rest(self) -> None:
        await asyncio.gather(*(typist.rest(ANSWER_PATIENCE_S) for typist in self._typists))
        for line in await self._lasting_strays():
            self._strays.add(line)
            self._note("stray", process=line)
        with TimedStubEngine(self._place.models) as stub:
            for typist in self._typists:
                try:
                    texts = await server_texts(typist, stub)
                except (HotseatError, TimeoutError) as error:
                    self._n_unseen += len(typist.documents)
                    self._note("unseen", window=typist.name, error=str(error))
                    continue
                for seen in texts:
                    self._n_texts += 1
                    if seen.theirs is None:
                        self._n_unseen += 1
                        self._note("unseen", uri=seen.uri, status=typist.status)
                    if seen.theirs is not None and not seen.is_same:
                        self._n_drifted += 1
                        self._note("drift", uri=seen.uri, ours=seen.ours, theirs=seen.theirs)

    async def _lasting_strays(self) -> set[str]:
        """Return the processes that nothing needs for `ANSWER_PATIENCE_S`."""
        deadline_s = time.monotonic() + ANSWER_PATIENCE_S
        while True:
            servers = {pid for typist in self._typists if (pid := typist.server_pid) is not None}
            strays = set(await asyncio.to_thread(self._watch.strays, servers))
            if not strays or time.monotonic() > deadline_s:
                return strays
            await asyncio.sleep(0.1)

    async def _sample(self) -> None:
        watch = ProcessWatch(self._place.runtime)
        n_over = 0
        while True:
            sample = await asyncio.to_thread(watch.memory)
            self._samples.append(sample)
            excess_bytes = sample.rss_bytes - self._place.budget_bytes
            if excess_bytes > 0 or n_over:
                models = [(m.pid, m.rss_bytes, m.blob[7:13]) for m in sample.models]
                self._note("over budget", bytes=excess_bytes, models=models)
            n_over = max(0, excess_bytes)
            await asyncio.sleep(SAMPLE_S)

    def _note_answer(self, window: str, asked_s: float, text: str) -> None:
        took_s = round(time.monotonic() - asked_s, 3)
        self._note("answer", window=window, took_s=took_s, n_chars=len(text))

    def _note(self, event: str, **facts: Any) -> None:
        if self._settings.keep is not None:
            line = {"t_s": round(time.monotonic() - self._began_s, 2), "event": event, **facts}
            with (self._place.logs / "events.jsonl").open("a") as file:
                file.write(json.dumps(line) + "\n")

    def _figures(self, left: list[str]) -> dict[str, Any]:
        counts = [typist.counts for typist in self._typists]
        over = over_budget(self._samples, self._place.budget_bytes)
        return {
            "signals": self._signals.n_sent,
            "unanswered": sum(count.unanswered for count in counts),
            "answered_twice": sum(count.answered_twice for count in counts),
            "double_loads": len(double_loads(self._samples)),
            "over_budget_bytes": over.most_bytes,
            "over_budget_s_max": round(over.longest_s, 2),
            "orphans": len(left) + len(self._strays),
            "stuck_s_max": round(self._states.longest_s, 2),
            "text_drift": self._n_drifted,
            **self._times.figures(),
            "cold_s_p95": percentile(self._colds_s, 95),
            "unhealed": self._n_unhealed,
            "engine_return_s_p95": percentile(self._returns_s, 95),
            "server_deaths": sum(count.deaths for count in counts),
            "texts_compared": self._n_texts - self._n_unseen,
            "texts_unseen": self._n_unseen,
            "over_budget_samples": over.n_samples,
            "samples": len(self._samples),
            "stuck": self._states.longest,
            "by_target": self._signals.sent,
            "windows": {
                name: sum(getattr(count, name) for count in counts)
                for name in ("keys", "completions", "texts", "asks", "cancelled", "servers")
            },
            "budget_bytes": self._place.budget_bytes,
            "model_bytes": self._place.model_bytes,
            "minutes": round((time.monotonic() - self._began_s) / 60, 1),
            "load_average": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
            "cores": os.cpu_count(),
        }


def _summary(typist: Typist) -> dict[str, Any]:
    """Return what a window shows of its experts, its engine and its last completion."""
    status, client = typist.status, typist.client
    last = status.get("lastCompletion") or {}
    experts = status.get("experts", ())
    return {
        **{entry["name"]: entry["state"] for entry in experts if entry["state"] != "absent"},
        "server": client.pid if client is not None and not client.ended else None,
        "pending": 0 if client is None else len(client.pending),
        "engine": (status.get("engine") or {}).get("message"),
        "last": [last.get("outcome"), last.get("source"), last.get("note")],
    }
