"""Between lsprotocol's values and ours: every conversion, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from lsprotocol import types

from hotseat.documents.store import Change, Document
from hotseat.domain.text import Position, PositionEncoding, Range
from hotseat.roster.diagnostics import Diagnostic, Severity
from hotseat.session.chat.ask_service import Answer, Part
from hotseat.session.chat.edit_service import Rewrite
from hotseat.session.suggest.suggestion import Suggestion

MAX_LABEL_CHARS = 60
"""Of a completion item; what is longer makes some editors' menus as wide as the window."""
SORTED_LAST = "zzzz"
"""Behind what language servers know for certain: lower case counts last by character code, and by
the alphabet."""


def position_from(position: types.Position) -> Position:
    return Position(position.line, position.character)


def range_from(range_: types.Range) -> Range:
    return Range(position_from(range_.start), position_from(range_.end))


def range_to(range_: Range) -> types.Range:
    return types.Range(position_to(range_.start), position_to(range_.end))


def position_to(position: Position) -> types.Position:
    return types.Position(position.line, position.character)


def changes_from(
    changes: Sequence[types.TextDocumentContentChangeEvent],
) -> list[Change]:
    return [
        (
            range_from(c.range) if isinstance(c, types.TextDocumentContentChangePartial) else None,
            c.text,
        )
        for c in changes
    ]


def encoding_from(kind: types.PositionEncodingKind | str | None) -> PositionEncoding:
    """UTF-16 when the client said nothing, as LSP has it."""
    return PositionEncoding(kind) if kind is not None else PositionEncoding.UTF16


def item_to(suggestion: Suggestion) -> dict[str, Any]:
    """An InlineCompletionItem with an explicit range: what the suggestion replaces is empty, at the
    cursor. As JSON: lsprotocol's converter would take a third of a millisecond."""
    at = _place(suggestion.position)
    return {
        "insertText": suggestion.text,
        "range": {"start": at, "end": at},
        "command": _accepted(suggestion),
    }


def completion_item_to(suggestion: Suggestion, word: str, word_start: Position) -> dict[str, Any]:
    """A CompletionItem of ordinary completion, as JSON. `word` stands before the cursor from
    `word_start` on: clients keep an item while what is typed since there fits its `filterText`."""
    text = word + suggestion.text
    first, *more = text.strip().splitlines() or [text]
    label = f"{first[:MAX_LABEL_CHARS]}…" if more or len(first) > MAX_LABEL_CHARS else first
    item = {
        "label": label,
        "kind": types.CompletionItemKind.Text.value,
        "detail": f"Hotseat: {suggestion.expert}",
        "sortText": SORTED_LAST,
        "filterText": first,
        "insertTextFormat": types.InsertTextFormat.PlainText.value,
        "insertTextMode": types.InsertTextMode.AsIs.value,  # it is indented already
        "textEdit": {
            "range": {"start": _place(word_start), "end": _place(suggestion.position)},
            "newText": text,
        },
        "command": _accepted(suggestion),
    }
    if label != first:
        item["documentation"] = text
    return item


def _place(position: Position) -> dict[str, int]:
    return {"line": position.line, "character": position.character}


def _accepted(suggestion: Suggestion) -> dict[str, Any]:
    """The command that clients run when it was accepted."""
    command = "hotseat.suggestionAccepted"
    return {"title": "", "command": command, "arguments": [suggestion.id]}


def part_to(part: Part) -> dict[str, Any]:
    """What is new, by name."""
    return {name: value for name, value in asdict(part).items() if value is not None}


def answer_to(answer: Answer) -> dict[str, Any]:
    """The result of `hotseat/ask`."""
    contributions = []
    if answer.voice is not None:
        name = answer.voice.expert.name
        contributions.append({"expert": name, "language": answer.language, "text": answer.text})
    return {
        "conversation": answer.conversation,
        "answer": answer.text,
        "contributions": contributions,
        "sources": [{"uri": s.uri, "range": asdict(s.range)} for s in answer.sources],
    }


def rewrite_to(rewrite: Rewrite, *, versioned: bool) -> dict[str, Any]:
    """The result of `hotseat/edit`."""
    change = {"range": asdict(rewrite.range), "newText": rewrite.text}
    edit: dict[str, Any] = {"changes": {rewrite.uri: [change]}}
    if versioned:
        document = {"uri": rewrite.uri, "version": rewrite.version}
        edit = {"documentChanges": [{"textDocument": document, "edits": [change]}]}
    return {"edit": edit, "expert": rewrite.expert}


def diagnostic_to(diagnostic: Diagnostic, document: Document) -> types.Diagnostic:
    """Its columns are code points of the text that `document` holds."""
    span = diagnostic.span
    place = document.buffer.to_position
    hint = f". {diagnostic.hint}" if diagnostic.hint else ""
    return types.Diagnostic(
        range=types.Range(
            position_to(place(span.line, span.column, document.encoding)),
            position_to(place(span.end_line, span.end_column, document.encoding)),
        ),
        message=diagnostic.message + hint,
        severity=types.DiagnosticSeverity.Error
        if diagnostic.severity is Severity.ERROR
        else types.DiagnosticSeverity.Warning,
        source="hotseat",
    )


def path_from(uri: str) -> Path | None:
    """None for what is not a file of this machine (untitled:, vscode-remote:, git: …)."""
    try:
        parts = urlsplit(uri)
    except ValueError:  # `file://[`
        return None
    if parts.scheme != "file" or parts.netloc not in ("", "localhost"):
        return None
    return Path(url2pathname(parts.path))
