"""A stretch of a trace, compressed to minutes: where a person goes, how long they stay, and when
they begin to type there.

Pure: the same stretch for the same trace, pace and seed. Nothing here knows which arm will walk it.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from hotseat.attention.forecaster import Forecaster
from hotseat.domain.errors import HotseatError
from hotseat.lab.simulate.traces import TraceVisit
from hotseat.languages.detect import normalise
from hotseat.workspace.learn_log import MAX_COMMITS
from hotseat.workspace.mining import LEFT_OUT

VISITS_A_SWITCH = 3
"""Wanted of a stretch: a change of language at every third visit. More is not looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How the days of a history become minutes."""

    first_key_s: tuple[float, float] = (0.5, 3.0)
    """After the focus, drawn evenly between the two."""
    loads_a_stay: float = 5.0
    """No stay is shorter than so many loads, or it would say nothing about waiting."""
    compression: float = 20.0
    """So many times shorter than the history's are the stays, as far as that leaves them enough."""

    def stay_s(self, dwell_s: float, load_s: float) -> float:
        """Nor is it shorter than a late first key and two loads behind it."""
        least_s = max(self.loads_a_stay * load_s, self.first_key_s[1] + 2 * load_s)
        return max(least_s, dwell_s / self.compression)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One visit of the stretch. `language` is its LSP id, times count from the focus."""

    path: str
    language: str
    first_key_s: float
    stay_s: float
    switched: bool
    """The first, or in another language than the one before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    languages: tuple[str, ...]
    """The most visited first; each has an expert of its own."""
    stops: tuple[Stop, ...]
    first_visit: int
    """Of the trace, counted from 0."""
    history: tuple[TraceVisit, ...]
    """What came before it."""

    @property
    def n_switches(self) -> int:
        return sum(stop.switched for stop in self.stops)

    @property
    def n_files(self) -> int:
        return len({stop.path for stop in self.stops})

    @property
    def duration_s(self) -> float:
        return sum(stop.stay_s for stop in self.stops)


def counted(visits: Sequence[TraceVisit]) -> list[TraceVisit]:
    """Those in languages that models are asked about, under the names that editors send."""
    named = [replace(v, language=normalise(v.language) or v.language) for v in visits]
    return [visit for visit in named if visit.language not in LEFT_OUT]


def choose_stretch(
    visits: Sequence[TraceVisit],
    *,
    minutes: float,
    max_experts: int,
    load_s: float,
    pace: Pace,
    seed: int,
) -> Stretch:
    """The latest stretch of so many minutes with `max_experts` languages and a switch at every
    third visit; where none has that, the one that has most of it.

    In the second half of the trace, so that there is something to learn from before it. Languages
    beyond the `max_experts` most visited are left out. Raises HotseatError for a trace of one
    language.
    """
    visits = counted(visits)
    stays_s = [pace.stay_s(visit.dwell_s, load_s) for visit in visits]
    best: tuple[tuple[int, int, int], range] | None = None
    end = len(visits) // 2
    total_s = 0.0
    for start in range(len(visits) // 2, len(visits)):
        while end < len(visits) and (end == start or total_s + stays_s[end] <= minutes * 60):
            total_s += stays_s[end]
            end += 1
        languages = [visit.language for visit in visits[start:end]]
        n_languages = min(len(set(languages)), max_experts)
        n_switches = min(_n_switches(languages), len(languages) // VISITS_A_SWITCH)
        score = (n_languages, n_switches, start)
        if best is None or score > best[0]:
            best = score, range(start, end)
        if end == len(visits):
            break  # any later one is a shorter one
        total_s -= stays_s[start]
    if best is None or best[0][0] < 2:
        raise HotseatError(
            f"{minutes:g} minutes of this trace hold only one language: nobody would wait",
            hint="Take a project of several languages, or more --minutes",
        )
    chosen = [visits[i] for i in best[1]]
    counts = Counter(visit.language for visit in chosen)
    served = [language for language, _ in counts.most_common(max_experts)]
    chosen = [visit for visit in chosen if visit.language in served]
    return Stretch(
        languages=tuple(served),
        stops=tuple(_stops(chosen, load_s, pace, seed)),
        first_visit=best[1].start,
        history=tuple(visits[: best[1].start]),
    )


def _stops(visits: Sequence[TraceVisit], load_s: float, pace: Pace, seed: int) -> list[Stop]:
    chance = random.Random(seed)
    return [
        Stop(
            path=visit.path,
            language=visit.language,
            first_key_s=chance.uniform(*pace.first_key_s),
            stay_s=pace.stay_s(visit.dwell_s, load_s),
            switched=i == 0 or visits[i - 1].language != visit.language,
        )
        for i, visit in enumerate(visits)
    ]


def _n_switches(languages: Sequence[str]) -> int:
    return 1 + sum(before != after for before, after in pairwise(languages))


def teach(forecaster: Forecaster, history: Sequence[TraceVisit]) -> None:
    """As if the forecaster had seen the work, session by session and commit by commit; as much of
    it as a language server learns from a git log."""
    commits = dict.fromkeys(visit.commit for visit in reversed(history))
    kept = set(list(commits)[:MAX_COMMITS])
    now_s = 0.0
    session: str | None = None
    commit: list[TraceVisit] = []
    for visit in history:
        if visit.commit not in kept:
            continue
        if commit and commit[-1].commit != visit.commit:
            forecaster.committed([(v.path, v.language) for v in commit], now_s)
            commit = []
        commit.append(visit)
        if visit.session != session:
            session = visit.session
            forecaster.person = ""
            forecaster.begin(now_s)
            forecaster.forecast(())
        forecaster.person = visit.developer
        forecaster.visit(visit.path, visit.language, now_s)
        forecaster.forecast(())
        now_s += visit.dwell_s
    if commit:
        forecaster.committed([(v.path, v.language) for v in commit], now_s)
    forecaster.person = ""
