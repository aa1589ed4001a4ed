"""An answer that is written in Ollama's form and sent in OpenAI's."""

from __future__ import annotations

import asyncio
import json
from typing import Any, Protocol

from starlette.types import Receive, Scope, Send

from hotseat.serving.reply import Reply


class Form(Protocol):
    """Answers in OpenAI's form, from lines of Ollama's API."""

    media_type: str

    def line(self, line: dict[str, Any]) -> bytes:
        """Return the piece of a stream for a line."""

    def whole(self, line: dict[str, Any]) -> dict[str, Any]:
        """Return the answer that is not streamed."""

    def error(self, status: int, message: str) -> bytes:
        """Return an error in a stream that has begun."""


class FormedReply(Reply):
    """Takes what Ollama's API would send, and sends it by `form`."""

    def __init__(
        self, form: Form, scope: Scope, receive: Receive, send: Send, *, stream: bool
    ) -> None:
        super().__init__(scope, receive, send)
        self._form = form
        self._stream = stream

    async def json(self, value: dict[str, Any]) -> None:
        if self._stream:
            await self.line(value)
            await self.end()
        else:
            await super().json(self._form.whole(value))

    async def json_text(self, content: bytes) -> None:
        # In a thread: thousands of numbers would hold up the tokens of other answers.
        await super().json_text(await asyncio.to_thread(self._whole_text, content))

    async def line(self, value: dict[str, Any]) -> None:
        if "error" in value:
            piece = self._form.error(500, str(value["error"]))
        else:
            piece = self._form.line(value)
        if piece:
            await self.piece(piece, self._form.media_type)

    def _whole_text(self, content: bytes) -> bytes:
        return json.dumps(self._form.whole(json.loads(content)), separators=(",", ":")).encode()
