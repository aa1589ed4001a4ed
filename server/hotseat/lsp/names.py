"""Names of the methods and commands of `ext`.

They are in a module of their own because handlers are registered with them before `initialize` is
answered, and the import of `ext` takes 20 ms.
"""

from __future__ import annotations

DID_FOCUS = "textDocument/didFocus"
DID_CHANGE_VISIBLE = "hotseat/didChangeVisible"
DID_CHANGE_CURSOR = "hotseat/didChangeCursor"
DID_CHANGE_WINDOW_FOCUS = "hotseat/didChangeWindowFocus"
DID_RESOLVE_SUGGESTION = "hotseat/didResolveSuggestion"
ASK = "hotseat/ask"
EDIT = "hotseat/edit"
NEXT_EDIT = "hotseat/nextEdit"
COPILOT_INLINE_EDIT = "textDocument/copilotInlineEdit"
"""The same as NEXT_EDIT, by the name that clients for next edits know."""
PROMPT = "hotseat/prompt"
EVENTS = "hotseat/events"
MEMORY = "hotseat/memory"
MENTIONS = "hotseat/mentions"
STATUS = "hotseat/status"
TASK = "hotseat/task"
TASKS = "hotseat/tasks"

NOTIFICATIONS = frozenset(
    {
        DID_FOCUS,
        DID_CHANGE_VISIBLE,
        DID_CHANGE_CURSOR,
        DID_CHANGE_WINDOW_FOCUS,
        DID_RESOLVE_SUGGESTION,
    }
)
FROM_CLIENT = NOTIFICATIONS | {
    *(ASK, COPILOT_INLINE_EDIT, EDIT, EVENTS, MEMORY, MENTIONS, NEXT_EDIT, PROMPT, STATUS),
    *(TASK, TASKS),
}
"""The methods that clients send. Their handlers get the parameters as JSON."""

PIN = "hotseat.pin"
UNPIN = "hotseat.unpin"
LOAD = "hotseat.load"
UNLOAD = "hotseat.unload"
PULL = "hotseat.pull"
USE_ENGINE = "hotseat.useEngine"
SUGGESTION_ACCEPTED = "hotseat.suggestionAccepted"
NEXT_EDIT_ACCEPTED = "hotseat.nextEditAccepted"

EDIT_SELECTION = "hotseat.edit"
EXPLAIN_SELECTION = "hotseat.explain"
DOCUMENT_SELECTION = "hotseat.document"
"""The last three are commands of the client."""
