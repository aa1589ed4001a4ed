"""`hotseat bench complete`: holes in real code, filled by the whole pipeline.

A language server in a child process opens each file with the hole cut out, as an editor does, and
is asked for a suggestion there. Beside it the same model may be sent the plain text before the
cursor, or another roster may be asked, on the same holes.
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
from hotseat.infill.fill import Tell, expert_for, filler, filling, some_engine
from hotseat.infill.infilling_spans import Hole
from hotseat.infill.scores import Filling, paired_comparison, summary
from hotseat.infill.syntax_spans import KINDS
from hotseat.roster.load import load_choice

OURS = "hotseat"
BASELINES = ("plain", "line")
"""What the same model writes behind the plain text before the cursor, as much of it as our prompt
holds, up to the first newline; and behind our own prompt, its first line that is not blank."""
N_PREDICT_LINE = 96


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One way to fill holes: the pipeline with a roster's experts."""

    name: str
    roster_choice: str
    roster: Roster

    @classmethod
    def of(cls, name: str, roster_choice: str) -> Setting:
        """Raises HotseatError when there is no such roster."""
        roster = load_choice(roster_choice, None, trusted=True).roster
        return cls(name=name, roster_choice=roster_choice, roster=roster)

    def expert(self, hole: Hole) -> Expert:
        """Raises HotseatError when nobody serves the hole's language."""
        return expert_for(self.roster, hole)


async def bench_complete(
    repository: Path,
    holes: Sequence[Hole],
    ours: Setting,
    against: Setting | None,
    *,
    baseline: str | None,
    filtered: bool,
    engine_url: str | None,
    seed: int,
    tell: Tell,
) -> dict[str, Any]:
    """All figures. `filtered`: what the filter hides counts as empty. Raises HotseatError."""
    settings = [ours, *([against] if against else [])]
    filled: dict[str, list[Filling]] = {}
    async with some_engine(engine_url, user_data_path("hotseat") / "models", tell) as url:
        await _fetch(url, [setting.expert(hole) for setting in settings for hole in holes], tell)
        for setting in settings:
            run = _Run(
                repository,
                setting,
                url,
                tell,
                baseline=baseline if setting is ours else None,
                filtered=filtered,
            )
            filled |= await run.fill(holes)
    return report(holes, filled, seed=seed)


def report(
    holes: Sequence[Hole], filled: Mapping[str, Sequence[Filling]], *, seed: int
) -> dict[str, Any]:
    """The figures as JSON; the first setting is compared with the second, if there is one."""
    result: dict[str, Any] = {
        "n": len(holes),
        "seed": seed,
        "settings": {
            name: _grouped(holes, lambda at, f=fillings: summary([f[i] for i in at]))  # type: ignore[misc]
            for name, fillings in filled.items()
        },
    }
    if len(filled) > 1:
        (name, a), (other, b) = list(filled.items())[:2]

        def compared(at: Sequence[int]) -> dict[str, Any]:
            return paired_comparison(
                [a[i].similarity for i in at], [b[i].similarity for i in at], seed
            )

        groups = _grouped(holes, compared)
        result["comparison"] = {"of": name, "against": other, **groups.pop("overall"), **groups}
    return result


def _grouped(
    holes: Sequence[Hole], figures: Callable[[Sequence[int]], dict[str, Any]]
) -> dict[str, Any]:
    """Figures of all holes, of each kind, of each language, and of each kind in each language."""

    def by_kind(at: Sequence[int]) -> dict[str, Any]:
        return {kind: figures([i for i in at if holes[i].kind == kind]) for kind in KINDS}

    everything = range(len(holes))
    languages: dict[str, list[int]] = {}
    for i, hole in enumerate(holes):
        languages.setdefault(hole.language, []).append(i)
    return {
        "overall": figures(everything),
        "by_kind": by_kind(everything),
        "by_language": {
            language: {**figures(at), "by_kind": by_kind(at)} for language, at in languages.items()
        },
    }


class _Run:
    """One setting over all holes, in one language server."""

    def __init__(
        self,
        repository: Path,
        setting: Setting,
        url: str,
        tell: Tell,
        *,
        baseline: str | None,
        filtered: bool,
    ) -> None:
        self._repository = repository
        self._setting = setting
        self._url = url
        self._tell = tell
        self._baseline = baseline
        self._filtered = filtered

    async def fill(self, holes: Sequence[Hole]) -> dict[str, list[Filling]]:
        ours: list[Filling] = []
        theirs: list[Filling] = []
        engine = OllamaEngine(self._url)
        try:
            async with filler(
                self._repository,
                self._setting.roster_choice,
                self._setting.roster,
                self._url,
                filtered=self._filtered,
            ) as fills:
                for n, hole in enumerate(holes, start=1):
                    ours.append(await fills.fill(hole))
                    if ours[-1].failed:
                        if n == 1:  # then all would
                            raise HotseatError(f"The first suggestion failed: {ours[-1].note}")
                        self._tell(f"hole {n} failed: {ours[-1].note}")
                    if self._baseline:
                        theirs.append(filling(hole, await self._bare(engine, hole)))
                    self._tell(
                        f"{self._setting.name}: {n} of {len(holes)}, {hole.language}"
                        f" {hole.kind}, similarity {ours[-1].similarity:.2f}"
                        + (f", {self._baseline} {theirs[-1].similarity:.2f}" if theirs else "")
                    )
        finally:
            await engine.aclose()
        filled = {self._setting.name: ours}
        return filled | ({self._baseline: theirs} if self._baseline else {})

    async def _bare(self, engine: OllamaEngine, hole: Hole) -> str:
        """What the model alone writes there, as the baseline has it (`BASELINES`)."""
        expert = self._setting.expert(hole)
        num_ctx = expert.spec.option("num_ctx")
        parts = window(
            hole.before,
            hole.after,
            cursor_line=hole.position[0],
            n_ctx=min(
                num_ctx if isinstance(num_ctx, int) else MAX_WINDOW_TOKENS, MAX_WINDOW_TOKENS
            ),
            n_predict=max(N_PREDICT.values()),
        )
        asked = FimPrompt(prompt=parts.prefix, suffix=None, raw=True, stop=("\n",))
        if self._baseline == "line":
            choice = choose(await engine.show(expert.spec.model), expert.fim)
            asked = choice.prompt(parts.prefix, parts.suffix, path=Path(hole.path).name)
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


async def _fetch(url: str, experts: Sequence[Expert], tell: Tell) -> None:
    """Bring in the models that the engine lacks."""
    engine = OllamaEngine(url)
    try:
        there = await engine.models()
    finally:
        await engine.aclose()
    for expert in {expert.spec: expert for expert in experts}.values():
        if canonical_model_name(expert.spec.model) not in there:
            tell(f"fetching {expert.spec.model}")
            await pull(url, expert, progress=_teller(expert.spec.model, tell))


def _teller(model: str, tell: Tell) -> ProgressSink:
    """Tells each new step once."""
    told = ""

    def sink(step: Progress) -> None:
        nonlocal told
        if step.status != told:
            told = step.status
            tell(f"{model}: {told}")

    return sink
