"""The methods and commands beyond LSP, each with the types of `ext` that it takes and returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hotseat.lsp import ext, names
from hotseat.lsp.context_messages import MentionsParams, MentionsResult
from hotseat.lsp.memory_messages import MemoryParams, MemoryResult
from hotseat.lsp.next_edit_messages import NextEditParams, NextEditResult
from hotseat.lsp.task_messages import (
    TaskParams,
    TaskPart,
    TaskResult,
    TasksParams,
    TasksResult,
)

Direction = Literal["client → server", "server → client"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """Without `result` it is a notification; without `params` its parameters are ignored."""

    name: str
    direction: Direction = "client → server"
    params: type | None = None
    result: type | None = None
    partial: type | None = None
    """The type of partial results."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command with one argument."""

    name: str
    argument: type = str


METHODS = (
    Method(name=names.DID_FOCUS, params=ext.DidFocusParams),
    Method(name=names.DID_CHANGE_VISIBLE, params=ext.DidChangeVisibleParams),
    Method(name=names.DID_CHANGE_CURSOR, params=ext.DidChangeCursorParams),
    Method(name=names.DID_CHANGE_WINDOW_FOCUS, params=ext.DidChangeWindowFocusParams),
    Method(name=names.DID_RESOLVE_SUGGESTION, params=ext.DidResolveSuggestionParams),
    Method(name=names.ASK, params=ext.AskParams, result=ext.AskResult, partial=ext.Part),
    Method(name=names.EDIT, params=ext.EditParams, result=ext.EditResult, partial=ext.Part),
    Method(name=names.NEXT_EDIT, params=NextEditParams, result=NextEditResult),
    Method(name=names.COPILOT_INLINE_EDIT, params=NextEditParams, result=NextEditResult),
    Method(name=names.MEMORY, params=MemoryParams, result=MemoryResult),
    Method(name=names.MENTIONS, params=MentionsParams, result=MentionsResult),
    Method(name=names.TASK, params=TaskParams, result=TaskResult, partial=TaskPart),
    Method(name=names.TASKS, params=TasksParams, result=TasksResult),
    Method(name=names.PROMPT, params=ext.DidChangeCursorParams, result=ext.PromptResult),
    Method(name=names.EVENTS, result=ext.Events),
    Method(name=names.STATUS, result=ext.Status),  # before `initialized`: StartingStatus
    Method(name=names.STATUS, direction="server → client", params=ext.Status),
)


SERVER_COMMANDS = (
    Command(name=names.PIN),
    Command(name=names.UNPIN),
    Command(name=names.LOAD),
    Command(name=names.UNLOAD),
    Command(name=names.PULL),
    Command(name=names.USE_ENGINE),
    Command(name=names.SUGGESTION_ACCEPTED),
    Command(name=names.NEXT_EDIT_ACCEPTED),
)
"""Sent to the server with `workspace/executeCommand`; each returns a CommandResult."""

CLIENT_COMMANDS = (
    Command(name=names.EDIT_SELECTION, argument=ext.Selection),
    Command(name=names.EXPLAIN_SELECTION, argument=ext.Selection),
    Command(name=names.DOCUMENT_SELECTION, argument=ext.Selection),
)
"""Named by code actions, and carried out by the client."""
