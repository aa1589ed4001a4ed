"""Who writes best: the generalist alone, an expert for each step, the generalist over the expert's
text, or whichever of both passes the check."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from hotseat.conversation.rewrite import has_fence
from hotseat.domain.experts import ModelSpec
from hotseat.engines.ollama import OllamaEngine
from hotseat.engines.protocol import ChatRequest
from hotseat.lab.bench.task.own_tests import passes
from hotseat.lab.bench.task.samples import SampleChange, SampleStep
from hotseat.syntax.whole_text import syntax_errors

GENERALIST, EXPERT, REVISED, BEST = (
    "generalist",
    "expert",
    "expert_then_generalist",
    "best_by_check",
)
MAX_TOKENS = 160


@dataclass(slots=True)
class _Score:
    n_right: int = 0
    n_steps: int = 0
    n_tests: int = 0
    n_passed: int = 0
    texts: dict[str, str] = field(default_factory=dict)
    """Of the change under way, by path."""


async def score_arms(
    engine: OllamaEngine,
    changes: Sequence[SampleChange],
    generalist: str,
    expert_of: Callable[[str], str],
    *,
    run_tests: bool,
    report: Callable[[str], None],
) -> dict[str, Any]:
    """Return for each arm the share of steps that are right. `expert_of` returns the model of a
    language. `run_tests` runs the samples' own tests on what the arms wrote."""
    scores = {name: _Score() for name in (GENERALIST, EXPERT, REVISED, BEST)}
    for number, change in enumerate(changes, 1):
        report(f"arms, change {number} of {len(changes)}")
        for step in change.steps:
            texts = await _texts(engine, step, generalist, expert_of(step.language))
            for name, text in texts.items():
                score = scores[name]
                score.n_steps += 1
                score.n_right += is_right(step, text)
                score.texts[step.path] = text
        if run_tests:
            for score in scores.values():
                score.n_tests += 1
                score.n_passed += await asyncio.to_thread(passes, change, dict(score.texts))
        for score in scores.values():
            score.texts.clear()
    return {name: _as_json(score, run_tests=run_tests) for name, score in scores.items()}


def _as_json(score: _Score, *, run_tests: bool) -> dict[str, Any]:
    found: dict[str, Any] = {
        "steps": score.n_steps,
        "right": round(score.n_right / max(1, score.n_steps), 3),
    }
    if run_tests:
        found["tests_passed"] = f"{score.n_passed} of {score.n_tests}"
    return found


async def _texts(
    engine: OllamaEngine, step: SampleStep, generalist: str, expert: str
) -> dict[str, str]:
    by_generalist = await _written(engine, generalist, step, "")
    by_expert = await _written(engine, expert, step, "")
    revised = await _written(engine, generalist, step, by_expert)
    keeps = fits(step, by_expert) >= fits(step, by_generalist)
    return {
        GENERALIST: by_generalist,
        EXPERT: by_expert,
        REVISED: revised,
        BEST: by_expert if keeps else by_generalist,
    }


async def _written(engine: OllamaEngine, model: str, step: SampleStep, draft: str) -> str:
    """Return the text of the file as a model writes it."""
    fence = f"```{step.language}\n"
    words = f"{step.what}. Write the whole file in one block of code.\n\n{fence}{step.before}```"
    if draft:
        words += f"\n\nA colleague wrote this. Correct it.\n\n{fence}{draft}```"
    request = ChatRequest(
        spec=ModelSpec(model),
        messages=(("user", words),),
        n_predict=MAX_TOKENS,
        temperature=0.0,
    )
    answer = ""
    async for chunk in engine.chat(request):
        answer += chunk.text
    return code_in(answer)


def code_in(answer: str) -> str:
    """Return the first block of code of an answer; without one, the answer."""
    if not has_fence(answer):
        return answer.strip("\n") + "\n"
    block = answer.split("```", 2)[1].partition("\n")[2]
    return block.rstrip("\n") + "\n"


def fits(step: SampleStep, text: str) -> int:
    """Return how well a text passes the check, which does not know what is right: it parses, and
    keeps the lines that the step was not about."""
    errors = syntax_errors(text, step.language)
    parses = errors is None or errors.n == 0
    kept = set(step.before.splitlines()) <= set(text.splitlines())
    return parses + kept + (text.strip() != step.before.strip())


def is_right(step: SampleStep, text: str) -> bool:
    """Return whether a text has the field, and all other lines of the file."""
    lines = {line.strip() for line in text.splitlines()}
    return {line.strip() for line in step.after.splitlines()} <= lines
