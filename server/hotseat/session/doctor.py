"""The checks of `hotseat doctor`: what could keep Hotseat from working here, and how to solve it.

The checks change nothing: they start no engine and load no model.
"""

from __future__ import annotations

import asyncio
import platform
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from hotseat import __version__
from hotseat.completion.prompt.fim_templates import FimMode, choose
from hotseat.domain.errors import EngineError, HotseatError, ModelNotFound
from hotseat.domain.experts import EngineChoice, Expert, Roster
from hotseat.engines.discovery import (
    EngineAddress,
    answers,
    embedded_installed,
    open_engine,
    running_embedded_url,
)
from hotseat.engines.ollama_processes import Daemon, OllamaProcesses, known_slots, look
from hotseat.engines.protocol import ModelInfo
from hotseat.engines.runtime import runtime_dir
from hotseat.engines.upstream import is_loopback
from hotseat.keeper.advice import advice
from hotseat.keeper.machine import HERE, budget_bytes
from hotseat.keeper.read_state import keeper_states
from hotseat.keeper.sizing import footprint_bytes, slot_bytes
from hotseat.residency.memory import DEFAULT_NUM_CTX
from hotseat.roster.diagnostics import Severity
from hotseat.roster.load import RosterResult
from hotseat.session.connection import wanted_engine
from hotseat.session.doctor_ollama import (
    daemon_findings,
    orphan_finding,
    slot_findings,
)
from hotseat.session.findings import Finding, Verdict, bad, good
from hotseat.session.missing_models import unpullable
from hotseat.session.suggest.show_weights import filter_sentence

__all__ = ["Finding", "Verdict", "examine", "unshared_adapters"]


async def examine(result: RosterResult, engine_url: str | None) -> AsyncIterator[Finding]:
    """Yield the findings one by one: runtime directory, roster, engine, then models."""
    roster = result.roster
    yield good("hotseat", f"{__version__}, Python {platform.python_version()}")
    yield _runtime()
    for finding in _roster(result):
        yield finding
    yield good("filter", await asyncio.to_thread(filter_sentence))
    for finding in await _keepers():
        yield finding
    address = await wanted_engine(roster.engine, engine_url)
    found: EngineAddress | None = None
    async for finding, usable in _engine(roster.engine, address):
        found = found or usable
        yield finding
    here = await asyncio.to_thread(_look, found)
    if (orphans := orphan_finding(here.processes.orphans)) is not None:
        yield orphans
    if found is None:
        return
    async for finding in _models(roster, found, here):
        yield finding


@dataclass(frozen=True, slots=True, kw_only=True)
class _Here:
    """What can be seen of Ollama on this machine."""

    processes: OllamaProcesses
    daemon: Daemon | None = None
    """The one that the engine is, if it is one."""


def _look(found: EngineAddress | None) -> _Here:
    processes = look(with_environment=True)
    if found is None or not is_loopback(found.url):
        return _Here(processes=processes)
    return _Here(processes=processes, daemon=processes.daemon_at(urlsplit(found.url).port or 80))


def _runtime() -> Finding:
    try:
        return good("runtime directory", str(runtime_dir()))
    except HotseatError as error:
        return bad("runtime directory", error.message, error.hint)


async def _keepers() -> list[Finding]:
    """Return what the running keepers know that the user should act on."""
    try:
        states = await keeper_states()
    except HotseatError:  # no runtime directory: another finding says so
        return []
    return [
        Finding(verdict=Verdict.NOTE, subject=a.subject, detail=a.detail, hint=a.hint)
        for a in advice(states)
    ]


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
    return findings or [good("roster", ", ".join(files) or "the one that comes with Hotseat")]


async def _engine(
    choice: EngineChoice, address: EngineAddress
) -> AsyncIterator[tuple[Finding, EngineAddress | None]]:
    """Yield findings, each with the address of the engine that would be used if it answers."""
    if address.can_start:
        if choice.kind.is_automatic:
            there = await answers(choice.host)
            word = "answers, but the embedded engine runs already" if there else "does not answer"
            note = f"Ollama at {choice.host} {word}"
            hint = "`engine: ollama` in experts.yaml chooses it" if there else ""
            yield Finding(verdict=Verdict.NOTE, subject="ollama", detail=note, hint=hint), None
        if (url := await running_embedded_url()) is not None:
            yield good("engine", f"embedded, at {url}"), replace(address, url=url)
        elif embedded_installed():
            starts = "embedded; it starts with the first editor or `hotseat pull`"
            yield good("engine", starts), None
        else:
            yield (
                bad(
                    "engine",
                    "the embedded engine is not installed",
                    "Start Ollama, or: pip install 'hotseat[embedded]'",
                ),
                None,
            )
        return
    engine = open_engine(address, address.url)
    try:
        info = await engine.version()
    except EngineError as error:
        hint = error.hint
        if address.capabilities.has_library:
            hint = "Start Ollama (`ollama serve`), or `engine: embedded` in experts.yaml"
        yield bad("engine", error.message, hint), None
    else:
        yield good("engine", f"{info.version} at {address.url}"), address
    finally:
        await engine.aclose()
    if address.key_env and address.url.startswith("http:") and not is_loopback(address.url):
        note = f"the key in {address.key_env} goes to {address.url} unencrypted"
        hint = "Use https, or a tunnel"
        yield Finding(verdict=Verdict.NOTE, subject="key", detail=note, hint=hint), None


