"""pygls's protocol with corrections.

- Hotseat keeps the documents itself: pygls's own splits the whole text again at every access, and
  at line separators that LSP does not know (pygls 2.1.1, `workspace/text_document.py`).
- A request that cannot be decoded gets an error as its answer; pygls only logs it, and the client
  waits for ever.
- Every request gets exactly one answer: -32002 before `initialize`, -32600 after `shutdown`, for a
  notification's method and for an id that is in use (`refusals`); pygls drops some of these
  messages.
- "Cancelled" is the answer to a request that the client cancelled, and to no other. `initialize`
  and `shutdown` cannot be cancelled.
- A message from the client ends or answers only what it may: pygls keeps the client's requests and
  the server's own in one table.
- `shutdown` takes effect for the messages that arrive with it, and `exit` waits for its answer.
- A HotseatError is an answer for the user, not a failure of the server.
- An object inside a message that happens to have a "jsonrpc" key is data, not a message.
- Hotseat's own messages keep their parameters as JSON, for `wire` to read; pygls would make named
  tuples of them, which takes longer than the reading.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Generator
from concurrent.futures import Future
from typing import Any

from lsprotocol import types
from pygls.exceptions import (
    JsonRpcException,
    JsonRpcInternalError,
    JsonRpcInvalidParams,
    JsonRpcInvalidRequest,
)
from pygls.protocol import (
    JsonRPCNotification,
    JsonRPCRequestMessage,
    lsp_method,
)

from hotseat.domain.errors import HotseatError
from hotseat.lsp import names
from hotseat.lsp.messages.quick_protocol import QuickProtocol
from hotseat.lsp.refusals import (
    Stage,
    echoed_id,
    is_dropped,
    is_id,
    is_message,
    is_notification,
    may_be_cancelled,
    refusal,
)

log = logging.getLogger(__name__)

_LOGGED_ELSEWHERE = {types.TEXT_DOCUMENT_INLINE_COMPLETION, types.TEXT_DOCUMENT_COMPLETION}
"""`session/suggest` logs these, with the source of the answer and the stage that dropped it."""
_ENDED = "Hotseat ended this request"
NO_VERSION = -1
"""The version of a change that came without one, as LSP 2 allowed."""
# pygls would log a message that it cannot decode with its contents, and 50 lines of traceback.
logging.getLogger("pygls.protocol.json_rpc").addFilter(
    lambda record: not str(record.msg).startswith("Unable to deserialize")
)
_CALLED_DIRECTLY = names.NOTIFICATIONS | {types.TEXT_DOCUMENT_DID_CHANGE}


class HotseatProtocol(QuickProtocol):
    """Overrides methods that pygls marks with `lsp_method`, so pyproject.toml pins its version."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._is_initialized = False  # first: pygls's __init__ reads every attribute of the class
        super().__init__(*args, **kwargs)
        self._cancelled_by_client: set[Any] = set()
        """Ids of requests that have no answer yet."""
        self._unanswered: dict[Any, tuple[str, float]] = {}
        """By the id of a request of the client: its method, and when it arrived (`perf_counter`).
        """
        self._revisions: dict[Any, int] = {}
        """By the id of a request for a suggestion: the revision of its document at its arrival."""
        self._work_tokens: dict[Any, str | int] = {}
        """By the id of a command: the token under which the client shows its progress."""
        self.exit_code: int | None = None
        """The exit code of the process once the client has sent `exit`."""

    @property
    def stage(self) -> Stage:
        """Return how far the conversation with the client is."""
        if self._shutdown:
            return Stage.ENDING
        return Stage.OPEN if self._is_initialized else Stage.BEFORE_INITIALIZE

    async def settle(self, timeout_s: float) -> None:
        """Wait until every request has its answer. What still runs after `timeout_s` is ended."""
        loop = asyncio.get_running_loop()
        until_s = loop.time() + timeout_s
        while self._unanswered and (left_s := until_s - loop.time()) > 0:
            futures: list[Any] = list(self._request_futures.values())
            running = [f for f in futures if asyncio.isfuture(f) and not f.done()]
            if not running:
                break
            await asyncio.wait(running, timeout=left_s, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.sleep(0)  # the callbacks that send the answers
        for id_, (method, _) in list(self._unanswered.items()):
            log.warning("%s was not answered in time", method)
            self._send_response(id_, error=_ended().to_response_error())

    @lsp_method(types.SHUTDOWN)
    async def lsp_shutdown(self, *args: Any) -> None:  # type: ignore[override]
        """Close the session, then end what still runs for the client.

        pygls changes the table of requests while it iterates over it.
        """
        own_id = self.msg_id
        try:
            if (handler := self.fm.features.get(types.SHUTDOWN)) is not None:
                await handler(*args)
        finally:
            for id_, future in list(self._request_futures.items()):
                if id_ != own_id and not future.done():
                    future.cancel()

    @lsp_method(types.EXIT)
    def lsp_exit(self, *_args: Any) -> None:  # type: ignore[override]
        """Note the exit code, 1 without `shutdown`. `stdio` ends the process."""
        self.exit_code = 0 if self._shutdown else 1

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
        if not isinstance(message, dict) or not is_message(message):
            self.refuse(echoed_id(message), JsonRpcInvalidRequest("not a message"))
            return
        method = message.get("method")
        if method is None:
            self._dispatch(message, None)
        elif "id" in message:
            self._handle_client_request(message, method)
        elif not is_dropped(method, self.stage):
            self._handle_client_notification(message, method)

    def _handle_client_request(self, message: dict[str, Any], method: str) -> None:
        id_ = message["id"]
        error = refusal(id_, method, self.stage, is_in_use=id_ in self._unanswered)
        if error is not None:
            self.refuse(id_, error)
            if method == types.EXIT:
                self.lsp_exit()
            return
        self._unanswered[id_] = (method, time.perf_counter())
        if method == types.TEXT_DOCUMENT_INLINE_COMPLETION:
            self._note_revision(id_, message.get("params"))
        elif method == types.WORKSPACE_EXECUTE_COMMAND:
            self._note_work_token(id_, message.get("params"))
        try:
            self._dispatch(message, method)
        except Exception:
            log.exception("The request %s could not be processed", method)
            text = f"Hotseat could not process {method}"
            self._send_response(id_, error=JsonRpcInternalError(text).to_response_error())
        if method == types.SHUTDOWN:
            self._shutdown = True

    def _note_revision(self, id_: Any, params: Any) -> None:
        """The request is about the text as it is now. Its handler runs later, after changes that
        the client sent together with it."""
        session = self._server.session  # type: ignore[attr-defined]
        document = params.get("textDocument") if isinstance(params, dict) else None
        uri = document.get("uri") if isinstance(document, dict) else None
        opened = (
            session.documents.get(uri) if session is not None and isinstance(uri, str) else None
        )
        if opened is not None:
            self._revisions[id_] = opened.revision

    def revision_asked_about(self) -> int | None:
        """Return the document's revision at the arrival of the request that is being handled; None
        if it was not open."""
        return self._revisions.pop(self.msg_id, None)

    def _note_work_token(self, id_: Any, params: Any) -> None:
        token = params.get("workDoneToken") if isinstance(params, dict) else None
        if isinstance(token, (str, int)):
            self._work_tokens[id_] = token

    def work_token(self) -> str | int | None:
        """Return the token under which the client shows the progress of the command that is being
        handled; None if it gave none. pygls passes only the arguments on to the command."""
        return self._work_tokens.get(self.msg_id)

    def _handle_client_notification(self, message: dict[str, Any], method: str) -> None:
        if method == types.WORKSPACE_DID_CHANGE_WATCHED_FILES:
            self._call(method, message.get("params"))  # as JSON: see its handler
        elif method in names.FROM_CLIENT and not is_notification(method):
            log.warning("%s was sent without an id: it is a request", method)
        else:
            self._dispatch(message, method)

    def _dispatch(self, message: dict[str, Any], method: str | None) -> None:
        """Decode the message's parameters and call its handler."""
        if self._is_initialized and self.dispatch_frequent(message, method):
            return
        try:
            structured = _own_message(message) or super().structure_message(_versioned(message))
        except JsonRpcException:
            log.warning("The parameters of %s do not have the shape that LSP defines", method)
            if "id" in message and method is not None:
                text = f"The parameters of {method} do not have the shape that LSP defines"
                error = JsonRpcInvalidParams(text).to_response_error()
                self._send_response(message["id"], error=error)
            return
        if method == types.INITIALIZE and self._is_initialized:
            error = JsonRpcInvalidRequest("The server is initialized already").to_response_error()
            self._send_response(message["id"], error=error)
        elif method in _CALLED_DIRECTLY and "id" not in message:
            self._call(method, structured.params)
        else:
            super().handle_message(structured)

    def _execute_handler(self, msg_id: Any, *args: Any, **kwargs: Any) -> None:
        """Forget the future of a handler that has ended: pygls keeps those of notifications and
        commands for ever. And end a command whose request is cancelled, which pygls lets run on:
        the request and the command have a future each."""
        super()._execute_handler(msg_id, *args, **kwargs)
        future = self._request_futures.get(msg_id)
        if future is not None:
            future.add_done_callback(lambda _: self._request_futures.pop(msg_id, None))
            request = self._request_futures.get(self.msg_id) if self.msg_id is not None else None
            if request is not None and request is not future:
                request.add_done_callback(lambda done: done.cancelled() and future.cancel())

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
            error = HotseatError(_ENDED, hint="Ask again")
        if not isinstance(error, HotseatError):
            super()._send_handler_result(future, msg_id=msg_id)
            return
        self._request_futures.pop(msg_id, None)
        failed = JsonRpcException(str(error), code=types.LSPErrorCodes.RequestFailed)
        self._send_response(msg_id, error=failed.to_response_error())

    def _handle_cancel_notification(self, msg_id: Any) -> None:
        if not is_id(msg_id):
            return
        method, _ = self._unanswered.get(msg_id, (None, 0.0))
        if may_be_cancelled(method) and msg_id in self._request_futures:
            self._cancelled_by_client.add(msg_id)
            super()._handle_cancel_notification(msg_id)

    def _handle_response(
        self, msg_id: Any, result: Any = None, error: types.ResponseError | None = None
    ) -> None:
        if msg_id not in self._unanswered:  # else the id is that of a request of the client
            super()._handle_response(msg_id, result, error)

    def _send_response(
        self, msg_id: Any, result: Any = None, error: types.ResponseError | None = None
    ) -> None:
        """Send the answer to a request of the client, unless it has one.

        A result that is JSON already is not converted.
        """
        asked = self._unanswered.pop(msg_id, None)
        self._revisions.pop(msg_id, None)
        self._work_tokens.pop(msg_id, None)
        if asked is None:
            return
        method, began_s = asked
        if log.isEnabledFor(logging.DEBUG) and method not in _LOGGED_ELSEWHERE:
            kind = "an error" if error is not None else "a result"
            elapsed_ms = (time.perf_counter() - began_s) * 1000
            log.debug("%s id=%s ms=%.1f answered with %s", method, msg_id, elapsed_ms, kind)
        if method == types.INITIALIZE and error is None:
            self._is_initialized = True
        if error is None and isinstance(result, dict):
            self._result_types.pop(msg_id, None)
            self._send_data({"jsonrpc": self.VERSION, "id": msg_id, "result": result})
        else:
            super()._send_response(msg_id, result, error)

    def refuse(self, id_: int | float | str | None, error: JsonRpcException) -> None:
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


def _versioned(message: dict[str, Any]) -> dict[str, Any]:
    """Return the message; a change of a document without a version with `NO_VERSION`. If it were
    refused, every later change would be made in another text than the editor's."""
    if message.get("method") != types.TEXT_DOCUMENT_DID_CHANGE:
        return message
    match message.get("params"):
        case {"textDocument": dict(document), **rest} if document.get("version") is None:
            document = {**document, "version": NO_VERSION}
            return {**message, "params": {**rest, "textDocument": document}}
    return message


def _ended() -> JsonRpcException:
    return JsonRpcException(_ENDED, code=types.LSPErrorCodes.RequestFailed)
