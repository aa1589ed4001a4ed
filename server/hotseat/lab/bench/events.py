"""The cost of one event in attention, forecast and plan, with 16 experts.

Runs the same code as in the editor on a random day of a user: sessions, commits, files that change
together, and 16 languages whose models differ in size. No engine, no clock, no files.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from typing import NamedTuple

from hotseat.attention.attention import Attention
from hotseat.attention.forecaster import Forecaster
from hotseat.domain.events import AttentionEvent, Edited, Focused, Opened
from hotseat.domain.experts import Expert, ModelSpec, Roster
from hotseat.residency.messages import (
    DemandChanged,
    Effect,
    Estimate,
    Estimated,
    Event,
    Load,
    LoadDone,
    Observed,
    Tick,
    Unload,
    UnloadDone,
)
from hotseat.residency.scheduler import Scheduler

N_EXPERTS = 16
N_VISITS = 3000
N_WARM_UP = 1000
"""Visits that are not counted, while the tables fill."""
N_ROUNDS = 5
N_FEATURES = 60
FILES_OF_A_FEATURE = 12
LOAD_S = 2.0
STAY_S = 20.0


class EventTimes(NamedTuple):
    """Milliseconds of processor time, one number for each event."""

    focus: list[float]
    settle: list[float]
    """The first key after a focus: the stay counts, and the forecast is computed again."""
    key: list[float]


def event_times_ms(rounds: int = N_ROUNDS) -> EventTimes:
    """Replay the same day in each round, and return the best time of each event over the rounds.

    The best time excludes other work of the machine; events that do more still take longer.
    """
    days = [_event_times_ms() for _ in range(rounds)]
    return EventTimes(
        *([min(times) for times in zip(*kind, strict=True)] for kind in zip(*days, strict=True))
    )


def _event_times_ms() -> EventTimes:
    chance = random.Random(7)
    languages = [f"language{i}" for i in range(N_EXPERTS)]
    sizes = {language: (3 + i * 5 % 17) * 100_000_000 for i, language in enumerate(languages)}
    forecaster = Forecaster()
    forecaster.person = "user"
    attention = Attention(forecaster, lambda uri: uri)
    roster = Roster(
        experts=tuple(
            Expert(name=name, languages=(name,), spec=ModelSpec(name)) for name in languages
        ),
        disabled_languages=frozenset(),
    )
    scheduler = Scheduler(budget_bytes=sum(sizes.values()) // 2, keep_alive_s=1e9)
    scheduler.handle(Observed(0.0, ()), 0.0)
    times = EventTimes([], [], [])
    now_s = 1000.0
    burst: list[tuple[str, str]] = []

    def timed(event: AttentionEvent) -> float:
        began_s = time.process_time()
        attention.attend(event, now_s)
        effects = scheduler.handle(DemandChanged(attention.demand(roster, now_s)), now_s)
        took_ms = (time.process_time() - began_s) * 1000
        while effects:
            effects = [e for done in map(end, effects) for e in scheduler.handle(done, now_s)]
        return took_ms

    def end(effect: Effect) -> Event:
        """Return the event of an engine that takes no time."""
        match effect:
            case Estimate(spec, _):
                return Estimated(spec, sizes[spec.model])
            case Load(spec):
                return LoadDone(spec, LOAD_S)
            case Unload(spec):
                return UnloadDone(spec)
        return Tick()

    for n, (path, language) in enumerate(_day(chance, languages)):
        if len(burst) > chance.randrange(2, 30):
            forecaster.committed(burst, now_s)
            burst = []
        if n % 50 == 0:
            attention.begin(now_s)
        burst.append((path, language))
        if path not in attention.state.buffers:
            timed(Opened(path, language))
        focus_ms = timed(Focused(path))
        now_s += 0.3
        settle_ms = timed(Edited(path, language))
        key_ms = timed(Edited(path, language))
        now_s += STAY_S
        if n >= N_WARM_UP:
            for kind, took_ms in zip(times, (focus_ms, settle_ms, key_ms), strict=True):
                kind.append(took_ms)
    return times


def _day(chance: random.Random, languages: list[str]) -> Iterator[tuple[str, str]]:
    """Yield files of one feature for a while, then of another; each feature has a few languages."""
    features = [
        [
            (f"feature{f}/file{i}", chance.choice(languages[f % 12 : f % 12 + 5]))
            for i in range(FILES_OF_A_FEATURE)
        ]
        for f in range(N_FEATURES)
    ]
    feature = features[0]
    for _ in range(N_VISITS):
        if chance.random() < 0.1:
            feature = chance.choice(features)
        yield chance.choice(feature)
