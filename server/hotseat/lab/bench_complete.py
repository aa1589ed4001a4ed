"""`hotseat bench complete`: holes in real code, filled by the whole pipeline.

A language server in a child process opens each file with the hole cut out, as an editor does, and
is asked for a suggestion there. Beside it the same model may be sent the plain text before the
cursor, or another roster may be asked, on the same holes.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from platformdirs import user_data_path

from hotseat.app.engine import answers
from hotseat.app.snapshot import MAX_WINDOW_TOKENS
from hotseat.completion.ask import N_PREDICT
from hotseat.completion.context import window
from hotseat.completion.templates import FimPrompt, choose
from hotseat.domain.errors import EngineUnavailable, HotseatError
from hotseat.domain.experts import Expert, Roster, canonical_model_name
from hotseat.engines.ollama import OllamaEngine
from hotseat.engines.protocol import GenerateRequest
from hotseat.engines.pull import pull
from hotseat.engines.sources import Progress, ProgressSink
from hotseat.lab.editor import Editor, expert_in
from hotseat.lab.holes import KINDS, Hole
from hotseat.lab.own_engine import own_engine, runtime_folder
from hotseat.lab.scores import (
    Filling,
    edit_similarity,
    is_exact,
    paired_comparison,
    same_first_line,
    summary,
)
from hotseat.roster.load import load_choice

OURS = "hotseat"
BASELINES = ("plain", "line")
"""What the same model writes behind the plain text before the cursor, as much of it as our prompt
holds, up to the first newline; and behind our own prompt, its first line that is not blank."""
N_PREDICT_LINE = 96
LOAD_PATIENCE_S = 300.0
SETTLE_S = 0.1
"""Between opening a file and asking: a person is slower, and the tree is there by then."""

Tell = Callable[[str], None]


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
        found = self.roster.expert_for(hole.code_language)
        if found is None:
            raise HotseatError(
                f"{self.roster_choice} has no expert for {hole.code_language}",
                hint="Leave the language out with --languages, or choose another --roster",
            )
        return found


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
    async with _engine(engine_url, tell) as url:
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


def filling(hole: Hole, text: str, **told: Any) -> Filling:
    """`text`, measured against what was cut out."""
    return Filling(
        text=text,
        similarity=edit_similarity(text, hole.middle),
        exact=is_exact(text, hole.middle),
        first_line=same_first_line(text, hole.middle),
        parses=hole.parses_with(text) if text else None,
        **told,
    )


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
        arguments = ["--roster", self._setting.roster_choice, "--engine-url", self._url]
        engine = OllamaEngine(self._url)
        try:
            with _apart() as environment:
                async with Editor(arguments, self._repository, environment=environment) as editor:
                    for n, hole in enumerate(holes, start=1):
                        ours.append(await self._filled(editor, hole, n))
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

    async def _filled(self, editor: Editor, hole: Hole, n: int) -> Filling:
        """One suggestion; asked for once more if something failed."""
        uri = (self._repository / hole.path).as_uri()
        line, character = hole.position
        editor.open(uri, hole.language, hole.before + hole.after)
        editor.focus(uri)
        editor.move(uri, line, character)
        expert = self._setting.expert(hole)
        await editor.wait_for(
            lambda status: expert_in(status, expert.name).get("state") == "warm",
            within_s=LOAD_PATIENCE_S,
            what=f"Loading {expert.spec.model}",
        )
        await asyncio.sleep(SETTLE_S)
        for _ in range(2):
            text = await editor.complete(uri, line, character)
            last = (await editor.fresh_status()).get("lastCompletion") or {}
            outcome = last.get("outcome")
            if outcome != "failed":
                break
        editor.close(uri)
        if outcome == "failed":
            if n == 1:
                raise HotseatError(f"The first suggestion failed: {last.get('note')}")
            self._tell(f"hole {n} failed: {last.get('note')}")
        if outcome == "hidden" and not self._filtered:
            text = last.get("text") or ""
        return filling(
            hole,
            text,
            first_token_ms=last.get("firstTokenMs"),
            total_ms=last.get("totalMs"),
            n_prompt_tokens=last.get("nPromptTokens"),
            n_cached_tokens=last.get("nCachedTokens"),
            failed=outcome == "failed",
            hidden=outcome == "hidden",
        )

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


@asynccontextmanager
async def _engine(url: str | None, tell: Tell) -> AsyncIterator[str]:
    """An engine's address: the one given, or an embedded one for this alone, with the person's
    models, ended at the end."""
    if url is None:
        tell("an embedded engine")
        async with own_engine(user_data_path("hotseat") / "models") as own:
            yield own
        return
    if not await answers(url):
        raise EngineUnavailable(
            f"No engine answers at {url}",
            hint="Start it, or leave out --engine-url: then an embedded one is started",
        )
    yield url


@contextmanager
def _apart() -> Iterator[Mapping[str, str]]:
    """An environment in which a language server meets none of the person's windows, and leaves
    nothing behind: its sockets, locks and all that it learns are in folders of their own."""
    with runtime_folder() as runtime, tempfile.TemporaryDirectory(prefix="hotseat-") as data:
        yield {**os.environ, "HOTSEAT_RUNTIME_DIR": str(runtime), "XDG_DATA_HOME": data}


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
