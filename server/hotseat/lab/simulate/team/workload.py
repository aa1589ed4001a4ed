"""What developers ask of a team's server: from switching histories, the same for real and virtual
servers. Pure but for reading the sample."""

from __future__ import annotations

import csv
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import groupby, pairwise

from hotseat.keeper.engine.hints import MAX_HINTS, MIN_PROBABILITY

_SAMPLE = ("hotseat.lab.bench.gateway", "switching.csv")
REACTION_S = 1.5
"""From opening a file to the first key, as `hotseat simulate` has it. It is never accelerated."""
MIN_SHARE = 0.02
"""Languages that fewer visits are in have no expert."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A stay in a file of `language`, for `stay_s`."""

    language: str
    stay_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One request of a developer, `pause_s` after the answer before."""

    model: str
    pause_s: float
    reaction_s: float
    """At the end of the pause: the developer has opened the file, and types nothing yet."""
    expected: tuple[tuple[str, float], ...]
    """The models that the developer's keeper expects after this one, with their probabilities."""


Sessions = Sequence[tuple[Visit, ...]]


def sample() -> list[tuple[Visit, ...]]:
    """Return the sessions that come with Hotseat, in the languages that have an expert."""
    text = files(_SAMPLE[0]).joinpath(_SAMPLE[1]).read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    counts = Counter(row["language"] for row in rows)
    return [
        tuple(
            Visit(language=row["language"], stay_s=float(row["pause_s"]))
            for row in group
            if counts[row["language"]] >= MIN_SHARE * len(rows)
        )
        for _, group in groupby(rows, key=lambda row: row["conversation"])
    ]


def habits(sessions: Sessions) -> dict[str, dict[str, float]]:
    """Return how often each language follows another one, as shares: what a keeper has learned."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for visits in sessions:
        for before, after in pairwise(visits):
            counts[before.language][after.language] += 1
    return {
        language: {other: n / found.total() for other, n in found.items()}
        for language, found in counts.items()
    }


def expected(
    language: str, learned: Mapping[str, Mapping[str, float]]
) -> tuple[tuple[str, float], ...]:
    """Return the other languages that are likely next, as a keeper's hints are chosen."""
    found = sorted(learned.get(language, {}).items(), key=lambda item: (-item[1], item[0]))
    likely = [one for one in found if one[0] != language and one[1] >= MIN_PROBABILITY]
    return tuple(likely[:MAX_HINTS])


def model_names(sessions: Sessions, n_models: int) -> list[tuple[str, ...]]:
    """Return the models of each group of developers: one for each language, `n_models` in all."""
    counts = Counter(visit.language for visits in sessions for visit in visits)
    languages = [language for language, _ in counts.most_common()]
    names = [f"{language}-{group}" for group in range(n_models) for language in languages]
    n_each = len(languages)
    kept = names[:n_models]
    return [tuple(kept[i : i + n_each]) for i in range(0, n_models, n_each)]


def asks(
    sessions: Sessions,
    n_developers: int,
    groups: Sequence[tuple[str, ...]],
    *,
    acceleration: float = 1.0,
    seed: int = 0,
) -> list[Iterator[Ask]]:
    """Return each developer's requests, without end: sessions in a random order of its own.

    A developer belongs to one group, which has models of its own. The keeper has learned from the
    sessions other than the one that is under way. Stays are shorter by `acceleration`.
    """
    learned = [habits([other for other in sessions if other is not one]) for one in sessions]

    def of(developer: int) -> Iterator[Ask]:
        draw = random.Random(f"{seed}/{developer}")
        models = {name.rpartition("-")[0]: name for name in groups[developer % len(groups)]}
        is_first = True
        while True:
            for i in draw.sample(range(len(sessions)), len(sessions)):
                for visit in sessions[i]:
                    if (model := models.get(visit.language)) is None:
                        continue
                    pause_s = REACTION_S + visit.stay_s / acceleration
                    if is_first:  # Developers do not begin all at once.
                        pause_s, is_first = draw.uniform(0, pause_s), False
                    following = expected(visit.language, learned[i])
                    yield Ask(
                        model=model,
                        pause_s=pause_s,
                        reaction_s=min(pause_s, REACTION_S),
                        expected=tuple((models[n], p) for n, p in following if n in models),
                    )

    return [of(developer) for developer in range(n_developers)]
