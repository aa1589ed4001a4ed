"""The settings of a language server: from the command line, and from the editor's
`initializationOptions`, which take precedence.

Each field is also an option of the same name, in camelCase (docs/protocol.md)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    roster: str | None = None
    """`ollama`, `starter`, `adapters` or `code`, which come with Hotseat, or a file. None: the
    user's own roster."""
    engine_url: str | None = None
    """The engine at this address instead of the roster's."""
    budget_bytes: int | None = None
    """Bytes of memory for all models together, instead of the roster's budget."""
    trusted: bool | None = None
    """Whether the workspace's own experts.yaml may name hosts, paths and budgets. None: the editor
    does not decide, and `hotseat trust` does."""
    watch_files: bool = True
    """Files that other programs write in the workspace count as weak attention."""
    forecast: bool = True
    """Learn habits, and load models ahead of need. Without it models are loaded on focus only."""
    code_actions: bool = False
    """The client carries out `hotseat.edit`, `hotseat.explain` and `hotseat.document`."""
    statistics: bool = True
    """Record what becomes of suggestions, if the roster does. Without it, what a script types does
    not count as the user's."""
    completion_fallback: bool = False
    """Offer suggestions as items of ordinary completion, for editors without inline completion."""
