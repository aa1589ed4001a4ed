"""The matrix of arms and languages, and the gain of each arm, from fillings and bits.

Pure. An arm is compared with the generalist on the spans that both have filled, so a run that was
stopped still has figures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hotseat.infill.infilling_spans import InfillingSpan
from hotseat.infill.scores import Difference, Filling, paired_difference, summary
from hotseat.judge.arms import Arm
from hotseat.judge.likelihood import SpanBits


@dataclass(slots=True)
class Measurements:
    """The measurements of a run so far, by arm, then by the span's index. Grows during the run."""

    spans: Sequence[InfillingSpan]
    arms: Sequence[Arm]
    seed: int
    fillings: dict[str, dict[int, Filling]] = field(default_factory=dict)
    scored: dict[str, dict[int, SpanBits]] = field(default_factory=dict)
    memory_bytes: dict[str, int] = field(default_factory=dict)
    """Memory of each arm, loaded and used, alone."""
    adapter_bytes: dict[str, int] = field(default_factory=dict)
    """Size of the adapter file, for arms that have one."""
    likelihood: str = ""
    """The method by which bits were measured, or the reason why they were not."""
    n_failed: int = 0
    """Suggestions that failed twice; no figure counts them."""
    without_spans: tuple[str, ...] = ()
    """Requested languages in which no spans were found."""
    stopped: bool = False
    """Whether the run was stopped before everything was measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """The figures of one arm in one language."""

    n: int
    similarity: float
    exact: float
    first_token_ms: float | None
    """Median over the spans, like `total_ms`."""
    total_ms: float | None
    bits_per_byte: float | None
    n_scored: int
    """Number of spans whose bits were measured."""
    n_tokens: int
    """Number of tokens scored in these spans."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One arm minus the generalist, in one language; positive values are better."""

    similarity: Difference | None
    bits_per_byte: Difference | None
    """Bits saved in each byte."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seats:
    """Some arms that are in memory together, with one of them for each language."""

    name: str
    arms: tuple[str, ...]
    memory_bytes: int | None
    similarity: float | None
    """The mean over languages."""
    bits_per_byte: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The results of a judgement, by arm and language."""

    languages: tuple[str, ...]
    arms: tuple[Arm, ...]
    """The generalist is the last."""
    cells: Mapping[tuple[str, str], Cell]
    """By name of the arm and language."""
    against: Mapping[tuple[str, str], Comparison]
    memory_bytes: Mapping[str, int]
    extra_bytes: Mapping[str, int]
    """Memory that an arm needs in addition to the generalist: only its adapter if they share the
    base."""
    seats: tuple[Seats, ...]
    n_spans: int
    seed: int
    likelihood: str
    n_failed: int
    without_spans: tuple[str, ...]
    stopped: bool

    @property
    def generalist(self) -> Arm:
        return self.arms[-1]

    @property
    def is_scored(self) -> bool:
        return any(cell.bits_per_byte is not None for cell in self.cells.values())

    @property
    def seated(self) -> tuple[Arm, ...]:
        """Return the arms that the roster uses."""
        return tuple(arm for arm in self.arms if arm.experts or arm.is_generalist)

    def best(
        self, language: str, *, bits: bool = False, among: Sequence[Arm] | None = None
    ) -> str | None:
        """Return the best arm in a language, or None where nothing was measured."""
        arms = self.arms if among is None else among
        cells = {arm.name: self.cells.get((arm.name, language)) for arm in arms}
        if bits:
            found = {n: -c.bits_per_byte for n, c in cells.items() if c and c.bits_per_byte}
        else:
            found = {n: c.similarity for n, c in cells.items() if c}
        return max(found, key=lambda name: found[name], default=None)


def figures_of(measured: Measurements) -> Figures:
    """Return the figures of the measurements so far."""
    spans = measured.spans
    languages = tuple(dict.fromkeys(span.code_language for span in spans))
    at = {lang: [i for i, h in enumerate(spans) if h.code_language == lang] for lang in languages}
    generalist = measured.arms[-1]
    cells, against = {}, {}
    for arm in measured.arms:
        for language in languages:
            if (cell := _cell(measured, arm, at[language])) is not None:
                cells[arm.name, language] = cell
                if arm is not generalist:
                    against[arm.name, language] = _comparison(
                        measured, arm, generalist, at[language]
                    )
    memory = dict(measured.memory_bytes)
    return Figures(
        languages=languages,
        arms=tuple(measured.arms),
        cells=cells,
        against=against,
        memory_bytes=memory,
        extra_bytes={
            arm.name: together - memory[generalist.name]
            for arm in measured.arms
            if generalist.name in memory
            and (together := _together([arm, generalist], measured)) is not None
        },
        seats=_seats(measured, languages, cells),
        n_spans=len(spans),
        seed=measured.seed,
        likelihood=measured.likelihood,
        n_failed=measured.n_failed,
        without_spans=measured.without_spans,
        stopped=measured.stopped,
    )


