"""A scripted editor: a real LSP client over a real language server in a child process.

It opens and focuses documents, types, requests inline completions, and keeps the newest
`hotseat/status`. Used by the demo, the benchmarks and tests.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.client import LanguageClient

from hotseat.domain.errors import HotseatError


class Editor:
    """Run a language server and act as its editor. Use as an async context manager.

    Positions are in UTF-16, as in VS Code. `options` are the `initializationOptions`; `environment`
    is the server's (default: the environment of this process).
    """

    def __init__(
        self,
        server_arguments: Sequence[str],
        workspace: Path,
        *,
        options: Mapping[str, Any] | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._arguments = server_arguments
        self._workspace = workspace
        self._options = dict(options) if options else None
        self._environment = environment
        self._ids = itertools.count(1)
        self._client = LanguageClient("hotseat-editor", "1")
        self._versions: dict[str, int] = {}
        self._changed = asyncio.Event()
        self._warm_s: dict[str, float] = {}
        self._on_parts: dict[str | int, Callable[[dict[str, Any]], None]] = {}
        """Callbacks by the token of a request whose answer arrives in parts."""
        self.status: dict[str, Any] = {}
        self.on_status: Callable[[], None] = lambda: None
        """Called after each status that the server pushes."""

    async def __aenter__(self) -> Editor:
        client = self._client

        @client.feature("hotseat/status")
        def on_status(params: Any) -> None:
            self.status = _plain(params)
            self._note_warm()
            self._changed.set()
            self.on_status()

        @client.feature(types.WINDOW_WORK_DONE_PROGRESS_CREATE)
        def on_progress_create(_params: Any) -> None:
            return None

        @client.feature(types.PROGRESS)
        def on_progress(params: types.ProgressParams) -> None:
            if (on_part := self._on_parts.get(params.token)) is not None:
                on_part(_plain(params.value))

        # Without these, pygls prints that it ignores them.
        @client.feature(types.WINDOW_SHOW_MESSAGE)
        @client.feature(types.WINDOW_LOG_MESSAGE)
        def on_message(_params: Any) -> None:
            return None

        await client.start_io(
            *(sys.executable, "-m", "hotseat", "lsp", *self._arguments),
            env=self._environment,
            start_new_session=True,  # this process handles Ctrl-C and stops the server
        )
        await client.initialize_async(
            types.InitializeParams(
                process_id=os.getpid(),
                root_uri=self._workspace.as_uri(),
                initialization_options=self._options,
                capabilities=types.ClientCapabilities(
                    window=types.WindowClientCapabilities(work_done_progress=True),
                    general=types.GeneralClientCapabilities(
                        position_encodings=[types.PositionEncodingKind.Utf16]
                    ),
                ),
            )
        )
        client.initialized(types.InitializedParams())
        return self

    async def __aexit__(self, *_exc: object) -> None:
        # A server that already ended cannot be stopped.
        with suppress(TimeoutError, OSError, RuntimeError, JsonRpcException):
            await asyncio.wait_for(self._client.shutdown_async(None), 10)
            self._client.exit(None)
            await asyncio.wait_for(self._client.stop(), 10)
        server = self._client._server
        if server is not None and server.returncode is None:
            server.kill()
            await server.wait()

    @property
    def opened(self) -> frozenset[str]:
        return frozenset(self._versions)

    def warm_s(self, expert: str) -> float:
        """Return when (`time.perf_counter`) the expert was last seen to become warm."""
        return self._warm_s[expert]

    def _note_warm(self) -> None:
        for expert in self.status.get("experts", ()):
            if expert["state"] == "warm":
                self._warm_s.setdefault(expert["name"], time.perf_counter())
            else:
                self._warm_s.pop(expert["name"], None)

    @property
    def server_pid(self) -> int:
        server = self._client._server
        if server is None:
            raise HotseatError("the language server has not been started")
        return int(server.pid)

    def open(self, uri: str, language_id: str, text: str) -> None:
        self._versions[uri] = 1
        self._client.text_document_did_open(
            types.DidOpenTextDocumentParams(types.TextDocumentItem(uri, language_id, 1, text))
        )

    def close(self, uri: str) -> None:
        del self._versions[uri]
        self._client.text_document_did_close(
            types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri))
        )

    def focus(self, uri: str | None) -> None:
        document = {"textDocument": {"uri": uri}} if uri is not None else {}
        self._client.protocol.notify("textDocument/didFocus", document)

    def move(self, uri: str, line: int, character: int) -> None:
        self._client.protocol.notify(
            "hotseat/didChangeCursor",
            {"textDocument": {"uri": uri}, "position": {"line": line, "character": character}},
        )

    def insert(self, uri: str, line: int, character: int, text: str) -> None:
        """Send one change: `text` typed at that position."""
        self._versions[uri] += 1
        at = types.Position(line, character)
        self._client.text_document_did_change(
            types.DidChangeTextDocumentParams(
                types.VersionedTextDocumentIdentifier(self._versions[uri], uri),
                [types.TextDocumentContentChangePartial(range=types.Range(at, at), text=text)],
            )
        )

    async def complete(self, uri: str, line: int, character: int, *, invoked: bool = False) -> str:
        """Return the suggestion's text, or "". Cancelling this call cancels the request.

        `invoked`: as if the user asked by a command, so that the filter hides nothing.
        """
        kind = types.InlineCompletionTriggerKind
        params = types.InlineCompletionParams(
            types.InlineCompletionContext(kind.Invoked if invoked else kind.Automatic),
            types.TextDocumentIdentifier(uri),
            types.Position(line, character),
        )
        answer = await self._request(types.TEXT_DOCUMENT_INLINE_COMPLETION, params)
        items = answer.items if isinstance(answer, types.InlineCompletionList) else answer or ()
        if not items:
            return ""
        text = items[0].insert_text
        return text if isinstance(text, str) else text.value

    async def ask(
        self, params: Mapping[str, Any], on_part: Callable[[dict[str, Any]], None]
    ) -> dict[str, Any]:
        """Send `hotseat/ask` and return the answer; `on_part` gets each new part.

        Cancelling this call stops the answer. Raises HotseatError.
        """
        return await self.in_parts("hotseat/ask", params, on_part)

    async def in_parts(
        self, method: str, params: Mapping[str, Any], on_part: Callable[[dict[str, Any]], None]
    ) -> dict[str, Any]:
        """Send a request whose answer arrives in parts and return the answer; `on_part` gets each
        new part.

        Cancelling this call cancels the request. Raises HotseatError.
        """
        token = f"parts-{next(self._ids)}"
        self._on_parts[token] = on_part
        try:
            return await self.request(method, {**params, "partialResultToken": token})
        finally:
            del self._on_parts[token]

    async def request(self, method: str, params: Mapping[str, Any]) -> dict[str, Any]:
        """Send a request of Hotseat's own and return the answer. Raises HotseatError."""
        try:
            answer = await self._request(method, dict(params))
        except JsonRpcException as error:
            raise HotseatError(error.message) from None
        except RuntimeError as error:  # pygls reports a server that ended with RuntimeError
            raise HotseatError("The language server ended", hint=str(error)) from None
        return dict(_plain(answer))

    async def _request(self, method: str, params: Any) -> Any:
        """Send a request; on cancellation send `$/cancelRequest`, as editors do."""
        protocol = self._client.protocol
        request_id = f"editor-{next(self._ids)}"
        request = protocol.send_request_async(method, params, request_id)
        try:
            # pygls logs an error when an answer arrives for a cancelled future, hence the shield.
            return await asyncio.shield(request)
        except asyncio.CancelledError:
            request.add_done_callback(lambda done: done.cancelled() or done.exception())
            protocol.notify("$/cancelRequest", types.CancelParams(request_id))
            raise

    async def command(self, name: str, argument: str) -> dict[str, str]:
        answer = await self._client.workspace_execute_command_async(
            types.ExecuteCommandParams(command=name, arguments=[argument])
        )
        return dict(_plain(answer))

    async def fresh_status(self) -> dict[str, Any]:
        """Request the status, in contrast to `status`, the last one pushed."""
        answer = await self._request("hotseat/status", {})
        self.status = dict(_plain(answer))
        self._note_warm()
        return self.status

    async def wait_for(
        self, condition: Callable[[dict[str, Any]], bool], *, within_s: float, what: str
    ) -> dict[str, Any]:
        """Return the first status that meets `condition`. Raises HotseatError after `within_s`."""
        try:
            async with asyncio.timeout(within_s):
                while not (self.status and condition(self.status)):
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            engine = self.status.get("engine") or {}
            errors = [e["error"] for e in self.status.get("experts", ()) if e.get("error")]
            hint = "; ".join([*errors, *filter(None, [engine.get("message")])])
            raise HotseatError(f"{what} took longer than {within_s:.0f} s", hint=hint) from None
        return self.status


def expert_in(status: dict[str, Any], name: str | None) -> dict[str, Any]:
    """Return the expert's entry in a `hotseat/status`, or {} if it is not there."""
    return next((e for e in status.get("experts", ()) if e["name"] == name), {})


def _plain(value: Any) -> Any:
    """Convert pygls's named tuples for untyped values back to plain JSON values."""
    if hasattr(value, "_asdict"):
        return {key: _plain(item) for key, item in value._asdict().items()}
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value
