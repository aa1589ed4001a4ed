"""What a person can set when a language server starts: command line first, then the editor's
`initializationOptions`, which win."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    roster: str | None = None
    """The roster: `ollama` or `starter`, which come with Hotseat, or a file. Else your own."""
    engine_url: str | None = None
    """The engine at this address instead of the roster's."""
    budget_bytes: int | None = None
    """Bytes of memory for all models together, instead of the roster's budget."""
    trusted: bool | None = None
    """The workspace's own experts.yaml may name hosts, paths and budgets. None: the editor does not
    say, and `hotseat trust` does."""
    watch_files: bool = True
    """Files that other programs write in the workspace count as weak attention."""
    forecast: bool = True
    """Learn habits, and load ahead by them. Without it models are loaded on focus only."""
    code_actions: bool = False
    """The client carries out `hotseat.edit`, `hotseat.explain` and `hotseat.document`."""
    completion_fallback: bool = False
    """Offer suggestions as items of ordinary completion, for editors without inline completion."""

    def overlaid(self, options: Any) -> tuple[Settings, tuple[str, ...]]:
        """These settings with the editor's options over them, and complaints about bad ones."""
        if options is None:
            return self, ()
        if not isinstance(options, Mapping):
            return self, ("initializationOptions is not an object: ignored",)
        changes: dict[str, Any] = {}
        complaints = []
        for wire_name, (name, kind) in WIRE_NAMES.items():
            if (value := options.get(wire_name)) is None:
                continue
            if isinstance(value, kind) and (kind is bool or not isinstance(value, bool)):
                changes[name] = value
            else:
                complaints.append(f"{wire_name} must be of type {kind.__name__}: ignored")
        return replace(self, **changes), tuple(complaints)


WIRE_NAMES: Mapping[str, tuple[str, type]] = {
    "roster": ("roster", str),
    "engineUrl": ("engine_url", str),
    "budgetBytes": ("budget_bytes", int),
    "trusted": ("trusted", bool),
    "watchFiles": ("watch_files", bool),
    "forecast": ("forecast", bool),
    "codeActions": ("code_actions", bool),
    "completionFallback": ("completion_fallback", bool),
}
