"""Conversions between lsprotocol's values and Hotseat's: all of them, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from lsprotocol import types

from hotseat.completion.snapshot import SelectedItem
from hotseat.conversation.context.diagnostics import Problem
from hotseat.conversation.turns import Turn
from hotseat.documents.buffer import TextBuffer
from hotseat.documents.store import Change
from hotseat.domain.text import Position, PositionEncoding, Range
from hotseat.lsp import ext, names
from hotseat.lsp.context_messages import ContextItem
from hotseat.lsp.memory_messages import RecalledNote
from hotseat.lsp.wire import to_wire
from hotseat.roster.diagnostics import Diagnostic, Severity
from hotseat.session.chat.ask_service import Answer, Question
from hotseat.session.chat.part import Part
from hotseat.session.edit.edit_service import ProposedEdit
from hotseat.session.suggest.suggestion import Suggestion

MAX_LABEL_CHARS = 60
"""The length of a completion item's label. A longer one makes some editors' menus as wide as the
window."""
SORTED_LAST = "zzzz"
"""Sorts an item after those of other language servers, which know their items for certain. Lower
case sorts last both by character code and by the alphabet."""


def position_from(position: types.Position) -> Position:
    return Position(position.line, position.character)


def range_from(range_: types.Range) -> Range:
    return Range(position_from(range_.start), position_from(range_.end))


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
    """Return the encoding; without a choice of the client UTF-16, as LSP defines."""
    return PositionEncoding(kind) if kind is not None else PositionEncoding.UTF16


def item_to(suggestion: Suggestion) -> dict[str, Any]:
    """Return an InlineCompletionItem for an empty range at the cursor, or for what the selected
    item of the editor's list replaces.

    It is JSON already: lsprotocol's converter would take a third of a millisecond.
    """
    at = _position_json(suggestion.position)
    start = _position_json(suggestion.start) if suggestion.start is not None else at
    return {
        "insertText": suggestion.replaced + suggestion.text,
        "range": {"start": start, "end": at},
        "command": _accepted_command(suggestion),
    }


def items_to(suggestion: Suggestion) -> list[dict[str, Any]]:
    """Return the suggestion's item, then those of its alternatives with ids of their own."""
    others = (
        replace(suggestion, id=f"{suggestion.id}.{n}", text=text)
        for n, text in enumerate(suggestion.alternatives, start=1)
    )
    return [item_to(one) for one in (suggestion, *others)]


def selected_from(info: types.SelectedCompletionInfo) -> SelectedItem:
    """Return the item that is selected in the editor's list of completions."""
    return SelectedItem(start=position_from(info.range.start), text=info.text)


def completion_item_to(suggestion: Suggestion, word: str, word_start: Position) -> dict[str, Any]:
    """Return a CompletionItem of ordinary completion as JSON.

    `word` is the text from `word_start` to the cursor. Clients keep an item while the text typed
    from there on matches its `filterText`.
    """
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
            "range": {
                "start": _position_json(word_start),
                "end": _position_json(suggestion.position),
            },
            "newText": text,
        },
        "command": _accepted_command(suggestion),
    }
    if label != first:
        item["documentation"] = text
    return item


def _position_json(position: Position) -> dict[str, int]:
    return {"line": position.line, "character": position.character}


def _accepted_command(suggestion: Suggestion) -> dict[str, Any]:
    """Return the command that clients run when the user accepts the suggestion."""
    return {"title": "", "command": names.SUGGESTION_ACCEPTED, "arguments": [suggestion.id]}


def question_from(asked: ext.AskParams) -> Question:
    document = asked.text_document
    return Question(
        text=asked.question,
        conversation=asked.conversation,
        uri=document.uri if document is not None else None,
        range=asked.range,
        expert=asked.expert,
        instead=asked.instead,
        without=frozenset(asked.without),
        problems=tuple(
            Problem(line=max(0, d.line), message=d.message, severity=d.severity, source=d.source)
            for d in asked.diagnostics
        ),
        history=tuple(
            Turn(question=turn.question, answer=turn.answer, expert="") for turn in asked.history
        ),
    )


def part_to(part: Part) -> dict[str, Any]:
    """Return an `ext.Part`: the fields that are new."""
    wire_part = ext.Part(
        conversation=part.conversation,
        expert=part.expert,
        language=part.language,
        note=part.note,
        waited_s=part.waited_s,
        text=part.text,
    )
    return to_wire(wire_part)


def answer_to(answer: Answer) -> dict[str, Any]:
    """Return the result of `hotseat/ask`."""
    contributions: tuple[ext.Contribution, ...] = ()
    if answer.parts:
        contributions = tuple(
            ext.Contribution(
                expert=part.answered, language=part.language, text=part.text, chosen=part.chosen
            )
            for part in answer.parts
        )
    elif answer.chosen is not None:
        name = answer.chosen.expert.name
        written = ext.Contribution(expert=name, language=answer.language, text=answer.shown)
        contributions = (written,)
    result = ext.AskResult(
        conversation=answer.conversation,
        answer=answer.shown,
        contributions=contributions,
        sources=tuple(ext.Source(uri=s.uri, range=s.range) for s in answer.sources),
        recalled=tuple(
            RecalledNote(text=note.text, turn=note.turn_id, fact=note.fact_id)
            for note in answer.notes
        ),
        context=tuple(
            ContextItem(
                id=item.id,
                kind=item.kind.value,
                title=item.title,
                bytes=item.n_bytes,
                cut=item.is_cut,
                uri=item.uri or None,
                first_line=item.first_line if item.n_lines else None,
                lines=item.n_lines or None,
            )
            for item in answer.items
        ),
        left_out=answer.left_out,
    )
    return to_wire(result)


def edit_to(proposed: ProposedEdit, *, versioned: bool) -> dict[str, Any]:
    """Return the result of `hotseat/edit`.

    `versioned`: the client takes `documentChanges`, with the version of the document.
    """
    change = {"range": asdict(proposed.range), "newText": proposed.text}
    edit: dict[str, Any] = {"changes": {proposed.uri: [change]}}
    if versioned:
        document = {"uri": proposed.uri, "version": proposed.version}
        edit = {"documentChanges": [{"textDocument": document, "edits": [change]}]}
    result = ext.EditResult(edit=ext.WorkspaceEdit(edit), expert=proposed.expert)
    return to_wire(result)


def diagnostic_to(
    diagnostic: Diagnostic, buffer: TextBuffer, encoding: PositionEncoding
) -> types.Diagnostic:
    """Convert a diagnostic of a roster file with the text in `buffer`.

    The diagnostic's columns count code points of the text.
    """
    span = diagnostic.span
    to_position = buffer.to_position
    hint = f". {diagnostic.hint}" if diagnostic.hint else ""
    return types.Diagnostic(
        range=types.Range(
            position_to(to_position(span.line, span.column, encoding)),
            position_to(to_position(span.end_line, span.end_column, encoding)),
        ),
        message=diagnostic.message + hint,
        severity=types.DiagnosticSeverity.Error
        if diagnostic.severity is Severity.ERROR
        else types.DiagnosticSeverity.Warning,
        source="hotseat",
    )


@lru_cache(maxsize=1024)
def path_from(uri: str) -> Path | None:
    """Return the path of a file on this machine; None for other URIs (untitled:, git: …).

    Cached: it is asked at each key, and takes 40 µs.
    """
    try:
        parts = urlsplit(uri)
    except ValueError:  # `file://[`
        return None
    if parts.scheme != "file" or parts.netloc not in ("", "localhost"):
        return None
    return Path(url2pathname(parts.path))
