"""Answers that take time: streamed lines or one object, cancelled when the client disconnects.

Owns the sending of an answer; its content is decided elsewhere.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from hotseat.serving.wire import JSON_TYPE, NDJSON_TYPE, json_response, to_line


class Reply:
    """Sends either one `json` or `json_text`, or any number of `line`s or `piece`s and an `end`.

    `headers` may be added to until something was sent.
    """

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send
        self.headers: dict[str, str] = {}
        self.started = False

    async def json(self, value: dict[str, Any]) -> None:
        self.started = True
        response = json_response(value)
        response.headers.update(self.headers)
        await response(self._scope, self._receive, self._send)

    async def json_text(self, content: bytes) -> None:
        """Send one object that is written already."""
        self.started = True
        response = Response(content, media_type=JSON_TYPE)
        await response(self._scope, self._receive, self._send)

    async def line(self, value: dict[str, Any]) -> None:
        await self.piece(to_line(value), NDJSON_TYPE)

    async def piece(self, content: bytes, media_type: str, status: int = 200) -> None:
        """Send a piece of a stream of that type; `status` counts with the first piece."""
        if not self.started:
            self.started = True
            named = {"content-type": media_type, **self.headers}
            headers = [
                (name.encode("latin-1"), text.encode("latin-1", "replace"))
                for name, text in named.items()
            ]
            await self._send({"type": "http.response.start", "status": status, "headers": headers})
        await self._send({"type": "http.response.body", "body": content, "more_body": True})

    async def end(self) -> None:
        await self._send({"type": "http.response.body", "body": b"", "more_body": False})


class CancellableResponse(Response):
    """Runs `work(reply)`, and cancels it as soon as the client disconnects.

    An exception before the first line becomes an error answer, as in any route. `make_reply` gets
    the ASGI call's arguments.
    """

    def __init__(
        self,
        work: Callable[[Reply], Awaitable[None]],
        *,
        make_reply: Callable[[Scope, Receive, Send], Reply] = Reply,
    ) -> None:
        self._work = work
        self._make_reply = make_reply
        self.background = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def work() -> None:
            await self._work(self._make_reply(scope, receive, send))

        working = asyncio.create_task(work())
        leaving = asyncio.create_task(_client_left(receive))
        try:
            await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if working.done():
                working.result()
        finally:
            working.cancel()
            leaving.cancel()
            await asyncio.gather(working, leaving, return_exceptions=True)


async def _client_left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        continue
