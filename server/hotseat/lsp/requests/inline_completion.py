"""`textDocument/inlineCompletion`: one suggestion or an empty list, never an error.

A request by hand (`triggerKind` Invoked) gets up to three: the first is what an automatic request
would get, unless the filter hides it.

The list is empty, not null: Neovim keeps old ghost text on null. A request that a newer one or the
server itself ends is answered with an empty list; pygls answers a request that the client cancelled
with -32800.
"""

from __future__ import annotations

from typing import Any

from lsprotocol import types

from hotseat.lsp.server import HotseatServer


def register(server: HotseatServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_INLINE_COMPLETION, types.InlineCompletionOptions())
    async def inline_completion(
        params: types.InlineCompletionParams,
    ) -> dict[str, Any]:
        if server.session is None:
            return {"items": []}
        from hotseat.lsp.convert import items_to, position_from, selected_from

        chosen = params.context.selected_completion_info
        suggestion = await server.session.suggestions.suggest(
            params.text_document.uri,
            position_from(params.position),
            invoked=params.context.trigger_kind == types.InlineCompletionTriggerKind.Invoked,
            selected=selected_from(chosen) if chosen is not None else None,
            revision=server.protocol.revision_asked_about(),
        )
        return {"items": items_to(suggestion) if suggestion else []}
