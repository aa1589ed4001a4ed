"""`workspace/executeCommand`: `hotseat.*`, each answering `{message}` or `{error}`, for people."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from hotseat.domain.errors import HotseatError
from hotseat.lsp.progress import DownloadProgress
from hotseat.lsp.server import HotseatServer

if TYPE_CHECKING:
    from hotseat.session.session import Session

Command = Callable[["Session", str], Awaitable[str]]


async def pin(session: Session, name: str) -> str:
    session.pin(name, True)
    return f"{name} is pinned"


async def unpin(session: Session, name: str) -> str:
    session.pin(name, False)
    return f"{name} is no longer pinned"


async def load(session: Session, name: str) -> str:
    session.ask_to_load(name, True)
    return f"{name} is asked for"


async def unload(session: Session, name: str) -> str:
    session.ask_to_load(name, False)
    return f"{name} may go until you turn to it again"


async def use_engine(session: Session, choice: str) -> str:
    address = await session.use_engine(choice)
    return f"The engine is now {address.url or address.kind.value}"


async def suggestion_accepted(session: Session, suggestion_id: str) -> str:
    session.resolved(suggestion_id, "accepted")
    return ""


PULL = "hotseat.pull"
"""Takes minutes, and shows `$/progress` meanwhile."""
COMMANDS: dict[str, Command] = {
    "hotseat.pin": pin,
    "hotseat.unpin": unpin,
    "hotseat.load": load,
    "hotseat.unload": unload,
    "hotseat.useEngine": use_engine,
    "hotseat.suggestionAccepted": suggestion_accepted,
}


def register(server: HotseatServer) -> None:
    async def pull(session: Session, name: str) -> str:
        async with DownloadProgress(server, f"Hotseat: pulling {name}") as progress:
            await session.pull(name, progress.report)
        return f"{name} is there"

    for name, command in {**COMMANDS, PULL: pull}.items():
        server.command(name)(_handler(server, name, command))


def _handler(
    server: HotseatServer, name: str, command: Command
) -> Callable[..., Awaitable[dict[str, str]]]:
    async def handle(*args: Any) -> dict[str, str]:
        if server.session is None:
            return {"error": "Hotseat is still starting"}
        if len(args) != 1 or not isinstance(args[0], str):
            return {"error": f"{name} takes one argument, a name"}
        try:
            return {"message": await command(server.session, args[0])}
        except HotseatError as error:
            return {"error": str(error)}

    return handle
