"""A judgement that was never run: arms, spans, and what each made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hotseat.domain.experts import Expert, ModelSpec, Roster
from hotseat.infill.infilling_spans import InfillingSpan
from hotseat.infill.scores import Filling
from hotseat.judge.arms import arms_of
from hotseat.judge.figures import Measurements
from hotseat.judge.likelihood import SpanBits


def expert(name: str, languages: Sequence[str] = (), model: str = "", **more: object) -> Expert:
    spec = ModelSpec(model or f"{name}:1b", ())
    return Expert(name=name, languages=tuple(languages), spec=spec, **more)  # type: ignore[arg-type]


GENERALIST = expert("generalist", model="general:1b")
ROSTER = Roster(
    generalist=GENERALIST,
    experts=(
        expert("py", ["python", "ruby"], model="snake:1b"),
        expert("web", ["javascript"], model="web:1b"),
        expert("same", ["go"], model="general:1b"),
    ),
)


def span(language: str, middle: str = "x = total(1)") -> InfillingSpan:
    return InfillingSpan(
        path=f"a.{language}",
        language=language,
        code_language=language,
        kind="statement",
        before="",
        middle=middle,
        after="",
        code=(0, len(middle)),
    )


def filling(similarity: float) -> Filling:
    return Filling(
        text="x",
        similarity=similarity,
        exact=similarity == 1.0,
        first_line=False,
        parses=True,
        first_token_ms=100.0,
        total_ms=200.0,
    )


def judged(
    similarity: Mapping[tuple[str, str], Sequence[float]],
    bits: Mapping[tuple[str, str], Sequence[float]] | None = None,
    *,
    roster: Roster = ROSTER,
    others: Sequence[str] = (),
    memory: Mapping[str, int] | None = None,
) -> Measurements:
    """`similarity` and `bits` (for 8 bytes a span) by arm and language, a value for each span."""
    n_of: dict[str, int] = {}
    for (_, language), values in similarity.items():
        n_of[language] = max(n_of.get(language, 0), len(values))
    spans = [span(language) for language, n in n_of.items() for _ in range(n)]
    first = {
        language: next(i for i, h in enumerate(spans) if h.language == language)
        for language in n_of
    }
    measured = Measurements(
        spans=spans, arms=arms_of(roster, list(n_of), others=others), seed=1, likelihood="by hand"
    )
    for (arm, language), values in similarity.items():
        mine = measured.fillings.setdefault(arm, {})
        mine |= {first[language] + i: filling(value) for i, value in enumerate(values)}
    for (arm, language), values in (bits or {}).items():
        scored = measured.scored.setdefault(arm, {})
        for i, value in enumerate(values):
            scored[first[language] + i] = SpanBits(bits=value, n_bytes=8, n_tokens=4)
    measured.memory_bytes |= memory or {}
    return measured
