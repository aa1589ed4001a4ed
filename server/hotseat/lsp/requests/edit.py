"""`hotseat/edit`: new text for lines as a WorkspaceEdit, which the client shows before applying."""

from __future__ import annotations

from typing import Any

from hotseat.domain.errors import HotseatError
from hotseat.lsp import names
from hotseat.lsp.requests.ask import partial_results, started
from hotseat.lsp.server import HotseatServer


def register(server: HotseatServer) -> None:
    @server.feature(names.EDIT)
    async def edit(params: Any) -> dict[str, Any]:
        session = started(server)
        from hotseat.lsp import ext, wire
        from hotseat.lsp.convert import edit_to

        selection = wire.read(ext.Selection, params)
        if selection is None:
            raise HotseatError("Nothing is selected", hint="Select the lines to change")
        asked = wire.read(ext.EditParams, params)
        proposed = await session.edit_service.edit(
            selection.text_document.uri,
            selection.range,
            asked.instruction if asked is not None else "",
            partial_results(server, asked.partial_result_token if asked is not None else None),
        )
        return edit_to(proposed, versioned=_takes_versions(server))


def _takes_versions(server: HotseatServer) -> bool:
    """Return whether the client checks the document's version before it applies an edit."""
    params = server.initialize_params
    workspace = params.capabilities.workspace if params is not None else None
    edits = workspace.workspace_edit if workspace is not None else None
    return bool(edits and edits.document_changes)
