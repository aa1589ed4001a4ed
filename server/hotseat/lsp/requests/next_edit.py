"""`hotseat/nextEdit`, and `textDocument/copilotInlineEdit`, which is the same: one edit or none.

Never an error: a client asks after every pause.
"""

from __future__ import annotations

from typing import Any

from hotseat.lsp import names
from hotseat.lsp.server import HotseatServer

TITLE = "Accept the next edit"


def register(server: HotseatServer) -> None:
    async def next_edit(params: Any) -> dict[str, Any]:
        if server.session is None:
            return {"edits": []}
        from hotseat.lsp import next_edit_messages as messages
        from hotseat.lsp import wire

        asked = wire.read(messages.NextEditParams, params)
        if asked is None:
            return {"edits": []}
        document = asked.text_document
        offered = await server.session.next_edits.next_edit(
            document.uri, asked.position, version=document.version
        )
        if offered is None:
            return {"edits": []}
        edit = messages.NextEdit(
            id=offered.id,
            text_document=messages.VersionedDocumentId(uri=offered.uri, version=offered.version),
            range=offered.range,
            text=offered.text,
            command=messages.NextEditCommand(
                title=TITLE, command=names.NEXT_EDIT_ACCEPTED, arguments=(offered.id,)
            ),
            expert=offered.expert,
        )
        return wire.to_wire(messages.NextEditResult(edits=(edit,)))

    for name in (names.NEXT_EDIT, names.COPILOT_INLINE_EDIT):
        server.feature(name)(next_edit)
