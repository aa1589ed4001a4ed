"""The messages about next edits: a part of `ext`, which is their front door.

They have the shape of `textDocument/copilotInlineEdit`, as sidekick.nvim and Zed read it.
"""

from __future__ import annotations

from dataclasses import dataclass

from hotseat.domain.text import Position, Range


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionedDocumentId:
    """LSP's VersionedTextDocumentIdentifier."""

    uri: str
    version: int | None = None
    """The client's version of the text; an offer for another one is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NextEditParams:
    text_document: VersionedDocumentId
    position: Position
    """Of the cursor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NextEditCommand:
    """LSP's Command: the client sends it after the edit was accepted."""

    title: str
    command: str
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NextEdit:
    """A change somewhere in the document. It holds for `version` alone."""

    id: str
    """For `hotseat/didResolveSuggestion`."""
    text_document: VersionedDocumentId
    range: Range
    text: str
    """What replaces the range."""
    command: NextEditCommand
    expert: str | None
    """The expert that wrote it; null where it follows from the last edit without a model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NextEditResult:
    edits: tuple[NextEdit, ...]
    """At most one."""
