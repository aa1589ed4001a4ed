"""Hotseat's messages beyond LSP: parameters, results and options. `methods` lists who sends them.

This module is their only definition. docs/protocol.md describes them for authors of clients and is
tested to name every field. `make protocol` writes extension/vscode/src/protocol.ts and
extension/nvim/lua/hotseat/protocol.lua from it; docstrings become comments there. `wire` reads and
writes these values.

On the wire, names are in camelCase (`wire.wire_name`). A field with a default may be absent. A
field of type `X | None` without a default is always present and may be null.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NewType

from hotseat.domain.text import Position, Range
from hotseat.lsp.context_messages import AskedDiagnostic, ContextItem
from hotseat.lsp.memory_messages import RecalledNote
from hotseat.session.settings import Settings

WorkspaceEdit = NewType("WorkspaceEdit", dict[str, Any])
"""LSP's WorkspaceEdit as JSON."""

ExpertState = Literal["absent", "loading", "warm", "unloading", "failed"]
CompletionOutcome = Literal[
    "shown", "empty", "hidden", "superseded", "failed", "accepted", "rejected"
]
CompletionSource = Literal["engine", "cache", "stream"]


# --- parameters ---


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentId:
    """LSP's TextDocumentIdentifier."""

    uri: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DidFocusParams:
    text_document: DocumentId | None = None
    """The document that has the focus; absent if none has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DidChangeVisibleParams:
    text_documents: tuple[DocumentId, ...]
    """All documents that are visible."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DidChangeCursorParams:
    text_document: DocumentId
    position: Position


