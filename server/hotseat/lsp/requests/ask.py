"""`hotseat/ask`: answer a question, by partial results and with the whole answer at the end.

Errors are messages for the user. A cancelled request closes the stream to the engine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types

from hotseat.domain.errors import HotseatError
from hotseat.lsp import names
from hotseat.lsp.server import HotseatServer

if TYPE_CHECKING:
    from collections.abc import Callable

    from hotseat.session.chat.part import Part
    from hotseat.session.session import Session


def register(server: HotseatServer) -> None:
    @server.feature(names.ASK)
    async def ask(params: Any) -> dict[str, Any]:
        session = started(server)
        from hotseat.lsp import convert, ext, wire

        asked = wire.read(ext.AskParams, params) or ext.AskParams(question="")
        answer = await session.ask_service.ask(
            convert.question_from(asked), partial_results(server, asked.partial_result_token)
        )
        return convert.answer_to(answer)


def started(server: HotseatServer) -> Session:
    """Return the session. Raises HotseatError before `initialized`."""
    if server.session is None:
        raise HotseatError("Hotseat is still starting", hint="Ask again in a moment")
    return server.session


def partial_results(server: HotseatServer, token: str | int | None) -> Callable[[Part], None]:
    """Return a function that sends a part to the client; without a token it sends nothing."""
    from hotseat.lsp.convert import part_to

    def send(part: Part) -> None:
        if token is not None:
            server.protocol.notify(types.PROGRESS, types.ProgressParams(token, part_to(part)))

    return send
