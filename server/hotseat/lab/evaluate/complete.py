"""`hotseat bench complete`: infilling spans of real code, filled by the whole pipeline.

A language server in a child process opens each file without the text of the span, as an editor
does, and gets a request for a suggestion there. For comparison, the same model can be sent the
plain text before the cursor, or another roster can be used, on the same spans.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from platformdirs import user_data_path

from hotseat.completion.prompt.fim_templates import FimPrompt, choose
from hotseat.completion.prompt.window import window
from hotseat.completion.request import MAX_WINDOW_TOKENS, N_PREDICT
from hotseat.domain.errors import HotseatError
from hotseat.domain.experts import Expert, Roster, canonical_model_name
from hotseat.engines.ollama import OllamaEngine
from hotseat.engines.protocol import GenerateRequest
from hotseat.engines.pull import pull
from hotseat.engines.sources import Progress, ProgressSink
from hotseat.infill.fill import (
    OnProgress,
    expert_for,
    filling,
    given_or_own_engine,
    open_span_filler,
)
from hotseat.infill.infilling_spans import InfillingSpan
from hotseat.infill.scores import Filling, paired_comparison, summary
from hotseat.lab.evaluate.gates import gate_figures, judged
from hotseat.roster.load import load_choice
from hotseat.syntax.text_spans import KINDS

OURS = "hotseat"
BASELINES = ("plain", "line")
"""Baselines that use the same model.

`plain`: its continuation of the plain text before the cursor, as much as our prompt holds, up to
the first newline. `line`: its answer to our own prompt, the first line that is not blank.
"""
N_PREDICT_LINE = 96


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One way to fill spans: the pipeline with a roster's experts."""

    name: str
    roster_choice: str
    roster: Roster

    @classmethod
    def of(cls, name: str, roster_choice: str) -> Setting:
        """Load a roster. Raises HotseatError when it does not exist."""
        roster = load_choice(roster_choice, None, trusted=True).roster
        return cls(name=name, roster_choice=roster_choice, roster=roster)

    def expert(self, span: InfillingSpan) -> Expert:
        """Return the expert for a span's language. Raises HotseatError when there is none."""
        return expert_for(self.roster, span)


async def bench_complete(
    repository: Path,
    spans: Sequence[InfillingSpan],
    ours: Setting,
    against: Setting | None,
    *,
    baseline: str | None,
    filtered: bool,
    engine_url: str | None,
    seed: int,
    on_progress: OnProgress,
    gates: bool = False,
) -> dict[str, Any]:
    """Return all figures. With `filtered`, suggestions that the filter hides count as empty; with
    `gates`, `gates` in the result compares what could hide them.

    Raises HotseatError.
    """
    settings = [ours, *([against] if against else [])]
    filled: dict[str, list[Filling]] = {}
    async with given_or_own_engine(
        engine_url, user_data_path("hotseat") / "models", on_progress
    ) as url:
        await _fetch(
            url, [setting.expert(span) for setting in settings for span in spans], on_progress
        )
        for setting in settings:
            run = _Run(
                repository,
                setting,
                url,
                on_progress,
                baseline=baseline if setting is ours else None,
                filtered=filtered,
            )
            filled |= await run.fill(spans)
    result = report(spans, filled, seed=seed)
    if gates:
        models = [ours.expert(span).spec.model for span in spans]
        judged_spans = judged(spans, filled[ours.name], models)
        result["gates"] = gate_figures(judged_spans, threshold=ours.roster.completion.threshold)
    return result


def report(
    spans: Sequence[InfillingSpan], filled: Mapping[str, Sequence[Filling]], *, seed: int
) -> dict[str, Any]:
    """Return the figures for JSON; the first setting is compared with the second, if there is
    one."""
    result: dict[str, Any] = {
        "n": len(spans),
        "seed": seed,
        "settings": {
            name: _grouped(spans, lambda at, f=fillings: summary([f[i] for i in at]))  # type: ignore[misc]
            for name, fillings in filled.items()
        },
    }
    if len(filled) > 1:
        (name, a), (other, b) = list(filled.items())[:2]

        def compared(at: Sequence[int]) -> dict[str, Any]:
            return paired_comparison(
                [a[i].similarity for i in at], [b[i].similarity for i in at], seed
            )

        groups = _grouped(spans, compared)
        result["comparison"] = {"of": name, "against": other, **groups.pop("overall"), **groups}
    return result


