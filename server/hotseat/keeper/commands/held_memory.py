"""The models that engines hold, as engines list them, and which of them Hotseat loaded.

For commands: no keeper is needed. Only engines that keepers have noted, and the embedded one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime

from hotseat.domain.errors import EngineError
from hotseat.domain.experts import EngineKind
from hotseat.domain.residency import ResidentModel
from hotseat.engines.discovery import (
    EMBEDDED,
    EngineAddress,
    ollama_address,
    running_embedded_url,
)
from hotseat.engines.ollama import OllamaEngine
from hotseat.engines.runtime import read_engine_file, runtime_dir
from hotseat.keeper.engine.owned_models import OwnedFile, owned_files


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldModel:
    """One model in memory."""

    name: str
    """Canonical."""
    size_bytes: int
    is_ours: bool
    """Hotseat loaded it."""
    left_s: float | None
    """Seconds until the engine frees it by itself; None if it does not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldMemory:
    """What one engine holds."""

    kind: EngineKind
    url: str
    models: tuple[HeldModel, ...]
    can_end: bool = False
    """It is Hotseat's own engine, which `hotseat stop` ends."""

    @property
    def ours(self) -> tuple[HeldModel, ...]:
        """The models that Hotseat loaded."""
        return tuple(model for model in self.models if model.is_ours)


async def held_memory(*, kept_urls: Collection[str] = ()) -> list[HeldMemory]:
    """Return what each engine holds; engines at `kept_urls` are left out.

    The embedded engine is listed whenever it runs. Raises HotseatError if the runtime directory is
    unsafe.
    """
    files = owned_files(runtime_dir())
    names_by_url = _names_by_url(files)
    found = []
    embedded_url = await running_embedded_url()
    if embedded_url is not None:
        noted = read_engine_file()
        instance = noted.instance if noted is not None else ""
        names = {n for file in files.values() if file.instance == instance for n in file.names}
        names_by_url = {url: n for url, n in names_by_url.items() if url != embedded_url}
        found.append(await _held(EMBEDDED, embedded_url, names))
    for url, names in names_by_url.items():
        found.append(await _held(ollama_address(url), url, names))
    return [held for held in found if held is not None and held.url not in kept_urls]


def _names_by_url(files: Mapping[str, OwnedFile]) -> dict[str, set[str]]:
    """Return the names that keepers of an Ollama have noted."""
    names: dict[str, set[str]] = {}
    for file in files.values():
        if file.url and file.names and not file.instance:
            names.setdefault(file.url, set()).update(file.names)
    return names


async def _held(address: EngineAddress, url: str, names: Collection[str]) -> HeldMemory | None:
    try:
        async with aclosing(OllamaEngine(url)) as engine:
            resident = await engine.resident()
    except EngineError:  # it has ended, or is no Ollama
        return None
    now = datetime.now(UTC)
    models = tuple(
        HeldModel(
            name=model.model,
            size_bytes=model.size_bytes,
            is_ours=model.model in names,
            left_s=_left_s(model, now),
        )
        for model in resident
    )
    return HeldMemory(kind=address.kind, url=url, models=models, can_end=address.can_start)


def _left_s(model: ResidentModel, now: datetime) -> float | None:
    try:
        expires = datetime.fromisoformat(model.expires_at or "")
    except ValueError:
        return None
    if expires.tzinfo is None:
        return None
    return max(0.0, (expires - now).total_seconds())
