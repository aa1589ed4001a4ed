"""The messages about what a question is shown: a part of `ext`, which is their front door."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ContextKind = Literal[
    "selection", "file", "symbol", "diagnostics", "edit", "memory", "conversation"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedDiagnostic:
    """A diagnostic of the document that the question is about, from any language server."""

    line: int
    message: str
    severity: int = 1
    """LSP's DiagnosticSeverity: 1 (error) to 4 (hint)."""
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextItem:
    """A part of the workspace or the conversation that went into the prompt."""

    id: str
    """For `without` of `hotseat/ask`: the same when the question is asked again."""
    kind: ContextKind
    title: str
    bytes: int
    """Of the prompt, in UTF-8."""
    cut: bool
    """Only its beginning fits."""
    uri: str | None = None
    first_line: int | None = None
    """From 0."""
    lines: int | None = None
    """Number of lines shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MentionsParams:
    """Asks for what an @ in a question can name."""

    text: str
    """The text after the @."""
    limit: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class MentionItem:
    insert: str
    """What takes the place of the text after the @; in quotation marks if it has spaces."""
    kind: Literal["file", "symbol"]
    detail: str
    """Where it is: a path and a line, or a folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MentionsResult:
    items: tuple[MentionItem, ...]
