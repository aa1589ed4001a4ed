"""The parameters of the two messages that come with each key, without lsprotocol's converter.

That one asks the unions of LSP member by member, which costs a keystroke a third of a millisecond.
Only the usual shapes are read here; any other is the converter's, which decodes or refuses it.
"""

from __future__ import annotations

from typing import Any

from lsprotocol import types

MAX_UINTEGER = 2**31 - 1
_WHOLE_KEYS = {"text"}
_PARTIAL_KEYS = {"range", "text", "rangeLength"}
_REQUEST_KEYS = {"textDocument", "position", "context"}
_TRIGGERS = {kind.value: kind for kind in types.InlineCompletionTriggerKind}


def did_change_params(params: Any) -> types.DidChangeTextDocumentParams | None:
    """Return the parameters of `textDocument/didChange`; None for an unusual shape."""
    match params:
        case {
            "textDocument": {"uri": str(uri), "version": int(version)},
            "contentChanges": list(given),
        } if not isinstance(version, bool) and abs(version) <= MAX_UINTEGER:
            changes = [_change(item) for item in given]
        case _:
            return None
    read = [change for change in changes if change is not None]
    if len(read) < len(changes):
        return None
    document = types.VersionedTextDocumentIdentifier(version=version, uri=uri)
    return types.DidChangeTextDocumentParams(text_document=document, content_changes=read)


def inline_completion_params(params: Any) -> types.InlineCompletionParams | None:
    """Return the parameters of `textDocument/inlineCompletion`; None for an unusual shape."""
    match params:
        case {
            "textDocument": {"uri": str(uri)},
            "position": dict(given),
            "context": {"triggerKind": int(kind), **more},
        } if not any(more.values()) and params.keys() == _REQUEST_KEYS:
            position, trigger = _position(given), _TRIGGERS.get(kind)
        case _:
            return None
    if position is None or trigger is None:
        return None
    return types.InlineCompletionParams(
        context=types.InlineCompletionContext(trigger_kind=trigger),
        text_document=types.TextDocumentIdentifier(uri=uri),
        position=position,
    )


def _change(
    given: Any,
) -> types.TextDocumentContentChangePartial | types.TextDocumentContentChangeWholeDocument | None:
    match given:
        case {"range": {"start": dict(first), "end": dict(last)}, "text": str(text)} if (
            given.keys() <= _PARTIAL_KEYS
        ):
            start, end = _position(first), _position(last)
            if start is None or end is None:
                return None
            return types.TextDocumentContentChangePartial(types.Range(start, end), text)
        case {"text": str(text)} if given.keys() == _WHOLE_KEYS:
            return types.TextDocumentContentChangeWholeDocument(text)
    return None


def _position(given: dict[str, Any]) -> types.Position | None:
    line: Any = given.get("line")
    character: Any = given.get("character")
    is_whole = type(line) is int and type(character) is int
    if not is_whole or min(line, character) < 0 or max(line, character) > MAX_UINTEGER:
        return None
    return types.Position(line, character)
