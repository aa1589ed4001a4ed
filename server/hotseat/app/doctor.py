"""What could keep Hotseat from working on this machine, and what to do about each thing.

Looks, and changes nothing: it starts no engine and loads no model.
"""

from __future__ import annotations

import platform
from collections.abc import AsyncIterator
from dataclasses import dataclass
from enum import StrEnum

from hotseat import __version__
from hotseat.app.engine import answers, embedded_installed, find_engine, running_embedded_url
from hotseat.app.machine import budget_bytes
from hotseat.app.sizing import footprint_bytes
from hotseat.completion.templates import FimMode, choose
from hotseat.domain.errors import EngineError, HotseatError, ModelNotFound
from hotseat.domain.experts import EngineChoice, EngineKind, Expert, Roster
from hotseat.engines.ollama import OllamaEngine
from hotseat.engines.protocol import ModelInfo
from hotseat.engines.runtime import runtime_dir
from hotseat.roster.diagnostics import Severity
from hotseat.roster.load import RosterResult


class Verdict(StrEnum):
    GOOD = "good"
    NOTE = "note"
    BAD = "bad"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`hint` says what to do; it is empty where nothing needs doing."""

    verdict: Verdict
    subject: str
    detail: str
    hint: str = ""


async def examine(result: RosterResult, engine_url: str | None) -> AsyncIterator[Finding]:
    """Findings as they are made, in the order a person would look."""
    roster = result.roster
    yield _good("hotseat", f"{__version__}, Python {platform.python_version()}")
    yield _runtime()
    for finding in _roster(result):
        yield finding
    choice = roster.engine
    if engine_url is not None:
        choice = EngineChoice(kind=EngineKind.OLLAMA, host=engine_url)
    url = ""
    async for finding, found in _engine(choice):
        url = url or found
        yield finding
    if not url:
        return
    async for finding in _models(roster, url):
        yield finding


def _runtime() -> Finding:
    try:
        return _good("runtime directory", str(runtime_dir()))
    except HotseatError as error:
        return _bad("runtime directory", error.message, error.hint)


def _roster(result: RosterResult) -> list[Finding]:
    files = [str(path) for path in result.files if path.is_file()]
    findings = [
        Finding(
            verdict=Verdict.BAD if d.severity is Severity.ERROR else Verdict.NOTE,
            subject="roster",
            detail=f"{d.filename}:{d.line + 1}:{d.column + 1}: {d.message}",
            hint=d.hint,
        )
        for d in result.diagnostics
    ]
    return findings or [_good("roster", ", ".join(files) or "the one that comes with Hotseat")]


async def _engine(choice: EngineChoice) -> AsyncIterator[tuple[Finding, str]]:
    """Findings, and the address of the engine that would be used, once it is known."""
    address = await find_engine(choice)
    if address.kind is EngineKind.EMBEDDED:
        if choice.kind is EngineKind.AUTO:
            there = await answers(choice.host)
            word = "answers, but the embedded engine runs already" if there else "does not answer"
            note = f"Ollama at {choice.host} {word}"
            hint = "`engine: ollama` in experts.yaml chooses it" if there else ""
            yield Finding(verdict=Verdict.NOTE, subject="ollama", detail=note, hint=hint), ""
        if (url := await running_embedded_url()) is not None:
            yield _good("engine", f"embedded, at {url}"), url
        elif embedded_installed():
            yield _good("engine", "embedded; it starts with the first editor or `hotseat pull`"), ""
        else:
            yield (
                _bad(
                    "engine",
                    "the embedded engine is not installed",
                    "Start Ollama, or: pip install 'hotseat[embedded]'",
                ),
                "",
            )
        return
    engine = OllamaEngine(address.url)
    try:
        info = await engine.version()
    except EngineError as error:
        hint = "Start Ollama (`ollama serve`), or `engine: embedded` in experts.yaml"
        yield _bad("engine", error.message, hint), ""
    else:
        yield _good("engine", f"{info.version} at {address.url}"), address.url
    finally:
        await engine.aclose()


async def _models(roster: Roster, url: str) -> AsyncIterator[Finding]:
    budget = budget_bytes(roster.budget)
    engine = OllamaEngine(url)
    total = 0
    seen = set()
    try:
        about = await engine.version()
        if about.shares_bases:
            roster = roster.on_shared_bases()
        elif note := unshared_adapters(roster):
            yield note
        weighed = set()
        for expert in roster.everyone():
            if expert.spec in seen:
                continue
            seen.add(expert.spec)
            try:
                info = await engine.show(expert.spec.model)
            except ModelNotFound as error:
                yield _bad(
                    "model", f"{expert.name}: {error.message}", f"hotseat pull {expert.name}"
                )
                continue
            except EngineError as error:
                yield _bad("model", f"{expert.name}: {error.message}", error.hint)
                continue
            size = footprint_bytes(expert.spec, info, about, expert.size_bytes)
            if expert.seat not in weighed:  # adapters over one base have it in common
                weighed.add(expert.seat)
                total += size
            yield _model(expert, info, size, budget)
    finally:
        await engine.aclose()
    text = f"{_gb(budget)}; the models that are here would take {_gb(total)} together"
    fits = total <= budget
    yield Finding(
        verdict=Verdict.GOOD if fits else Verdict.NOTE,
        subject="budget",
        detail=text,
        hint="" if fits else "They will be swapped as you move between languages",
    )


def unshared_adapters(roster: Roster) -> Finding | None:
    """Where adapters over one base are whole models to the engine."""
    over: dict[str, list[str]] = {}
    for expert in roster.everyone():
        if expert.adapter is not None and expert.base_model is not None:
            over.setdefault(expert.base_model, []).append(expert.name)
    several = {base: names for base, names in over.items() if len(names) > 1}
    if not several:
        return None
    detail = "; ".join(f"{', '.join(names)} over {base}" for base, names in several.items())
    return Finding(
        verdict=Verdict.NOTE,
        subject="adapters",
        detail=f"this engine loads the whole base for each switch between {detail}",
        hint="The embedded engine holds them together: `engine: embedded` in experts.yaml",
    )


def _model(expert: Expert, info: ModelInfo, size: int, budget: int) -> Finding:
    fim = choose(info, expert.fim)
    detail = f"{expert.name}: {expert.spec.model}, about {_gb(size)}, {fim.report}"
    if size > budget:
        hint = "Choose a smaller model, or raise `budget` in experts.yaml"
        return _bad("model", f"{detail}; larger than the whole budget of {_gb(budget)}", hint)
    if fim.mode is FimMode.PREFIX and expert.fim != "none":
        hint = "It sees nothing behind the cursor; a base model with FIM tokens does better"
        return Finding(verdict=Verdict.NOTE, subject="model", detail=detail, hint=hint)
    return _good("model", detail)


def _gb(size_bytes: int) -> str:
    return f"{size_bytes / 1e9:.2f} GB"


def _good(subject: str, detail: str) -> Finding:
    return Finding(verdict=Verdict.GOOD, subject=subject, detail=detail)


def _bad(subject: str, detail: str, hint: str) -> Finding:
    return Finding(verdict=Verdict.BAD, subject=subject, detail=detail, hint=hint)
