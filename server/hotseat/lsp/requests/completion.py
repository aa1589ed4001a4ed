"""`textDocument/completion`: the suggestion as one item, for clients without inline completion.

Off by default (`completionFallback`); registered by `initialize`, so that a client which did not
ask for it does not see the capability. An empty list rather than null or an error, as for the
inline one.
"""

from __future__ import annotations

from typing import Any

from lsprotocol import types

from hotseat.lsp.server import HotseatServer

TRIGGERS = (".", "=", " ")
"""Beside letters, which every client asks at. Not what people type Enter behind, such as `{`: with
a menu open Enter accepts."""


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

        # Never as asked for by hand: LSP's Invoked is also each letter that is typed.
        position = position_from(params.position)
        word, start = word_before(document, position)
        suggestion = await session.suggest(document.uri, position)
        return _list([completion_item_to(suggestion, word, start)] if suggestion else [])


def _list(items: list[dict[str, Any]]) -> dict[str, Any]:
    """Incomplete: ask again at the next letter, when there may be something, or more."""
    return {"isIncomplete": True, "items": items}
