"""`hotseat bench faithful`: what the pipeline makes of a perfect model's answers.

An oracle answers holes in real files with exactly the text that stood there. What the user would
get is compared with it, so every difference is a fault of the pipeline, not of a model. Needs no
engine.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from hotseat.completion.answer import Answer, Stage
from hotseat.completion.cache import CompletionKey, CursorPlace, Scope, SuggestionCache
from hotseat.completion.filter.features import features_of
from hotseat.completion.filter.score import decide
from hotseat.completion.model import CompletionModel
from hotseat.completion.prompt.fim_templates import FAMILIES, FimChoice, FimMode
from hotseat.completion.request import (
    MAX_WINDOW_TOKENS,
    CompletionRequest,
    PromptContext,
    build_request,
    prompt_text,
)
from hotseat.completion.snapshot import Snapshot
from hotseat.domain.text import Position
from hotseat.lab.evaluate.faithful_holes import Hole
from hotseat.syntax.fragment import Fragment

CHARS_PER_TOKEN = 4
MAX_PART_CHARS = 9
THRESHOLD = 0.3


class Model(StrEnum):
    """What the oracle knows of the text after the cursor."""

    SUFFIX = "sees_suffix"
    """It writes what belongs there, and ends."""
    PREFIX = "prefix_only"
    """It goes on with the document: the text of the hole, then that after it."""


class Result(StrEnum):
    """What became of the oracle's answer."""

    EXACT = "exact"
    STOPPED = "stopped"
    """Shorter, but ended after a whole line by a rule for the length of suggestions."""
    GLUED = "glued"
    """The white space is lost that kept two words apart."""
    LOST = "lost"
    SHORT = "short"
    CLOSERS_LOST = "closers_lost"
    """Shorter by closing brackets and quotes alone."""
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    hole: Hole
    model: Model
    result: Result
    text: str
    dropped_by: str | None
    shortened_by: tuple[str, ...]


_CHOICES = {
    Model.SUFFIX: FimChoice(mode=FimMode.RAW, template=FAMILIES["qwen"], report=""),
    Model.PREFIX: FimChoice(mode=FimMode.PREFIX, report=""),
}
_MULTILINE = frozenset({"lines", "lines_of_text", "block", "block_paired"})


def bench_faithful(
    holes: Iterable[tuple[str, str, Sequence[Hole]]],
    *,
    seed: int,
    on_progress: Callable[[str], None] = lambda _: None,
) -> tuple[dict[str, Any], list[Outcome]]:
    """Return the figures for JSON, and the outcomes that are neither exact nor stopped."""
    figures: dict[str, Any] = {model.value: {} for model in Model}
    failures: list[Outcome] = []
    for language, shape, some in holes:
        on_progress(f"{language}, {shape}: {len(some)} holes")
        for model in Model:
            outcomes = [answered(hole, model, seed=seed) for hole in some]
            of_language = figures[model.value].setdefault(language, {})
            of_language[shape] = _figures(outcomes)
            failures += [x for x in outcomes if x.result not in (Result.EXACT, Result.STOPPED)]
    return figures, failures


def failure_json(outcome: Outcome) -> dict[str, Any]:
    """Return one outcome for a file of failures; of the text around the hole, what is near."""
    hole = outcome.hole
    return {
        **asdict(outcome),
        "hole": {
            "path": hole.path,
            "language": hole.language,
            "shape": hole.shape,
            "line": hole.line + 1,
            "before": hole.before[-200:],
            "middle": hole.middle,
            "after": hole.after[:200],
        },
    }


def answered(hole: Hole, model: Model, *, seed: int) -> Outcome:
    """Run the oracle's answer for one hole through all stages."""
    chance = random.Random(f"{seed} {hole.path} {len(hole.before)} {len(hole.middle)}")
    snapshot = _snapshot(hole)
    request = _request(snapshot, model)
    answer = _streamed(request, _oracle(hole, request, model), chance)
    dropped_by = answer.dropped_by
    text = answer.text
    if text and not _is_shown(snapshot, hole, answer):
        text, dropped_by = "", Stage.FILTER
    result = classify(hole, text, answer.shortened_by)
    if text and not _is_cached(snapshot, answer, chance):
        result = Result.OTHER
    return Outcome(
        hole=hole,
        model=model,
        result=result,
        text=text,
        dropped_by=dropped_by,
        shortened_by=answer.shortened_by,
    )


