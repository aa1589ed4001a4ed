"""`hotseat bench together`: which combination of small models is worth having on given code.

Every way fills the same holes of a repository: each expert alone, the expert of each language
(`switched`), the uniform mixture of all adapters, the generalist, and each with the suffix first.
Edits are measured with and without drafts. Owns the figures and the proposal; `judge` measures.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hotseat.completion.prompt.fim_templates import SUFFIX_FIRST
from hotseat.infill.scores import Difference, paired_difference
from hotseat.judge.arms import Arm
from hotseat.judge.figures import Measurements

SWITCHED = "switched"
"""The expert of each hole's language."""
PLAIN_EDITS, DRAFTED_EDITS = "edits", "edits drafted"
MIN_HOLES = 12
"""With fewer, nothing is proposed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """The figures of one combination; None where nothing was measured."""

    similarity: float | None
    bits_per_byte: float | None
    ms: float | None
    """Median of a completion from request to end; for edits, of one token."""
    n_bytes: int | None
    n: int

    def as_json(self) -> dict[str, Any]:
        return {
            "similarity": self.similarity,
            "bits_per_byte": self.bits_per_byte,
            "ms": self.ms,
            "bytes": self.n_bytes,
            "n": self.n,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """`a` minus `b` in edit similarity on the same holes; for edits, the share of time saved."""

    a: str
    b: str
    difference: Difference
    what: str = "similarity"

    def as_json(self) -> dict[str, Any]:
        d = self.difference
        return {
            "a": self.a,
            "b": self.b,
            "what": self.what,
            "difference": d.mean,
            "low": d.low,
            "high": d.high,
            "n": d.n,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """All ways, the pairs that decide, and what follows."""

    repository: str
    ways: Mapping[str, Way]
    pairs: tuple[Pair, ...]
    advice: tuple[str, ...]
    """Sentences on what is worth having on this code."""
    roster: str
    """A proposed experts.yaml."""

    def as_json(self) -> dict[str, Any]:
        return {
            "repository": self.repository,
            "arms": {name: way.as_json() for name, way in self.ways.items()},
            "pairs": [pair.as_json() for pair in self.pairs],
            "advice": list(self.advice),
            "proposal": self.roster,
        }


def together_of(
    measured: Measurements, repository: str, *, use: str, drafts: Mapping[str, Any] | None
) -> Together:
    """Return the figures of a run of `judge` whose arms are the ways, and of `bench_drafts`."""
    arms = {arm.name: arm for arm in measured.arms}
    generalist = measured.arms[-1]
    similarities = {
        name: {i: f.similarity for i, f in measured.fillings.get(name, {}).items()} for name in arms
    }
    ways = {name: _way(measured, arm, similarities[name]) for name, arm in arms.items()}
    for suffix in ("", f"-{SUFFIX_FIRST}"):
        chosen = _chosen(measured, arms, generalist.name, suffix)
        similarities[SWITCHED + suffix] = {
            i: similarities[name][i] for i, name in chosen.items() if i in similarities[name]
        }
        ways[SWITCHED + suffix] = _switched(measured, chosen, ways, similarities[SWITCHED + suffix])
    pairs = [
        pair
        for a, b in _compared(ways, arms, generalist.name)
        if (pair := _pair(a, b, similarities, measured.seed)) is not None
    ]
    if drafts is not None:
        ways[PLAIN_EDITS] = _edits(drafts, "ms_per_token", "bytes")
        ways[DRAFTED_EDITS] = _edits(drafts, "drafted_ms_per_token", "bytes_with_drafts")
        pairs.append(_drafts_pair(drafts))
    ways = {name: way for name, way in ways.items() if way.n}
    advice, roster = _proposal(pairs, arms, generalist, use)
    return Together(
        repository=repository, ways=ways, pairs=tuple(pairs), advice=advice, roster=roster
    )


def _way(measured: Measurements, arm: Arm, similarities: Mapping[int, float]) -> Way:
    fillings = measured.fillings.get(arm.name, {})
    bits = measured.scored.get(arm.name, {})
    n_bytes = sum(s.n_bytes for s in bits.values())
    return Way(
        similarity=_mean(list(similarities.values())),
        bits_per_byte=round(sum(s.bits for s in bits.values()) / n_bytes, 4) if n_bytes else None,
        ms=_median([f.total_ms for f in fillings.values() if f.total_ms is not None]),
        n_bytes=measured.memory_bytes.get(arm.name),
        n=len(fillings),
    )


def _chosen(
    measured: Measurements, arms: Mapping[str, Arm], generalist: str, suffix: str
) -> dict[int, str]:
    """Return the arm of each hole's language: an expert of the roster, else the generalist."""
    by_language = {language: arm.name for arm in arms.values() for language in arm.languages}
    found = {}
    for i, span in enumerate(measured.spans):
        name = by_language.get(span.code_language, generalist) + suffix
        if name in arms:
            found[i] = name
    return found


