"""A replay window: a part of a trace, compressed to minutes, with the time of each visit and first
key.

Pure: the same window for the same trace, pace and seed. It does not depend on the client that
replays it.
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
"""A window with a change of language at every third visit is good enough."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayPace:
    """How a history of days is compressed to minutes."""

    first_key_s: tuple[float, float] = (0.5, 3.0)
    """Range of the time from focus to first key, drawn uniformly."""
    loads_a_stay: float = 5.0
    """Shortest stay, in load times; a shorter stay would not show a wait."""
    compression: float = 20.0
    """Factor by which stays are shorter than in the history, down to the shortest stay."""

    def stay_s(self, dwell_s: float, load_s: float) -> float:
        """Return the length of a stay: at least a late first key and two loads after it."""
        least_s = max(self.loads_a_stay * load_s, self.first_key_s[1] + 2 * load_s)
        return max(least_s, dwell_s / self.compression)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayStop:
    """One visit of the window. `language` is its LSP id; times count from the focus."""

    path: str
    language: str
    first_key_s: float
    stay_s: float
    switched: bool
    """True for the first visit, and for one in another language than the visit before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayWindow:
    """The visits to replay, and the history before them."""

    languages: tuple[str, ...]
    """The most visited first; each has an expert of its own."""
    stops: tuple[ReplayStop, ...]
    first_visit: int
    """Index of the first visit in the trace."""
    history: tuple[TraceVisit, ...]
    """The visits before the window."""

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
    """Return the visits in languages that models serve, with the ids that editors send."""
    named = [replace(v, language=normalise(v.language) or v.language) for v in visits]
    return [visit for visit in named if visit.language not in LEFT_OUT]


def choose_replay_window(
    visits: Sequence[TraceVisit],
    *,
    minutes: float,
    max_experts: int,
    load_s: float,
    pace: ReplayPace,
    seed: int,
) -> ReplayWindow:
    """Return the latest window with `max_experts` languages and a switch at every third visit.

    If there is none, return the window that comes closest. It is in the second half of the trace,
    so that a history precedes it. Languages beyond the `max_experts` most visited are left out.
    Raises HotseatError for a trace of one language.
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
            break  # later windows are shorter
        total_s -= stays_s[start]
    if best is None or best[0][0] < 2:
        raise HotseatError(
            f"{minutes:g} minutes of this trace contain only one language: no switch to measure",
            hint="Use a project with several languages, or more --minutes",
        )
    chosen = [visits[i] for i in best[1]]
    counts = Counter(visit.language for visit in chosen)
    served = [language for language, _ in counts.most_common(max_experts)]
    chosen = [visit for visit in chosen if visit.language in served]
    return ReplayWindow(
        languages=tuple(served),
        stops=tuple(_stops(chosen, load_s, pace, seed)),
        first_visit=best[1].start,
        history=tuple(visits[: best[1].start]),
    )


def _stops(
    visits: Sequence[TraceVisit], load_s: float, pace: ReplayPace, seed: int
) -> list[ReplayStop]:
    chance = random.Random(seed)
    return [
        ReplayStop(
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
    """Feed the history to the forecaster, by sessions and commits.

    At most as many commits are used as a language server learns from a git log.
    """
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
