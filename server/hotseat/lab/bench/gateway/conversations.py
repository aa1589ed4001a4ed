"""Conversations to replay: the order of their languages and pauses, from a switching history. Pure
but for reading the file."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import groupby, pairwise
from pathlib import Path

from hotseat.domain.errors import HotseatError
from hotseat.lab.simulate.replay_window import counted
from hotseat.lab.simulate.traces import TraceVisit, read_trace

SAMPLE = "switching.csv"
N_CONVERSATIONS = 12
MAX_STEPS = 4
"""Of a conversation."""
MIN_STEPS = 4
COMPRESSION = 20.0
"""Pauses are shorter than stays in the history by this factor, as in `bench switch`."""
PAUSE_S = (0.5, 2.0)
"""The shortest and the longest pause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One request: about a file in `language`, `pause_s` after the answer before."""

    task: int
    """Steps of one task belong together, as the files of a commit do."""
    language: str
    pause_s: float


Conversation = tuple[Step, ...]


def sample() -> list[Conversation]:
    """Return the conversations that come with Hotseat."""
    text = files(__package__).joinpath(SAMPLE).read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    return [
        tuple(
            _step(int(row["task"]), row["language"], float(row["pause_s"]))
            for row in list(group)[:MAX_STEPS]
        )
        for _, group in groupby(rows, key=lambda row: row["conversation"])
    ]


def of_trace(path: Path) -> list[Conversation]:
    """Return the latest sessions of a trace that switch languages. Raises HotseatError."""
    found = []
    for _, group in groupby(counted(read_trace(path)), key=lambda visit: visit.session):
        visits: list[TraceVisit] = list(group)[:MAX_STEPS]
        tasks = {commit: i for i, commit in enumerate(dict.fromkeys(v.commit for v in visits))}
        found.append(tuple(_step(tasks[v.commit], v.language, v.dwell_s) for v in visits))
    return found


def chosen(conversations: Sequence[Conversation], n_experts: int) -> list[Conversation]:
    """Return the latest N_CONVERSATIONS that are long enough and switch languages, in those
    `n_experts` languages that are most frequent. Raises HotseatError if there are fewer."""
    counts = Counter(step.language for steps in conversations for step in steps)
    served = {language for language, _ in counts.most_common(n_experts)}
    kept = [tuple(s for s in steps if s.language in served) for steps in conversations]
    kept = [steps for steps in kept if len(steps) >= MIN_STEPS and n_switches(steps) > 0]
    if len(kept) < N_CONVERSATIONS:
        raise HotseatError(
            f"{len(kept)} sessions of the trace switch languages: {N_CONVERSATIONS} are needed",
            hint="Name a trace of a longer history, or leave --trace out",
        )
    return kept[-N_CONVERSATIONS:]


def languages_of(conversations: Sequence[Conversation]) -> list[str]:
    """Return the languages, the most frequent first."""
    counts = Counter(step.language for steps in conversations for step in steps)
    return [language for language, _ in counts.most_common()]


def n_switches(steps: Conversation) -> int:
    return sum(before.language != after.language for before, after in pairwise(steps))


def _step(task: int, language: str, dwell_s: float) -> Step:
    low, high = PAUSE_S
    return Step(task=task, language=language, pause_s=min(high, max(low, dwell_s / COMPRESSION)))
