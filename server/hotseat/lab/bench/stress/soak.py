"""`hotseat bench soak`: many hours of typing, asking and switching in a few minutes, without harm.

The users do not pause between keys. What the servers, their parsing workers, the engine and the
models' processes have is sampled, and the beginning is compared with the end.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hotseat.domain.errors import HotseatError
from hotseat.lab.bench.stress.figures import PassingStates, Resources, flatness
from hotseat.lab.bench.stress.playground import playground
from hotseat.lab.bench.stress.processes import Kind, ProcessWatch
from hotseat.lab.bench.stress.typist import Pace

N_WINDOWS = 2
SAMPLE_S = 0.5
REST_PATIENCE_S = 30.0
FIRST_TEXT_S = 60.0
KEYS_PER_HOUR = 2400
"""A user types in bursts of five keys per second, and reads or thinks for most of an hour."""
PACE = Pace(
    key_s=(0.0, 0.002),
    look_s=(0.0, 0.05),
    think_share=0.05,
    complete_share=0.4,
    ask_share=0.001,
    switch_share=0.005,
)
_NAMES = {
    Kind.SERVER: "server",
    Kind.WORKER: "worker",
    Kind.ENGINE: "engine",
    Kind.MODEL: "child",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SoakSettings:
    minutes: float = 5.0
    hours: float = 8.0
    """The run ends early when every window has typed as much as in so many hours."""
    gguf: Path | None = None
    keep: Path | None = None
    seed: int = 1


async def bench_soak(settings: SoakSettings, report: Callable[[str], None]) -> dict[str, Any]:
    """Return the figures of `hotseat bench soak --json`. Raises HotseatError."""
    async with playground(settings.gguf, report, keep=settings.keep) as place:
        texts: list[float] = []
        typists = [
            place.typist(
                f"window-{number}",
                states=PassingStates(),
                seed=settings.seed * 100 + number,
                pace=PACE,
                on_text=texts.append,
            )
            for number in range(1, N_WINDOWS + 1)
        ]
        watch = ProcessWatch(place.runtime)
        samples: list[dict[Kind, Resources]] = []
        began_s = time.monotonic()
        try:
            for typist in typists:
                typist.begin()
            while True:
                await asyncio.sleep(SAMPLE_S)
                samples.append(await asyncio.to_thread(watch.resources))
                elapsed_s = time.monotonic() - began_s
                hours = min(typist.counts.keys for typist in typists) / KEYS_PER_HOUR
                if not texts and elapsed_s > FIRST_TEXT_S:
                    raise HotseatError(
                        f"No completion had text within {FIRST_TEXT_S:.0f} s",
                        hint="Use another model, or --keep FOLDER and look into the logs",
                    )
                if len(samples) % 20 == 0:
                    report(f"{hours:.1f} simulated hours in {elapsed_s / 60:.1f} min")
                if elapsed_s > settings.minutes * 60 or hours >= settings.hours:
                    break
            await asyncio.gather(*(typist.rest(REST_PATIENCE_S) for typist in typists))
        finally:
            await asyncio.gather(*(typist.stop() for typist in typists))
            left = await place.end_engine(watch)
    counts = [typist.counts for typist in typists]
    return {
        **{
            name: flatness([sample[kind] for sample in samples if kind in sample])
            for kind, name in _NAMES.items()
            if any(kind in sample for sample in samples)
        },
        "hours": round(hours, 2),
        "minutes": round(elapsed_s / 60, 1),
        "windows": {
            name: sum(getattr(count, name) for count in counts)
            for name in ("keys", "completions", "texts", "asks", "cancelled", "switches")
        },
        "unanswered": sum(count.unanswered for count in counts),
        "answered_twice": sum(count.answered_twice for count in counts),
        "server_deaths": sum(count.deaths for count in counts),
        "orphans": len(left),
        "load_average": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
        "cores": os.cpu_count(),
    }