def classify(hole: Hole, text: str, shortened_by: Sequence[Stage] = ()) -> Result:
    """Return how `text` differs from what stood in the hole."""
    wanted = hole.middle
    ends_line = not hole.after.partition("\n")[0].strip()
    if text == wanted or (ends_line and text.rstrip() == wanted.rstrip()):
        return Result.EXACT
    if not text.strip():
        return Result.LOST
    left = text.rstrip()
    if text.rstrip() == wanted.rstrip() and _joins(text, hole.after):
        return Result.GLUED
    if not wanted.startswith(left):
        return Result.OTHER
    missing = wanted[len(left) :]
    if hole.shape == "lines_of_text" and missing.lstrip(" \t").startswith("\n"):
        return Result.STOPPED
    if not missing.strip(" \t\n)]}>;,\"'`"):
        return Result.CLOSERS_LOST if missing.strip() else Result.EXACT
    by_rule = not {Stage.SYNTAX_CHECK, Stage.REPAIR} & set(shortened_by)
    if hole.shape in _MULTILINE and missing.lstrip(" \t").startswith("\n") and by_rule:
        return Result.STOPPED
    return Result.SHORT


def _joins(text: str, after: str) -> bool:
    def is_name(char: str) -> bool:
        return char.isalnum() or char == "_"

    return is_name(text[-1:]) and is_name(after[:1])


def _snapshot(hole: Hole) -> Snapshot:
    column = hole.before[hole.before.rfind("\n") + 1 :]
    return Snapshot(
        uri=Path(hole.path).as_uri() if Path(hole.path).is_absolute() else f"file:///{hole.path}",
        revision=0,
        language=hole.language,
        position=Position(hole.line, len(column)),
        prefix=hole.before[-6000:],
        suffix=hole.after[:6000],
    )


def _request(snapshot: Snapshot, model: Model) -> CompletionRequest:
    known = CompletionModel(fim=_CHOICES[model], window_tokens=MAX_WINDOW_TOKENS)
    context = PromptContext(text=prompt_text(snapshot, known))
    return build_request(snapshot, known, context, Fragment)


def _oracle(hole: Hole, request: CompletionRequest, model: Model) -> str:
    text = request.prompt.taken + hole.middle
    if model is Model.SUFFIX:
        return text
    n_chars = request.n_predict * CHARS_PER_TOKEN
    return (text + hole.after)[: max(n_chars, len(text))]


def _streamed(request: CompletionRequest, text: str, chance: random.Random) -> Answer:
    parts: list[tuple[str, tuple[float, ...]]] = []
    at = 0
    while at < len(text):
        n = chance.randint(1, MAX_PART_CHARS)
        parts.append((text[at : at + n], (0.0,)))
        at += n
        if request.pipeline.feed(parts[-1][0])[1]:
            break
    return request.pipeline.finish_here(parts)


def _is_shown(snapshot: Snapshot, hole: Hole, answer: Answer) -> bool:
    features = features_of(
        answer.text,
        prefix=snapshot.prefix,
        suffix=snapshot.suffix,
        language=hole.language,
        mode=answer.mode,
        parses=answer.parses,
        logprobs=answer.logprobs,
    )
    return decide(features, threshold=THRESHOLD).shown


def _is_cached(snapshot: Snapshot, answer: Answer, chance: random.Random) -> bool:
    """Whether the cache has the rest of the answer after a part of it was typed."""
    scope = Scope(model="", digest="", template="", language=snapshot.language)
    cache = SuggestionCache()
    cache.put(CompletionKey(scope, CursorPlace.of(snapshot.prefix, snapshot.suffix)), answer)
    n = chance.randrange(min(len(answer.text), 40))
    typed = snapshot.prefix + answer.text[:n]
    found = cache.find(CompletionKey(scope, CursorPlace.of(typed, snapshot.suffix)))
    return found is not None and found.text == answer.text[n:]


def _figures(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    counts = Counter(outcome.result for outcome in outcomes)
    n = len(outcomes)
    return {**{result.value: round(counts[result] / n, 4) for result in Result}, "n": n}
