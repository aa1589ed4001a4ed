"""The checks of `hotseat doctor`: what could keep Hotseat from working here, and how to solve it.

The checks change nothing: they start no engine and load no model.
"""

from __future__ import annotations

import asyncio
import platform
import shutil
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from urllib.parse import urlsplit

from hotseat import __version__
from hotseat.domain.errors import EngineError, HotseatError
from hotseat.domain.experts import EngineChoice
from hotseat.engines.discovery import (
    EngineAddress,
    answers,
    embedded_installed,
    open_engine,
    running_embedded_url,
)
from hotseat.engines.ollama_processes import look
from hotseat.engines.stored_models import stored_models
from hotseat.keeper.advice import advice
from hotseat.keeper.read_state import keeper_states
from hotseat.machine import network
from hotseat.machine.network import is_loopback
from hotseat.roster.diagnostics import Severity
from hotseat.roster.load import RosterResult, user_path
from hotseat.session.connection import wanted_engine
from hotseat.session.doctor.directories import (
    before_downloads,
    directory_findings,
    runtime_finding,
)
from hotseat.session.doctor.findings import Finding, Verdict, bad, good
from hotseat.session.doctor.models import OllamaHere, models_in_engine, models_on_disk
from hotseat.session.doctor.ollama import orphan_finding
from hotseat.session.suggest.show_weights import filter_sentence

_IMPORT_S = 30.0
"""For the embedded engine's libraries on a busy machine."""


async def examine(result: RosterResult, engine_url: str | None) -> AsyncIterator[Finding]:
    """Yield the findings one by one: runtime directory, roster, engine, then models."""
    roster = result.roster
    yield good("hotseat", f"{__version__}, Python {platform.python_version()}")
    yield (runtime := await asyncio.to_thread(runtime_finding))
    for finding in _roster(result):
        yield finding
    yield good("filter", await asyncio.to_thread(filter_sentence))
    for finding in await _keepers():
        yield finding
    try:
        address = await wanted_engine(roster.engine, engine_url)
    except HotseatError as error:
        for finding in directory_findings(starts_engine=False):
            yield finding
        if runtime.verdict is not Verdict.BAD:  # that error is the same one
            yield bad("engine", error.message, error.hint)
        return
    starts_engine = address.can_start and not address.url
    directories = await asyncio.to_thread(
        lambda: [*directory_findings(starts_engine=starts_engine)]
    )
    for finding in directories:
        yield finding
    found: EngineAddress | None = None
    if (limit := network.limit()) is not None:
        yield good("network", limit)
    async for finding, usable in _engine(roster.engine, address):
        found = found or usable
        yield finding
    here = await asyncio.to_thread(_look, found)
    if (orphans := orphan_finding(here.processes.orphans)) is not None:
        yield orphans
    if found is not None:
        async for finding in models_in_engine(roster, found, here):
            yield finding
    elif address.can_start:
        stored = await asyncio.to_thread(stored_models)
        for finding in models_on_disk(roster, stored, first=before_downloads(directories)):
            yield finding


def _look(found: EngineAddress | None) -> OllamaHere:
    processes = look(with_environment=True)
    if found is None or not is_loopback(found.url):
        return OllamaHere(processes=processes)
    daemon = processes.daemon_at(urlsplit(found.url).port or 80)
    return OllamaHere(processes=processes, daemon=daemon)


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
    if not result.roster.everyone():
        findings.append(bad("roster", "it has no experts", f"Add one to {user_path()}"))
    shipped = f"{result.base}, which comes with Hotseat"
    return findings or [
        good("roster", ", ".join([*files, f"over {shipped}"]) if files else shipped)
    ]


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
            if problem := await _why_not_importable():
                hint = "pip install --force-reinstall 'hotseat[embedded]'"
                yield bad("engine", f"the embedded engine cannot start: {problem}", hint), None
            else:
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
            hint = _start_hint(address.url)
        yield bad("engine", error.message, hint), None
    else:
        yield good("engine", f"{info.version} at {address.url}"), address
    finally:
        await engine.aclose()
    if address.key_env and address.url.startswith("http:") and not is_loopback(address.url):
        note = f"the key in {address.key_env} goes to {address.url} unencrypted"
        hint = "Use https, or a tunnel"
        yield Finding(verdict=Verdict.NOTE, subject="key", detail=note, hint=hint), None


async def _why_not_importable() -> str:
    """Return why the embedded engine's libraries cannot be loaded; empty if they can."""
    trial = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-c", "import xllamacpp, starlette, uvicorn"),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        _, said = await asyncio.wait_for(trial.communicate(), _IMPORT_S)
    except TimeoutError:
        trial.kill()
        await trial.wait()
        return f"its libraries did not load within {_IMPORT_S:.0f} s"
    if trial.returncode == 0:
        return ""
    lines = said.decode("utf-8", "replace").strip().splitlines()
    reason = lines[-1] if lines else f"status {trial.returncode}"
    kind, colon, text = reason.partition(": ")
    return text if colon and kind.isidentifier() else reason


def _start_hint(url: str) -> str:
    """Return what can be done on this machine where no Ollama answers at `url`."""
    if not is_loopback(url):
        start = f"Start Ollama at {url}"
    elif shutil.which("ollama"):
        start = "Start Ollama (`ollama serve`)"
    else:
        start = "Install and start Ollama (https://ollama.com/download)"
    if embedded_installed():
        return f"{start}, or set `engine: embedded` in {user_path()}"
    return f"{start}, or: pip install 'hotseat[embedded]'"
