"""`textDocument/completion`: the suggestion as one item, for clients without inline completion.

Off by default (`completionFallback`). `initialize` registers it, so that a client which did not ask
for it does not see the capability. Without a suggestion the answer is an empty list, not null and
not an error, as for inline completion.
"""

from __future__ import annotations

from typing import Any

from lsprotocol import types

from hotseat.lsp.server import HotseatServer

TRIGGERS = (".", "=", " ")
"""Clients ask at these and at letters. Characters that users type Enter after, such as `{`, are
not among them: while the menu is open, Enter accepts the item."""


def register(server: HotseatServer) -> None:
    @server.feature(
        types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=TRIGGERS)
    )
    async def completion(params: types.CompletionParams) -> dict[str, Any]:
        session = server.session
        document = session.documents.get(params.text_document.uri) if session else None
        if session is None or document is None:
            return _list([])
        from hotseat.lsp.convert import completion_item_to, position_from
        from hotseat.session.document_language import word_before

        # Never `invoked`: clients send LSP's Invoked for each letter that is typed, too.
        position = position_from(params.position)
        word, start = word_before(document, position)
        suggestion = await session.suggestions.suggest(document.uri, position)
        return _list([completion_item_to(suggestion, word, start)] if suggestion else [])


def _list(items: list[dict[str, Any]]) -> dict[str, Any]:
    """Return an incomplete list, so that the client asks again at the next letter."""
    return {"isIncomplete": True, "items": items}
