"""A minimal LSP client: it adds as little time as possible to a measurement."""

from __future__ import annotations

import asyncio
import itertools
import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import IO, Any

from hotseat.domain.errors import HotseatError


class WireClient:
    """One `hotseat lsp` over stdio. `answered_s` is when the last byte of the newest answer
    arrived."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._ids = itertools.count(1)
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._reading = asyncio.create_task(self._read_all())
        self.answered_s = 0.0
        self.sent_s = 0.0
        self.ended = False
        """The server closed its output: no request will be answered any more."""
        self.n_unexpected_answers = 0
        """Answers to requests that had been answered, or had never been sent."""
        self.on_notification: Callable[[str, Any], None] = lambda _method, _params: None

    @classmethod
    async def start(
        cls,
        arguments: Sequence[str],
        *,
        environment: Mapping[str, str] | None = None,
        log: IO[bytes] | None = None,
    ) -> WireClient:
        """Start a server. `environment` is the whole of its environment (default: that of this
        process); `log` receives what it writes to standard error (default: discarded)."""
        return cls(
            await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "hotseat",
                "lsp",
                *arguments,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL if log is None else log,
                env=environment,
                limit=2**24,
            )
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def pending(self) -> frozenset[int]:
        """The ids of the requests that have not been answered."""
        return frozenset(self._answers)

    def notify(self, method: str, params: Any) -> None:
        self._write({"jsonrpc": "2.0", "method": method, "params": params})

    async def request(self, method: str, params: Any) -> Any:
        """Return the result, or None for an error; messages in between are ignored."""
        return await self.begin(method, params)[1]

    def begin(self, method: str, params: Any) -> tuple[int, asyncio.Future[Any]]:
        """Send a request; return its id, with which it can be cancelled, and the future answer."""
        request_id = next(self._ids)
        answer = self._answers[request_id] = asyncio.get_running_loop().create_future()
        if self.ended:
            answer.set_exception(HotseatError("The language server ended"))
            return request_id, answer
        self._write({"jsonrpc": "2.0", "id": request_id, "method": method, "params": params})
        return request_id, answer

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
        await self.wait_ended()

    async def wait_ended(self) -> None:
        await self._process.wait()
        await asyncio.gather(self._reading, return_exceptions=True)

    def _write(self, message: dict[str, Any]) -> None:
        if self.ended:
            return
        body = json.dumps(message).encode()
        assert self._process.stdin is not None
        self.sent_s = time.perf_counter()
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

    async def _read_all(self) -> None:
        try:
            while True:
                message = await self._read()
                if _is_answer(message):
                    answer = self._answers.pop(message["id"], None)
                    if answer is None:
                        self.n_unexpected_answers += 1
                    elif not answer.done():
                        answer.set_result(message.get("result"))
                elif "method" in message and "id" not in message:
                    self.on_notification(message["method"], message.get("params"))
        except (EOFError, OSError, ValueError):
            self.ended = True
            for answer in self._answers.values():
                if not answer.done():
                    answer.set_exception(HotseatError("The language server ended"))

    async def _read(self) -> dict[str, Any]:
        out = self._process.stdout
        assert out is not None
        length = 0
        while (line := await out.readline()).strip():
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        body = await out.readexactly(length)
        received_s = time.perf_counter()
        if not length:
            raise EOFError
        message = json.loads(body)
        assert isinstance(message, dict)
        if _is_answer(message):
            self.answered_s = received_s
        return message


def _is_answer(message: dict[str, Any]) -> bool:
    return "id" in message and "method" not in message