def _switched(
    measured: Measurements,
    chosen: Mapping[int, str],
    ways: Mapping[str, Way],
    similarities: Mapping[int, float],
) -> Way:
    bits = [
        measured.scored[name][i] for i, name in chosen.items() if i in measured.scored.get(name, {})
    ]
    times = [
        measured.fillings[name][i].total_ms
        for i, name in chosen.items()
        if i in measured.fillings.get(name, {})
    ]
    n_bytes = sum(s.n_bytes for s in bits)
    used = set(chosen.values())
    # Adapters over one base share its memory: the largest of them, and the files of the others.
    files = [measured.adapter_bytes.get(name, 0) for name in used]
    memory = [ways[name].n_bytes or 0 for name in used]
    return Way(
        similarity=_mean(list(similarities.values())),
        bits_per_byte=round(sum(s.bits for s in bits) / n_bytes, 4) if n_bytes else None,
        ms=_median([ms for ms in times if ms is not None]),
        n_bytes=max(memory) + sum(files) - max(files) if any(memory) else None,
        n=len(similarities),
    )


def _compared(
    ways: Mapping[str, Way], arms: Mapping[str, Arm], generalist: str
) -> list[tuple[str, str]]:
    suffix = f"-{SUFFIX_FIRST}"
    found = [(SWITCHED, generalist)]
    found += [(name, generalist) for name in arms if name != generalist and suffix not in name]
    found += [(SWITCHED, name) for name in arms if name != generalist and suffix not in name]
    found += [(name + suffix, name) for name in ways if name + suffix in ways]
    return found


def _pair(
    a: str, b: str, similarities: Mapping[str, Mapping[int, float]], seed: int
) -> Pair | None:
    both = sorted(set(similarities[a]) & set(similarities[b]))
    gains = [similarities[a][i] - similarities[b][i] for i in both]
    difference = paired_difference(gains, [1.0] * len(gains), seed) if gains else None
    return None if difference is None else Pair(a=a, b=b, difference=difference)


def _edits(drafts: Mapping[str, Any], ms: str, n_bytes: str) -> Way:
    return Way(
        similarity=None,
        bits_per_byte=None,
        ms=drafts[ms],
        n_bytes=drafts[n_bytes],
        n=drafts["edits"],
    )


def _drafts_pair(drafts: Mapping[str, Any]) -> Pair:
    speed = drafts["speed"]

    def saved(ratio: float | None) -> float:
        return round(1 - 1 / ratio, 4) if ratio else 0.0

    return Pair(
        a=DRAFTED_EDITS,
        b=PLAIN_EDITS,
        what="time saved",
        difference=Difference(
            n=drafts["edits"],
            mean=saved(speed["ratio"]),
            low=saved(speed["low"]),
            high=saved(speed["high"]),
        ),
    )


def _proposal(
    pairs: Sequence[Pair], arms: Mapping[str, Arm], generalist: Arm, use: str
) -> tuple[tuple[str, ...], str]:
    known = {(pair.a, pair.b): pair.difference for pair in pairs}
    advice, lines = [], [f"use: {use}"]
    switched = known.get((SWITCHED, generalist.name))
    is_worth_it = switched is not None and switched.n >= MIN_HOLES and switched.is_gain
    advice.append(
        _sentence("The expert of each language", "the generalist alone", switched)
        + (" Keep the experts." if is_worth_it else " The generalist alone is enough here.")
    )
    singles = [
        (name, d)
        for (name, other), d in known.items()
        if other == generalist.name and name in arms and d.n >= MIN_HOLES and d.is_gain
    ]
    best = max(singles, key=lambda item: item[1].mean, default=None)
    if best is not None:
        against = known.get((SWITCHED, best[0]))
        sentence = _sentence("The expert of each language", f"{best[0]} for everything", against)
        advice.append(sentence)
    kept = SWITCHED if is_worth_it else generalist.name
    suffix = known.get((f"{kept}-{SUFFIX_FIRST}", kept))
    wants_suffix = suffix is not None and suffix.n >= MIN_HOLES and suffix.is_gain
    advice.append(_sentence("The text after the cursor first", "prefix only", suffix))
    drafted = known.get((DRAFTED_EDITS, PLAIN_EDITS))
    if drafted is not None:
        verdict = "gain" if drafted.is_gain else "no gain beyond chance"
        advice.append(
            f"Drafted edits save {drafted.mean:.0%} of the time of a token"
            f" ({drafted.low:.0%} to {drafted.high:.0%}): {verdict}."
        )
    facts = []
    if wants_suffix:
        facts.append(f"fim: {SUFFIX_FIRST}")
    if drafted is not None and drafted.is_gain:
        facts.append("options: {draft_num_predict: 16}")
    if facts:
        lines += ["models:", f"  {generalist.weights}: {{{', '.join(facts)}}}"]
    if not is_worth_it and (gone := [arm for arm in arms.values() if arm.experts]):
        names = dict.fromkeys(name for arm in gone if not arm.is_generalist for name in arm.experts)
        if names:
            lines += ["experts:", *(f"  - {{name: {name}, remove: true}}" for name in names)]
    return tuple(advice), "\n".join(lines) + "\n"


def _sentence(what: str, other: str, difference: Difference | None) -> str:
    if difference is None or difference.n < MIN_HOLES:
        n = difference.n if difference is not None else 0
        return f"{what} against {other}: {n} holes, too few to say."
    d = difference
    figures = f"{d.mean:+.3f} ({d.low:+.3f} to {d.high:+.3f}) of similarity, {d.n} holes"
    if d.is_gain:
        return f"{what} is better than {other}: {figures}."
    if d.is_loss:
        return f"{what} is worse than {other}: {figures}."
    return f"{what} against {other}: no difference beyond chance, {figures}."


def _mean(values: Sequence[float]) -> float | None:
    return round(sum(values) / len(values), 4) if values else None


def _median(values: Sequence[float]) -> float | None:
    return round(statistics.median(values), 1) if values else None
