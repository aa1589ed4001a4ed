"""The settings of a language server: from the command line, and from the editor's
`initializationOptions`, which take precedence.

Each field is also an option of the same name, in camelCase (docs/protocol.md)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    roster: str | None = None
    """The set of models: `ollama`, `starter`, `adapters` or `code`, which come with Hotseat, or the
    path of a file like experts.yaml. Empty: your own experts.yaml, or what fits the engine."""
    engine_url: str | None = None
    """The address of the program that runs the models, instead of the one in experts.yaml."""
    budget_bytes: int | None = None
    """Bytes of memory for all models together, instead of the limit in experts.yaml."""
    trusted: bool | None = None
    """Whether the workspace's own experts.yaml may name hosts, paths and budgets. None: the editor
    does not decide, and `hotseat trust` does."""
    watch_files: bool = True
    """Notice files that other programs change in the workspace, such as generated code, and load
    models for their languages too."""
    index_symbols: bool = True
    """Keep an index of the definitions in the workspace, for questions. It is built in the
    background, and holds signatures, not files."""
    forecast: bool = True
    """Learn which languages you use after which, and load models before you need them. Off: a
    model is loaded when you open a file of its language."""
    debounce_ms: int = 0
    """Milliseconds without a key before a suggestion is asked for: a higher value uses the
    processor less, and each suggestion comes later."""
    max_lines: int = 12
    """The longest suggestion in lines, 12 at most: a lower value shows less text at a time."""
    send_open_files: bool = True
    """A model is sent pieces of other open files with the text around the cursor: suggestions know
    names from there. Off: it is sent the file itself only."""
    next_edits: bool = True
    """Offer the change that follows from your last one at another place of the file: Tab goes
    there, and Tab again makes it."""
    code_actions: bool = False
    """The client carries out `hotseat.edit`, `hotseat.explain` and `hotseat.document`."""
    statistics: bool = True
    """Record what becomes of suggestions, if the roster does. Without it, what a script types does
    not count as the user's."""
    completion_fallback: bool = False
    """Offer suggestions as items of ordinary completion, for editors without inline completion."""
