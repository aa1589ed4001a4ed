"""What is held in memory without any editor window, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from hotseat.cli.experts import size_text
from hotseat.keeper.commands.held_memory import HeldMemory, HeldModel

NO_WINDOW = "No editor is using Hotseat now."


def held_text(engines: Sequence[HeldMemory]) -> str:
    """Return a line for each engine that holds models, after a line that no window is open."""
    lines = held_lines(engines)
    if not lines:
        return f"{NO_WINDOW} Nothing is in memory. `hotseat doctor` checks the set-up."
    return "\n".join([NO_WINDOW, *lines])


def held_lines(engines: Iterable[HeldMemory]) -> list[str]:
    """Return what engines without a window hold; empty if they hold nothing."""
    lines: list[str] = []
    has_ours = False
    for engine in engines:
        lines += _engine_lines(engine)
        has_ours = has_ours or bool(engine.ours)
    return [*lines, "Free it now: hotseat stop"] if has_ours else lines


def held_json(engines: Iterable[HeldMemory]) -> list[dict[str, Any]]:
    """Return one entry for each engine; times in seconds."""
    return [
        {
            "kind": engine.kind.value,
            "url": engine.url,
            "models": [
                {
                    "model": model.name,
                    "sizeBytes": model.size_bytes,
                    "ours": model.is_ours,
                    "freedInSeconds": model.left_s,
                }
                for model in engine.models
            ],
        }
        for engine in engines
    ]


def models_text(models: Iterable[HeldModel]) -> str:
    """Return a text such as `a:1b (254 MB), b:1b (390 MB)`."""
    return ", ".join(f"{model.name} ({size_text(model.size_bytes)})" for model in models)


def _engine_lines(engine: HeldMemory) -> list[str]:
    lines = []
    where = f"{engine.kind.value} at {engine.url}"
    if ours := engine.ours:
        total = size_text(sum(model.size_bytes for model in ours))
        lines.append(f"In memory, {where}: {models_text(ours)}: {total}{_freed_text(ours)}")
    others = [model for model in engine.models if not model.is_ours]
    if others:
        lines.append(f"Loaded by other programs, {where}: {models_text(others)}")
    return lines


def _freed_text(models: Iterable[HeldModel]) -> str:
    times_s = [model.left_s for model in models if model.left_s is not None]
    if not times_s:
        return ""
    left_s = max(times_s)
    return f", freed in {left_s:.0f} s" if left_s < 120 else f", freed in {left_s / 60:.0f} min"
