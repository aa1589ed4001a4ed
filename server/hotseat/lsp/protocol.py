"""pygls's protocol with six corrections.

- Hotseat keeps the documents itself: pygls's own splits the whole text again at every access, and
  at line separators that LSP does not know (pygls 2.1.1, `workspace/text_document.py`).
- A request that cannot be decoded gets an error as its answer; pygls only logs it, and the client
  waits for ever.
- "Cancelled" is the answer to a request that the client cancelled, and to no other.
- A HotseatError is an answer for the user, not a failure of the server.
- An object inside a message that happens to have a "jsonrpc" key is data, not a message.
- Hotseat's own messages keep their parameters as JSON, for `wire` to read; pygls would make named
  tuples of them, which takes longer than the reading.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Generator
from concurrent.futures import Future
from typing import Any

from lsprotocol import types
from pygls.exceptions import (
    FeatureNotificationError,
    JsonRpcException,
    JsonRpcInvalidParams,
    JsonRpcInvalidRequest,
)
from pygls.protocol import (
    JsonRPCNotification,
    JsonRPCRequestMessage,
    LanguageServerProtocol,
    lsp_method,
)

from hotseat.domain.errors import HotseatError
from hotseat.lsp import names

log = logging.getLogger(__name__)

_LOGGED_ELSEWHERE = {types.TEXT_DOCUMENT_INLINE_COMPLETION, types.TEXT_DOCUMENT_COMPLETION}
"""`session/suggest` logs these, with the source of the answer and the stage that dropped it."""
_CALLED_DIRECTLY = names.NOTIFICATIONS | {types.TEXT_DOCUMENT_DID_CHANGE}


class HotseatProtocol(LanguageServerProtocol):
    """Overrides methods that pygls marks with `lsp_method`, so pyproject.toml pins its version."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._cancelled_by_client: set[Any] = set()
        """Ids of requests that have no answer yet."""
        self._begun: dict[Any, tuple[str, float]] = {}
        """By id, the method and the start of requests without an answer; empty unless debugging."""

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(
        self, params: types.DidOpenTextDocumentParams
    ) -> Generator[Any, Any, None]:
        yield self.fm.features[types.TEXT_DOCUMENT_DID_OPEN], (params,), None

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(
        self, params: types.DidCloseTextDocumentParams
    ) -> Generator[Any, Any, None]:
        yield self.fm.features[types.TEXT_DOCUMENT_DID_CLOSE], (params,), None

    def structure_message(self, data: dict[str, Any]) -> Any:
        """Return the object as it is. pygls calls this for every object in a message, the inner
        ones first; `handle_message` decodes the whole message instead."""
        return data

    def handle_message(self, message: Any) -> None:
        """Decode a whole message and dispatch it. Anything else gets an error as its answer."""
        if not isinstance(message, dict) or not _is_message(message):
            id_ = message.get("id") if isinstance(message, dict) else None
            self.refuse(id_ if _is_id(id_) else None, JsonRpcInvalidRequest("not a message"))
            return
        method = message.get("method")
        if method == types.WORKSPACE_DID_CHANGE_WATCHED_FILES and "id" not in message:
            if not self._shutdown:
                self._call(method, message.get("params"))  # as JSON: see its handler
            return
        if log.isEnabledFor(logging.DEBUG) and "id" in message and method is not None:
            self._begun[message["id"]] = (method, time.perf_counter())
        try:
            structured = _own_message(message) or super().structure_message(message)
        except JsonRpcException:
            log.warning("The parameters of %s do not have the shape that LSP defines", method)
            if "id" in message and method is not None:
                text = f"The parameters of {method} do not have the shape that LSP defines"
                self.refuse(message["id"], JsonRpcInvalidParams(text))
            return
        if method in _CALLED_DIRECTLY and "id" not in message and not self._shutdown:
            self._call(method, structured.params)
        else:
            super().handle_message(structured)

    def _call(self, method: str, params: Any) -> None:
        """Call a notification's handler directly. pygls's dispatch would take a quarter of a
        millisecond of each keystroke (a context, a generator, a UUID)."""
        try:
            self.fm.features[method](params)
        except Exception as error:
            log.exception("The notification %s could not be processed", method)
            self._server._report_server_error(error, FeatureNotificationError)

    def _send_handler_result(self, future: Future[Any], *, msg_id: Any) -> None:
        """Answer with the message of a HotseatError; pygls would log it with a traceback.

        A request that the client did not cancel was ended by the server, as pygls does at
        `shutdown`.
        """
        is_by_client = msg_id in self._cancelled_by_client
        self._cancelled_by_client.discard(msg_id)
        error: BaseException | None = None
        if not future.cancelled():
            error = future.exception()
        elif not is_by_client:
            error = HotseatError("Hotseat ended this request", hint="Ask again")
        if not isinstance(error, HotseatError):
            super()._send_handler_result(future, msg_id=msg_id)
            return
        self._request_futures.pop(msg_id, None)
        failed = JsonRpcException(str(error), code=types.LSPErrorCodes.RequestFailed)
        self._send_response(msg_id, error=failed.to_response_error())

    def _handle_cancel_notification(self, msg_id: Any) -> None:
        if msg_id in self._request_futures:
            self._cancelled_by_client.add(msg_id)
        super()._handle_cancel_notification(msg_id)

    def _send_response(
        self, msg_id: Any, result: Any = None, error: types.ResponseError | None = None
    ) -> None:
        """Send a result that is JSON already without converting it."""
        if self._begun:
            self._log_answer(msg_id, "an error" if error is not None else "a result")
        if error is None and isinstance(result, dict):
            self._result_types.pop(msg_id, None)
            self._send_data({"jsonrpc": self.VERSION, "id": msg_id, "result": result})
        else:
            super()._send_response(msg_id, result, error)

    def _log_answer(self, msg_id: Any, kind: str) -> None:
        method, began_s = self._begun.pop(msg_id, ("", 0.0))
        if method and method not in _LOGGED_ELSEWHERE:
            elapsed_ms = (time.perf_counter() - began_s) * 1000
            log.debug("%s id=%s ms=%.1f answered with %s", method, msg_id, elapsed_ms, kind)

    def refuse(self, id_: int | str | None, error: JsonRpcException) -> None:
        """Answer with an error. `id_` is None if the message's id could not be read."""
        problem = {"code": error.code, "message": error.message}
        self._send_data({"jsonrpc": self.VERSION, "id": id_, "error": problem})


def _own_message(data: dict[str, Any]) -> JsonRPCRequestMessage | JsonRPCNotification | None:
    """Return one of Hotseat's own messages with its parameters as they are; None for any other."""
    method = data.get("method")
    if method not in names.FROM_CLIENT:
        return None
    params, version = data.get("params"), data["jsonrpc"]
    if "id" in data:
        return JsonRPCRequestMessage(data["id"], method, version, params)
    return JsonRPCNotification(method, version, params)


def _is_message(data: dict[str, Any]) -> bool:
    if data.get("jsonrpc") != HotseatProtocol.VERSION or not _is_id(data.get("id")):
        return False
    return isinstance(data["method"], str) if "method" in data else "id" in data


def _is_id(value: Any) -> bool:
    return value is None or (isinstance(value, (int, str)) and not isinstance(value, bool))
