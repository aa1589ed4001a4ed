"""The language server that answers for one session of the editor."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, Protocol

from hotseat.client.editor import Editor

OnPart = Callable[[dict[str, Any]], None]


class Server(Protocol):
    """The requests that a session needs. Both raise HotseatError."""

    async def in_parts(
        self, method: str, params: Mapping[str, Any], on_part: OnPart
    ) -> dict[str, Any]:
        """Send a request and return its answer; `on_part` gets each part before it."""
        ...

    async def request(self, method: str, params: Mapping[str, Any]) -> dict[str, Any]: ...


OpenServer = Callable[[Path], AbstractAsyncContextManager[Server]]
"""From the session's folder to a server that runs inside the `with` block."""


def opener(roster: str | None, engine_url: str | None) -> OpenServer:
    """Return a function that starts a language server with this roster and engine."""
    arguments = ["--log-level", "error"]
    arguments += ["--roster", roster] if roster else []
    arguments += ["--engine-url", engine_url] if engine_url else []

    @asynccontextmanager
    async def open_server(folder: Path) -> AsyncIterator[Server]:
        # The editor's own events do not reach this server: there are no habits to learn.
        async with Editor(arguments, folder, options={"forecast": False}) as editor:
            yield editor

    return open_server
