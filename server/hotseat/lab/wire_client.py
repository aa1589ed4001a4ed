"""The leanest LSP client: bytes in, bytes out, so that a measurement holds little of it."""

from __future__ import annotations

import asyncio
import itertools
import json
import sys
import time
from collections.abc import Sequence
from typing import Any


class WireClient:
    """One `hotseat lsp` over stdio. `answered_s` is when the newest answer's last byte came."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._ids = itertools.count(1)
        self.answered_s = 0.0
        self.sent_s = 0.0

    @classmethod
    async def start(cls, arguments: Sequence[str]) -> WireClient:
        return cls(
            await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "hotseat",
                "lsp",
                *arguments,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                limit=2**24,
            )
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    def notify(self, method: str, params: Any) -> None:
        self._write({"jsonrpc": "2.0", "method": method, "params": params})

    async def request(self, method: str, params: Any) -> Any:
        """The result; what the server says in between is passed over."""
        request_id = next(self._ids)
        self._write({"jsonrpc": "2.0", "id": request_id, "method": method, "params": params})
        while True:
            message = await self._read()
            if message.get("id") == request_id and "method" not in message:
                return message.get("result")

    async def initialize(self) -> Any:
        result = await self.request(
            "initialize", {"processId": None, "rootUri": None, "capabilities": {}}
        )
        answered_s = self.answered_s
        self.notify("initialized", {})
        self.answered_s = answered_s
        return result

    def kill(self) -> None:
        if self._process.returncode is None:
            self._process.kill()

    async def stop(self) -> None:
        await self.request("shutdown", None)
        self.notify("exit", None)
        await self._process.wait()

    def _write(self, message: dict[str, Any]) -> None:
        body = json.dumps(message).encode()
        assert self._process.stdin is not None
        self.sent_s = time.perf_counter()
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

    async def _read(self) -> dict[str, Any]:
        out = self._process.stdout
        assert out is not None
        length = 0
        while (line := await out.readline()).strip():
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        body = await out.readexactly(length)
        self.answered_s = time.perf_counter()
        message = json.loads(body)
        assert isinstance(message, dict)
        return message