def _grouped(
    spans: Sequence[InfillingSpan], figures: Callable[[Sequence[int]], dict[str, Any]]
) -> dict[str, Any]:
    """Return the figures of all spans, of each kind, each language, and each kind in each
    language."""

    def by_kind(at: Sequence[int]) -> dict[str, Any]:
        return {kind: figures([i for i in at if spans[i].kind == kind]) for kind in KINDS}

    everything = range(len(spans))
    languages: dict[str, list[int]] = {}
    for i, span in enumerate(spans):
        languages.setdefault(span.language, []).append(i)
    return {
        "overall": figures(everything),
        "by_kind": by_kind(everything),
        "by_language": {
            language: {**figures(at), "by_kind": by_kind(at)} for language, at in languages.items()
        },
    }


class _Run:
    """Fills all spans with one setting, in one language server."""

    def __init__(
        self,
        repository: Path,
        setting: Setting,
        url: str,
        on_progress: OnProgress,
        *,
        baseline: str | None,
        filtered: bool,
    ) -> None:
        self._repository = repository
        self._setting = setting
        self._url = url
        self._on_progress = on_progress
        self._baseline = baseline
        self._filtered = filtered

    async def fill(self, spans: Sequence[InfillingSpan]) -> dict[str, list[Filling]]:
        ours: list[Filling] = []
        theirs: list[Filling] = []
        engine = OllamaEngine(self._url)
        try:
            async with open_span_filler(
                self._repository,
                self._setting.roster_choice,
                self._setting.roster,
                self._url,
                filtered=self._filtered,
            ) as fills:
                for n, span in enumerate(spans, start=1):
                    ours.append(await fills.fill(span))
                    if ours[-1].failed:
                        if n == 1:  # the others would fail too
                            raise HotseatError(f"The first suggestion failed: {ours[-1].note}")
                        self._on_progress(f"hole {n} failed: {ours[-1].note}")
                    if self._baseline:
                        theirs.append(filling(span, await self._bare(engine, span)))
                    self._on_progress(
                        f"{self._setting.name}: {n} of {len(spans)}, {span.language}"
                        f" {span.kind}, similarity {ours[-1].similarity:.2f}"
                        + (f", {self._baseline} {theirs[-1].similarity:.2f}" if theirs else "")
                    )
        finally:
            await engine.aclose()
        filled = {self._setting.name: ours}
        return filled | ({self._baseline: theirs} if self._baseline else {})

    async def _bare(self, engine: OllamaEngine, span: InfillingSpan) -> str:
        """Return what the model alone writes at the span, for a baseline (`BASELINES`)."""
        expert = self._setting.expert(span)
        num_ctx = expert.spec.option("num_ctx")
        parts = window(
            span.before,
            span.after,
            cursor_line=span.position[0],
            n_ctx=min(
                num_ctx if isinstance(num_ctx, int) else MAX_WINDOW_TOKENS, MAX_WINDOW_TOKENS
            ),
            n_predict=max(N_PREDICT.values()),
        )
        asked = FimPrompt(prompt=parts.prefix, suffix=None, raw=True, stop=("\n",))
        if self._baseline == "line":
            choice = choose(await engine.show(expert.spec.model), expert.fim)
            asked = choice.prompt(parts.prefix, parts.suffix, path=Path(span.path).name)
        if not asked.prompt:
            return ""
        text = ""
        request = GenerateRequest(
            spec=expert.spec,
            prompt=asked.prompt,
            suffix=asked.suffix,
            raw=asked.raw,
            stop=asked.stop,
            n_predict=N_PREDICT_LINE,
        )
        async with aclosing(engine.generate(request)) as chunks:
            async for chunk in chunks:
                text += chunk.text
                if "\n" in text.lstrip():
                    break
        if self._baseline == "line":
            text = text.lstrip()
        return text.partition("\n")[0]


async def _fetch(url: str, experts: Sequence[Expert], on_progress: OnProgress) -> None:
    """Pull the models that the engine lacks."""
    engine = OllamaEngine(url)
    try:
        there = await engine.models()
    finally:
        await engine.aclose()
    for expert in {expert.spec: expert for expert in experts}.values():
        if canonical_model_name(expert.spec.model) not in there:
            on_progress(f"pulling {expert.spec.model}")
            await pull(url, expert, progress=_progress_sink(expert.spec.model, on_progress))


def _progress_sink(model: str, on_progress: OnProgress) -> ProgressSink:
    """Return a sink that reports each new step once."""
    last = ""

    def sink(step: Progress) -> None:
        nonlocal last
        if step.status != last:
            last = step.status
            on_progress(f"{model}: {last}")

    return sink
