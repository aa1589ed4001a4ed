"""`hotseat/prompt`: what a request for a suggestion at a place would send to a model."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from hotseat.domain.errors import HotseatError
from hotseat.lsp import names
from hotseat.lsp.requests.ask import started
from hotseat.lsp.server import HotseatServer


def register(server: HotseatServer) -> None:
    @server.feature(names.PROMPT)
    async def prompt(params: Any) -> dict[str, Any]:
        session = started(server)
        from hotseat.lsp import ext, wire

        asked = wire.read(ext.DidChangeCursorParams, params)
        if asked is None:
            raise HotseatError("No place is given", hint="Send `textDocument` and `position`")
        preview = await session.prompts.at(asked.text_document.uri, asked.position)
        return wire.to_wire(ext.PromptResult(**asdict(preview)))
