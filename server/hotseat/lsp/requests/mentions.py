"""`hotseat/mentions`: the files and symbols that an @ in a question can name."""

from __future__ import annotations

import asyncio
from typing import Any

from hotseat.domain.errors import HotseatError
from hotseat.lsp import names
from hotseat.lsp.requests.ask import started
from hotseat.lsp.server import HotseatServer


def register(server: HotseatServer) -> None:
    @server.feature(names.MENTIONS)
    async def mentions(params: Any) -> dict[str, Any]:
        session = started(server)
        from hotseat.lsp import wire
        from hotseat.lsp.context_messages import MentionItem, MentionsParams, MentionsResult
        from hotseat.session.symbols.completions import MentionCompletion, mention_completions

        asked = wire.read(MentionsParams, params)
        if asked is None:
            raise HotseatError("The request has no text", hint="See docs/protocol.md")
        found: tuple[MentionCompletion, ...] = ()
        if session.index is not None:
            found = await asyncio.to_thread(
                mention_completions, session.index, asked.text, limit=asked.limit
            )
        return wire.to_wire(
            MentionsResult(
                items=tuple(
                    MentionItem(insert=one.insert, kind=one.kind, detail=one.detail)
                    for one in found
                )
            )
        )
