"""`hotseat/edit`: lines rewritten as a WorkspaceEdit, which the person sees before it is made."""

from __future__ import annotations

from typing import Any

from hotseat.domain.errors import HotseatError
from hotseat.lsp.ext import range_in, text_in, uri_in
from hotseat.lsp.requests.ask import partial_results, started
from hotseat.lsp.server import HotseatServer


def register(server: HotseatServer) -> None:
    @server.feature("hotseat/edit")
    async def edit(params: Any) -> dict[str, Any]:
        session = started(server)
        from hotseat.lsp.convert import rewrite_to

        uri, range_ = uri_in(params), range_in(params)
        if uri is None or range_ is None:
            raise HotseatError("Nothing is selected", hint="Select the lines that are to change")
        rewrite = await session.rewriter.edit(
            uri, range_, text_in(params, "instruction") or "", partial_results(server, params)
        )
        return rewrite_to(rewrite, versioned=_takes_versions(server))


def _takes_versions(server: HotseatServer) -> bool:
    """Whether the client refuses an edit that was made for another version."""
    params = server.initialize_params
    workspace = params.capabilities.workspace if params is not None else None
    edits = workspace.workspace_edit if workspace is not None else None
    return bool(edits and edits.document_changes)
