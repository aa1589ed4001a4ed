"""The checks of `hotseat doctor` on the models of the roster, in the engine or on disk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Container, Iterator, Sequence
from dataclasses import dataclass, replace

from hotseat.completion.prompt.fim_templates import FimMode, choose
from hotseat.domain.errors import EngineError, ModelNotFound
from hotseat.domain.experts import EMBEDDER, Expert, Roster, canonical_model_name
from hotseat.engines.capabilities import EMBEDDED, EngineCapabilities
from hotseat.engines.discovery import EngineAddress, open_engine
from hotseat.engines.ollama_processes import Daemon, OllamaProcesses, known_slots
from hotseat.engines.protocol import ModelInfo
from hotseat.engines.pull_hint import pull_command, pull_hint
from hotseat.engines.stored_models import StoredFile, is_among
from hotseat.keeper.machine import HERE, budget_bytes
from hotseat.keeper.sizing import footprint_bytes, slot_bytes
from hotseat.machine import network
from hotseat.machine.network import is_loopback
from hotseat.residency.memory import DEFAULT_NUM_CTX
from hotseat.session.doctor.findings import Finding, Verdict, bad, good
from hotseat.session.doctor.ollama import daemon_findings, slot_findings


@dataclass(frozen=True, slots=True, kw_only=True)
class OllamaHere:
    """What can be seen of Ollama on this machine."""

    processes: OllamaProcesses
    daemon: Daemon | None = None
    """The one that the engine is, if it is one."""


def models_on_disk(
    roster: Roster, stored: Sequence[StoredFile], *, first: str = ""
) -> Iterator[Finding]:
    """Yield a finding for each model of the roster, from what the embedded engine has on disk while
    it does not run. `first`: what must be done before a model can be downloaded; else empty."""
    sizes = {file.name: file.size_bytes for file in stored}
    names = frozenset(sizes)
    for expert in _one_of_each(roster):
        if not is_among(expert.spec.model, names):
            hint = _pull(expert, EMBEDDED, names)
            if first:
                hint = ". Then: ".join((first, hint))
            yield bad("model", f"{expert.name}: model '{expert.spec.model}' not found", hint)
            continue
        size = sizes.get(canonical_model_name(expert.spec.model), 0)
        takes = f", {_gb(size)}" if size else ""
        yield good("model", f"{expert.name}: {expert.spec.model}{takes} on disk")


def _pull(expert: Expert, engine: EngineCapabilities, there: Container[str]) -> str:
    """Return the command that brings the expert's model, or what to do where none can. `there`: the
    models that the engine has."""
    has_base = canonical_model_name(expert.base_model or "") in there
    command = pull_command(expert, engine, has_base=has_base)
    if command is not None and not network.download_remedy():
        return command
    return pull_hint(expert, engine, has_base=has_base)


async def models_in_engine(
    roster: Roster, address: EngineAddress, here: OllamaHere
) -> AsyncIterator[Finding]:
    """Yield a finding for each model of the roster, then what holds for all of them."""
    budget = budget_bytes(roster.budget)
    adapters = {e.spec.model: e.over_base for e in roster.everyone()}
    engine = open_engine(address, address.url, {k: a for k, a in adapters.items() if a})
    total = 0
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
        there = frozenset(await engine.models())
        weighed = set()
        kv_bytes: dict[str, int] = {}
        for expert in _one_of_each(roster):
            try:
                info = await engine.show(expert.spec.model)
            except ModelNotFound as error:
                hint = error.hint if about.owns_memory else _pull(expert, about, there)
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
            if expert.name != EMBEDDER and (finding := _context(expert, info)) is not None:
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


def _one_of_each(roster: Roster) -> list[Expert]:
    """Return the first expert of each model."""
    return list({e.spec: e for e in reversed(roster.model_users())}.values())[::-1]


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
    is_embedder = expert.name == EMBEDDER and not expert.languages
    fim = choose(info, expert.fim)
    takes = f", about {_gb(size)}" if size else ""
    use = "finds remembered turns" if is_embedder else fim.report
    detail = f"{expert.name}: {expert.spec.model}{takes}, {use}"
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