async def _models(roster: Roster, address: EngineAddress, here: _Here) -> AsyncIterator[Finding]:
    budget = budget_bytes(roster.budget)
    adapters = {e.spec.model: e.over_base for e in roster.everyone()}
    engine = open_engine(address, address.url, {k: a for k, a in adapters.items() if a})
    total = 0
    seen = set()
    try:
        about = await engine.version()
        is_here = is_loopback(address.url)
        is_ollama = about.can_load and not about.instance
        if is_ollama and is_here:
            about = replace(about, n_slots=known_slots(about.n_slots, here.processes, here.daemon))
        if about.shares_bases:
            roster = roster.on_shared_bases()
        elif note := unshared_adapters(roster):
            yield note
        weighed = set()
        kv_bytes: dict[str, int] = {}
        for expert in roster.everyone():
            if expert.spec in seen:
                continue
            seen.add(expert.spec)
            try:
                info = await engine.show(expert.spec.model)
            except ModelNotFound as error:
                hint = unpullable(expert, has_library=not about.pulls_from_sources_only)
                hint = hint or f"hotseat pull {expert.name}"
                if about.owns_memory:
                    hint = error.hint
                yield bad("model", f"{expert.name}: {error.message}", hint)
                continue
            except EngineError as error:
                yield bad("model", f"{expert.name}: {error.message}", error.hint)
                continue
            size = footprint_bytes(expert.spec, info, about, expert.size_bytes)
            if expert.seat not in weighed:  # adapters over one base have it in common
                weighed.add(expert.seat)
                total += size
                kv_bytes[expert.name] = slot_bytes(expert.spec, info)
            yield _model(expert, info, size, budget)
            if (finding := _context(expert, info)) is not None:
                yield finding
    finally:
        await engine.aclose()
    if about.owns_memory:
        yield good("budget", "of no use here: what its models take is the server's own affair")
        return
    if is_ollama:
        for finding in slot_findings(about.n_slots, kv_bytes, is_here=is_here):
            yield finding
        has_gpu = is_here and await asyncio.to_thread(HERE.has_gpu)
        for finding in daemon_findings(
            about.version, here.processes, daemon=here.daemon, has_gpu=has_gpu, is_here=is_here
        ):
            yield finding
    text = f"{_gb(budget)}; the models that are here would take {_gb(total)} together"
    fits = total <= budget
    yield Finding(
        verdict=Verdict.GOOD if fits else Verdict.NOTE,
        subject="budget",
        detail=text,
        hint="" if fits else "They will be swapped as you move between languages",
    )


def unshared_adapters(roster: Roster) -> Finding | None:
    """Return a note if the engine loads each adapter over one base as a whole model."""
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
    takes = f", about {_gb(size)}" if size else ""
    detail = f"{expert.name}: {expert.spec.model}{takes}, {fim.report}"
    if size > budget:
        hint = "Choose a smaller model, or raise `budget` in experts.yaml"
        return bad("model", f"{detail}; larger than the whole budget of {_gb(budget)}", hint)
    if fim.mode is FimMode.PREFIX and expert.fim != "none":
        hint = "It does not see the text after the cursor; use a base model with FIM tokens"
        return Finding(verdict=Verdict.NOTE, subject="model", detail=detail, hint=hint)
    return good("model", detail)


def _context(expert: Expert, info: ModelInfo) -> Finding | None:
    """Return a note if the server's context is smaller than the one that prompts are made for."""
    num_ctx = expert.spec.option("num_ctx") or DEFAULT_NUM_CTX
    if info.n_ctx is None or not isinstance(num_ctx, int) or num_ctx <= info.n_ctx:
        return None
    detail = f"{expert.name}: the server reads {info.n_ctx} tokens, Hotseat assumes {num_ctx}"
    hint = f"options: {{num_ctx: {info.n_ctx}}} in experts.yaml"
    return Finding(verdict=Verdict.NOTE, subject="context", detail=detail, hint=hint)


def _gb(size_bytes: int) -> str:
    return f"{size_bytes / 1e9:.2f} GB"
