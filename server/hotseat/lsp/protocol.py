"""pygls's protocol with three things put right.

- Documents are ours: pygls's own re-splits the whole text at every access, and at line separators
  that LSP does not know (pygls 2.1.1, `workspace/text_document.py`).
- A request that cannot be decoded gets an answer; pygls logs it and the client waits for ever.
- An object inside a message that happens to have a "jsonrpc" key is data, not a message.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcInvalidParams
from pygls.protocol import JsonRPCNotification, LanguageServerProtocol, lsp_method

IGNORED = "$/hotseat/undecodable"


class HotseatProtocol(LanguageServerProtocol):
    """Overrides methods that pygls marks with `lsp_method`: hence its exact version in
    pyproject.toml."""

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(
        self, params: types.DidOpenTextDocumentParams
    ) -> Generator[Any, Any, None]:
        yield self.fm.features[types.TEXT_DOCUMENT_DID_OPEN], (params,), None

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(
        self, params: types.DidChangeTextDocumentParams
    ) -> Generator[Any, Any, None]:
        yield self.fm.features[types.TEXT_DOCUMENT_DID_CHANGE], (params,), None

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(
        self, params: types.DidCloseTextDocumentParams
    ) -> Generator[Any, Any, None]:
        yield self.fm.features[types.TEXT_DOCUMENT_DID_CLOSE], (params,), None

    def structure_message(self, data: dict[str, Any]) -> Any:
        if data.get("jsonrpc") != self.VERSION or not data.keys() & {"id", "method"}:
            return data
        try:
            return super().structure_message(data)
        except JsonRpcException:
            if "id" in data and "method" in data:
                problem = JsonRpcInvalidParams.of(
                    ValueError(f"The parameters of {data['method']} are not what LSP says")
                )
                self._send_response(data["id"], error=problem.to_response_error())
            return JsonRPCNotification(method=IGNORED, jsonrpc=self.VERSION, params=None)
