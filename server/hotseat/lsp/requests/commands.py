"""`workspace/executeCommand`: `hotseat.*`. The answer is `{message}` or `{error}` for the user."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from hotseat.domain.errors import HotseatError
from hotseat.lsp import names
from hotseat.lsp.progress import DownloadProgress
from hotseat.lsp.server import HotseatServer

if TYPE_CHECKING:
    from hotseat.session.session import Session

Command = Callable[["Session", str], Awaitable[str]]


async def pin(session: Session, name: str) -> str:
    session.expert_commands.pin(name)
    return f"{name} is pinned"


async def unpin(session: Session, name: str) -> str:
    session.expert_commands.unpin(name)
    return f"{name} is no longer pinned"


async def load(session: Session, name: str) -> str:
    session.expert_commands.load(name)
    return f"{name} was requested"


async def unload(session: Session, name: str) -> str:
    from hotseat.keeper.commands.release_text import release_text

    answer = await session.expert_commands.unload(name)
    return release_text(name, answer, session.expert_commands.sharing(name))


async def use_engine(session: Session, choice: str) -> str:
    address = await session.expert_commands.use_engine(choice)
    return f"The engine is now {address.url or address.kind.value}"


async def suggestion_accepted(session: Session, suggestion_id: str) -> str:
    session.suggestions.resolved(suggestion_id, "accepted")
    return ""


async def next_edit_accepted(session: Session, edit_id: str) -> str:
    session.next_edits.resolved(edit_id, "accepted")
    return ""


COMMANDS: dict[str, Command] = {
    names.PIN: pin,
    names.UNPIN: unpin,
    names.LOAD: load,
    names.UNLOAD: unload,
    names.USE_ENGINE: use_engine,
    names.SUGGESTION_ACCEPTED: suggestion_accepted,
    names.NEXT_EDIT_ACCEPTED: next_edit_accepted,
}
"""All but `hotseat.pull`, which takes minutes and shows `$/progress` while it runs."""


def register(server: HotseatServer) -> None:
    async def pull(session: Session, name: str) -> str:
        model, token = session.expert_commands.weights(name), server.protocol.work_token()
        async with DownloadProgress(server, f"Hotseat: downloading {model}", token) as progress:
            await session.expert_commands.pull(name, progress.report)
        return f"{model} is downloaded"

    for name, command in {**COMMANDS, names.PULL: pull}.items():
        server.command(name)(_handler(server, name, command))


def _handler(
    server: HotseatServer, name: str, command: Command
) -> Callable[..., Awaitable[dict[str, str]]]:
    async def handle(*args: Any) -> dict[str, str]:
        from hotseat.lsp import ext, wire

        if server.session is None:
            result = ext.CommandResult(error="Hotseat is still starting")
        elif len(args) != 1 or not isinstance(args[0], str):
            result = ext.CommandResult(error=f"{name} takes one argument, a name")
        else:
            try:
                result = ext.CommandResult(message=await command(server.session, args[0]))
            except HotseatError as error:
                result = ext.CommandResult(error=str(error))
        return wire.to_wire(result)

    return handle
