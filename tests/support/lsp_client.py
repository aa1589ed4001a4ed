"""A language client that can also misbehave: raw JSON-RPC with `hotseat lsp` as a child process.

pygls's client would hide what is tested here: how many answers a request gets, messages that are
not LSP, positions that its types refuse.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

# A process with all its imports on two busy cores; what is waited for comes in a fraction of that.
PATIENCE_S = 30.0


class LspClient:
    """Use as an async context manager: starts the server, and kills it if it did not end."""

    def __init__(
        self, arguments: Sequence[str], *, cwd: Path, command: Sequence[str] | None = None
    ) -> None:
        self._command = command or [sys.executable, "-m", "hotseat", "lsp", *arguments]
        self._cwd = cwd
        self._ids = itertools.count(1)
        self._changed = asyncio.Event()
        self.answers: dict[Any, list[dict[str, Any]]] = {}
        """Request id → every answer that came for it."""
        self.notifications: list[tuple[str, Any]] = []
        self.server_requests: list[dict[str, Any]] = []
        self.refused: set[str] = set()
        """Methods of server requests that are answered with an error."""
        self.status: dict[str, Any] = {}
        """The newest pushed `hotseat/status`."""
        self.n_statuses = 0
        self.ended = False
        """The server closed its stdout."""
        self.versions: dict[str, int] = {}

    async def __aenter__(self) -> LspClient:
        self.process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            limit=64 * 1024 * 1024,
            cwd=self._cwd,
        )
        self._log: list[bytes] = []
        self._readers = [asyncio.create_task(self._read()), asyncio.create_task(self._read_log())]
        return self

    async def __aexit__(self, *_: object) -> None:
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()
        await asyncio.gather(*self._readers)
        assert self.process.stdin is not None
        self.process.stdin.close()

    @property
    def log(self) -> str:
        """What the server wrote to stderr."""
        return b"".join(self._log).decode("utf-8", "replace")

    # --- sending ---

    def send_raw(self, data: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(data)

    def send_body(self, body: bytes) -> None:
        self.send_raw(f"Content-Length: {len(body)}\r\n\r\n".encode() + body)

    def send(self, message: Any) -> None:
        """With every non-ASCII character escaped: halves of surrogate pairs too."""
        self.send_body(json.dumps(message).encode())

    def notify(self, method: str, params: Any = None) -> None:
        self.send({"jsonrpc": "2.0", "method": method, "params": params})

    def begin(self, method: str, params: Any = None) -> int:
        """Send a request and do not wait; returns its id."""
        id_ = next(self._ids)
        self.send({"jsonrpc": "2.0", "id": id_, "method": method, "params": params})
        return id_

    async def answer(self, id_: Any) -> dict[str, Any]:
        """The first answer to a request, `result` or `error` in it."""
        await self.until(lambda: id_ in self.answers)
        return self.answers[id_][0]

    async def request(self, method: str, params: Any = None) -> Any:
        answer = await self.answer(self.begin(method, params))
        assert "error" not in answer, answer
        return answer["result"]

    # --- waiting ---

    async def until(self, condition: Callable[[], bool], timeout_s: float = PATIENCE_S) -> None:
        try:
            async with asyncio.timeout(timeout_s):
                while not condition():
                    assert not self.ended, f"the server ended: {self.log}"
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            raise AssertionError(
                f"not within {timeout_s} s; status: {self.status}; log: {self.log}"
            ) from None

    async def until_ended(self) -> None:
        """Until all that the server wrote was read."""
        await asyncio.gather(*self._readers)

    async def until_status(
        self, condition: Callable[[dict[str, Any]], bool], timeout_s: float = PATIENCE_S
    ) -> dict[str, Any]:
        """The first pushed status from now on, the newest included, for which it is true."""
        await self.until(lambda: bool(self.status) and condition(self.status), timeout_s)
        return self.status

    async def until_warm(self, *experts: str) -> dict[str, Any]:
        return await self.until_status(lambda s: all(state_of(s, e) == "warm" for e in experts))

    # --- editing ---

    async def initialize(
        self,
        *,
        capabilities: dict[str, Any] | None = None,
        options: Any = None,
        workspace: Path | None = None,
        process_id: int | None = None,
        client_info: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        answer: dict[str, Any] = await self.request(
            "initialize",
            {
                "processId": os.getpid() if process_id is None else process_id,
                "clientInfo": client_info,
                "rootUri": None,
                "capabilities": capabilities or {},
                "initializationOptions": options,
                "workspaceFolders": [{"uri": workspace.as_uri(), "name": "w"}]
                if workspace
                else None,
            },
        )
        self.notify("initialized", {})
        return answer

    def open(self, uri: str, language: str, text: str) -> None:
        self.versions[uri] = 1
        document = {"uri": uri, "languageId": language, "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": document})

    def change(self, uri: str, *changes: tuple[tuple[int, int], tuple[int, int], str]) -> None:
        """Each (start, end, text), positions as (line, character)."""
        self.versions[uri] += 1
        self.notify(
            "textDocument/didChange",
            {
                "textDocument": {"uri": uri, "version": self.versions[uri]},
                "contentChanges": [
                    {
                        "range": {"start": position(*start), "end": position(*end)},
                        "text": text,
                    }
                    for start, end, text in changes
                ],
            },
        )

    def begin_complete(self, uri: str, line: int, character: int) -> int:
        return self.begin(
            "textDocument/inlineCompletion",
            {
                "textDocument": {"uri": uri},
                "position": position(line, character),
                "context": {"triggerKind": 2},
            },
        )

    async def complete(self, uri: str, line: int, character: int) -> list[str]:
        """The texts suggested there; an error fails the test."""
        answer = await self.answer(self.begin_complete(uri, line, character))
        return texts(answer)

    async def until_completed(self, uri: str, line: int, character: int) -> list[str]:
        """The texts suggested there, asked for again while there are none; fails with the reason
        of the last request."""
        status: dict[str, Any] = {}
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not (found := await self.complete(uri, line, character)):
                    status = await self.request("hotseat/status")
        except TimeoutError:
            raise AssertionError(f"no suggestion: {status.get('lastCompletion')}") from None
        return found

    async def end(self) -> int:
        """Shutdown and exit as LSP has them; the process's exit code."""
        await self.request("shutdown")
        self.notify("exit")
        async with asyncio.timeout(PATIENCE_S):
            return await self.process.wait()

    # --- receiving ---

    async def _read(self) -> None:
        stdout = self.process.stdout
        assert stdout is not None
        try:
            while True:
                length = 0
                while header := (await stdout.readuntil(b"\r\n")).strip():
                    name, _, value = header.partition(b":")
                    if name.lower() == b"content-length":
                        length = int(value)
                self._take(json.loads(await stdout.readexactly(length)))
        except asyncio.IncompleteReadError:
            self.ended = True
            self._changed.set()

    async def _read_log(self) -> None:
        assert self.process.stderr is not None
        while data := await self.process.stderr.read(65536):
            self._log.append(data)

    def _take(self, message: dict[str, Any]) -> None:
        if "method" not in message:
            self.answers.setdefault(message.get("id"), []).append(message)
        elif "id" in message:
            self.server_requests.append(message)
            answer: dict[str, Any] = {"result": None}
            if message["method"] in self.refused:
                answer = {"error": {"code": -32601, "message": "Not supported"}}
            self.send({"jsonrpc": "2.0", "id": message["id"], **answer})
        else:
            self.notifications.append((message["method"], message.get("params")))
            if message["method"] == "hotseat/status":
                self.status = message["params"]
                self.n_statuses += 1
        self._changed.set()


def position(line: int, character: int) -> dict[str, int]:
    return {"line": line, "character": character}


def texts(answer: dict[str, Any]) -> list[str]:
    assert "error" not in answer, answer
    items = answer["result"]["items"]
    return [item["insertText"] for item in items]


def expert_in(status: dict[str, Any], name: str) -> dict[str, Any]:
    return next((e for e in status.get("experts", ()) if e["name"] == name), {})


def state_of(status: dict[str, Any], name: str) -> str | None:
    return expert_in(status, name).get("state")