def _cell(measured: Measurements, arm: Arm, at: Sequence[int]) -> Cell | None:
    mine = measured.fillings.get(arm.name, {})
    fillings = [mine[i] for i in at if i in mine]
    if not fillings:
        return None
    bits = measured.scored.get(arm.name, {})
    scored = [bits[i] for i in at if i in bits]
    n_bytes = sum(s.n_bytes for s in scored)
    of = summary(fillings)
    return Cell(
        n=len(fillings),
        similarity=of["edit_similarity"],
        exact=of["exact_match"],
        first_token_ms=of["first_token_ms"]["p50"],
        total_ms=of["total_ms"]["p50"],
        bits_per_byte=round(sum(s.bits for s in scored) / n_bytes, 4) if n_bytes else None,
        n_scored=len(scored),
        n_tokens=sum(s.n_tokens for s in scored),
    )


def _comparison(measured: Measurements, arm: Arm, other: Arm, at: Sequence[int]) -> Comparison:
    a, b = (measured.fillings.get(x.name, {}) for x in (arm, other))
    both = [i for i in at if i in a and i in b]
    p, q = (measured.scored.get(x.name, {}) for x in (arm, other))
    scored = [i for i in at if i in p and i in q]
    return Comparison(
        similarity=paired_difference(
            [a[i].similarity - b[i].similarity for i in both], [1.0] * len(both), measured.seed
        ),
        bits_per_byte=paired_difference(
            [q[i].bits - p[i].bits for i in scored],
            [float(p[i].n_bytes) for i in scored],
            measured.seed,
        ),
    )


def _together(arms: Sequence[Arm], measured: Measurements) -> int | None:
    """Return the bytes of arms that are in memory together, or None if one was not measured.

    Each base counts once, with the adapters over it.
    """
    by_weights: dict[str, dict[str, Arm]] = {}
    for arm in arms:
        by_weights.setdefault(arm.weights, {})[arm.name] = arm
    total = 0
    for group in by_weights.values():
        sizes = [measured.memory_bytes.get(name) for name in group]
        if None in sizes:
            return None
        alone = [
            size - measured.adapter_bytes.get(name, 0)
            for name, size in zip(group, sizes, strict=True)
            if size is not None
        ]
        total += max(alone) + sum(measured.adapter_bytes.get(name, 0) for name in group)
    return total


def _seats(
    measured: Measurements, languages: Sequence[str], cells: Mapping[tuple[str, str], Cell]
) -> tuple[Seats, ...]:
    """Return the generalist alone, the roster as it is, and each other arm alone."""
    generalist = measured.arms[-1]
    serving = {
        language: next((arm for arm in measured.arms if language in arm.languages), generalist)
        for language in languages
    }
    settings = {"the generalist alone": dict.fromkeys(languages, generalist)}
    if any(arm is not generalist for arm in serving.values()):
        settings["the roster as it is"] = serving
    for arm in measured.arms[:-1]:
        if not arm.languages:
            settings[f"{arm.name} alone"] = dict.fromkeys(languages, arm)
    return tuple(
        seats_of(name, by, measured, cells, generalist if "roster" in name else None)
        for name, by in settings.items()
    )


def seats_of(
    name: str,
    serving: Mapping[str, Arm],
    measured: Measurements,
    cells: Mapping[tuple[str, str], Cell],
    beside: Arm | None,
) -> Seats:
    """Return the figures of a set of arms, by language in `serving`.

    `beside` stays in memory too: a roster's generalist, even if it serves no language.
    """
    arms = list(dict.fromkeys([*serving.values(), *([beside] if beside else [])]))
    found = [cells.get((arm.name, language)) for language, arm in serving.items()]
    similar = [c.similarity for c in found if c is not None]
    bits = [c.bits_per_byte for c in found if c is not None and c.bits_per_byte is not None]
    return Seats(
        name=name,
        arms=tuple(arm.name for arm in arms),
        memory_bytes=_together(arms, measured),
        similarity=round(sum(similar) / len(similar), 4) if len(similar) == len(found) else None,
        bits_per_byte=round(sum(bits) / len(bits), 4) if bits and len(bits) == len(found) else None,
    )