@dataclass(frozen=True, slots=True, kw_only=True)
class DidChangeWindowFocusParams:
    focused: bool
    """Whether the editor's window has the system's focus."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DidResolveSuggestionParams:
    id: str | int
    """The argument of the suggestion's command."""
    outcome: Literal["accepted", "rejected"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The argument of the commands that code actions name."""

    text_document: DocumentId
    range: Range


@dataclass(frozen=True, slots=True, kw_only=True)
class PastTurn:
    question: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskParams:
    question: str
    conversation: str | None = None
    """The id of an earlier answer, whose conversation is continued. Without it a new one begins, as
    with an id that the server does not know, unless `history` has the turns."""
    history: tuple[PastTurn, ...] = ()
    """The turns of a conversation that the server does not know, as after its restart; without the
    one that is replaced."""
    instead: bool = False
    """The answer replaces the conversation's last answer."""
    text_document: DocumentId | None = None
    range: Range | None = None
    """The selected text. An empty range is the position of the cursor."""
    expert: str | None = None
    """The name of the expert that answers. Without it the server chooses."""
    diagnostics: tuple[AskedDiagnostic, ...] = ()
    """Those of the document, as the client shows them."""
    without: tuple[str, ...] = ()
    """Ids of ContextItems of an earlier answer that are not to be shown to the model."""
    partial_result_token: str | int | None = None
    """The token of `$/progress` with values of type Part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EditParams:
    instruction: str
    text_document: DocumentId
    range: Range
    partial_result_token: str | int | None = None
    """The token of `$/progress` with values of type Part."""


# --- results ---


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The value of `$/progress` for `partialResultToken` of `hotseat/ask` and `hotseat/edit`."""

    conversation: str | None = None
    """The conversation's id; in the first value of an answer."""
    expert: str | None = None
    """The expert that answers: a new text begins and replaces what was streamed before."""
    language: str | None = None
    """The language that the expert answers for."""
    note: str | None = None
    """What the request waits for, or why another expert answers; "" for nothing any more."""
    waited_s: int | None = None
    """Seconds without a text: sent once a second until the first text."""
    text: str | None = None
    """Text to append."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    expert: str
    """The expert that wrote it."""
    language: str | None
    text: str
    chosen: str | None = None
    """Of an answer in parts: the expert that the part is for, which may be another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Lines that went into the prompt."""

    uri: str
    range: Range


@dataclass(frozen=True, slots=True, kw_only=True)
class AskResult:
    conversation: str
    answer: str
    """The whole text, which replaces what was streamed."""
    contributions: tuple[Contribution, ...]
    sources: tuple[Source, ...]
    recalled: tuple[RecalledNote, ...] = ()
    """What the prompt held of earlier conversations."""
    context: tuple[ContextItem, ...] = ()
    """What went into the prompt beside the question."""
    left_out: tuple[str, ...] = ()
    """What found no room in it, and what an @ names and was not shown, as phrases."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EditResult:
    edit: WorkspaceEdit
    """To be shown to the user before it is applied."""
    expert: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptResult:
    """What a request for a suggestion would send."""

    problem: str
    """Why nothing would be sent; then the rest is empty."""
    expert: str
    model: str
    engine: str
    """Its address."""
    prompt: str
    suffix: str | None
    """The text after the cursor, where the engine puts it into the model's format itself."""
    max_tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandResult:
    """The result of `workspace/executeCommand`: one of the two, a text for the user."""

    message: str | None = None
    error: str | None = None


# --- status ---


@dataclass(frozen=True, slots=True, kw_only=True)
class FocusStatus:
    uri: str | None
    language: str | None
    """The language of the region under the cursor."""
    expert: str | None
    note: str
    """Why there is no expert for the language; else empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DownloadStatus:
    """What the engine does not have, and the expert needs."""

    model: str
    size_bytes: int | None
    """According to the roster; null if it does not say."""
    problem: str
    """Why it cannot be downloaded, and what to do; else empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpertStatus:
    name: str
    languages: tuple[str, ...]
    model: str
    seat: str
    """The model that must be in memory for it: its own, or the base under its adapter."""
    state: ExpertState
    state_seconds: float
    """How long it has been in this state."""
    size_bytes: int | None
    probability: float
    """The probability that it is needed soon, 0 to 1."""
    demanded: bool
    """The user needs it now."""
    pinned: bool
    reason: str
    """Why it is in memory, or wanted there."""
    error: str
    """Why its state is `failed`; else empty."""
    load_seconds: float | None
    """How long its last load took."""
    fim: str
    """The fill-in-the-middle format in use; empty before it is known."""
    download: DownloadStatus | None
    """null if nothing is known to be missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryStatus:
    budget_bytes: int
    used_bytes: int
    foreign_bytes: int
    """Used by models that Hotseat did not load."""
    peak_bytes: int
    kept_bytes: int
    """Of the used bytes: prompts that the engine keeps for the next time."""
    spare_bytes: int
    """Of the used bytes: a process that waits for the next load."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterStatus:
    name: str
    """The shipped roster below the user's own file."""
    reason: str
    """Why it was chosen, as a sentence; empty before an engine was looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineStatus:
    kind: str
    """`ollama`, `embedded` or `openai`."""
    url: str
    version: str
    up: bool
    message: str
    """Why it is not up, and what to do; else empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionCounts:
    """Completion requests since the server started, and where their answers came from."""

    asked: int
    from_cache: int
    from_stream: int
    from_engine: int
    early: int
    """Begun before the editor asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Certainty:
    """What the filter knew of a suggestion beside its text. Logarithms are natural."""

    score: float
    """From 0 (hide) to 1 (show)."""
    mode: Literal["line", "block"]
    parses: bool | None
    """null where it was not checked."""
    mean_logprob: float | None
    """Of the tokens shown; null where the engine reports none."""
    first_logprob: float | None
    joint_logprob: float | None
    """The sum over the tokens shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LastCompletion:
    """The newest completion request. Times are in milliseconds; null where there is none yet."""

    id: str
    language: str | None
    expert: str | None
    served_by: str | None
    """The expert that answered."""
    outcome: CompletionOutcome
    note: str
    """Why nothing was shown, or which expert answered instead of one that was not warm."""
    source: CompletionSource
    """`stream` is one that was under way for an earlier key."""
    before_engine_ms: float | None
    delay_ms: float
    first_token_ms: float | None
    engine_ms: float | None
    total_ms: float | None
    n_prompt_tokens: int | None
    n_cached_tokens: int | None
    n_tokens: int | None
    """Written by the model."""
    text: str
    certainty: Certainty | None
    """null where there was no suggestion."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    focus: FocusStatus
    experts: tuple[ExpertStatus, ...]
    memory: MemoryStatus
    roster: RosterStatus
    engine: EngineStatus
    completions: CompletionCounts
    last_completion: LastCompletion | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A load, an unload, a cancellation, or a model that left memory without Hotseat's doing."""

    time: float
    """Seconds since 1970, when it began."""
    action: Literal["load", "unload", "cancel", "gone"]
    model: str
    expert: str
    reason: str
    probability: float
    """The probability that the model is needed soon, 0 to 1."""
    size_bytes: int | None
    used_bytes: int
    """Of the budget by all models, when this was decided."""
    budget_bytes: int
    duration_seconds: float | None
    """null while it has not ended."""
    outcome: Literal["running", "done", "failed", "cancelled", "too late", "engine lost"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Events:
    events: tuple[Decision, ...]
    """Oldest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StartingEngine:
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StartingStatus:
    """The result of `hotseat/status` before the notification `initialized`."""

    engine: StartingEngine


# --- options ---


InitializationOptions = Settings
"""Each option is optional and replaces the setting of the same name."""
