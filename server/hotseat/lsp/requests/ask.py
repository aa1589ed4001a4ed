"""`hotseat/ask`: a question, its answer streamed by partial results, and all of it at the end.

Errors are sentences for the person. A cancelled request closes the stream to the engine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types

from hotseat.domain.errors import HotseatError
from hotseat.lsp.ext import fields, range_in, text_in, uri_in
from hotseat.lsp.server import HotseatServer

if TYPE_CHECKING:
    from collections.abc import Callable

    from hotseat.session.chat.ask_service import Part
    from hotseat.session.session import Session


def register(server: HotseatServer) -> None:
    @server.feature("hotseat/ask")
    async def ask(params: Any) -> dict[str, Any]:
        session = started(server)
        from hotseat.lsp.convert import answer_to
        from hotseat.session.chat.ask_service import Question

        question = Question(
            text=text_in(params, "question") or "",
            conversation=text_in(params, "conversation"),
            uri=uri_in(params),
            range=range_in(params),
            expert=text_in(params, "expert"),
            instead=fields(params).get("instead") is True,
        )
        return answer_to(await session.asker.ask(question, partial_results(server, params)))


def started(server: HotseatServer) -> Session:
    """Raises HotseatError before `initialized`."""
    if server.session is None:
        raise HotseatError("Hotseat is still starting", hint="Ask again in a moment")
    return server.session


def partial_results(server: HotseatServer, params: Any) -> Callable[[Part], None]:
    """Sends each part to the request's `partialResultToken`; nowhere without one."""
    token = fields(params).get("partialResultToken")
    from hotseat.lsp.convert import part_to

    def tell(part: Part) -> None:
        if isinstance(token, (str, int)):
            server.protocol.notify(types.PROGRESS, types.ProgressParams(token, part_to(part)))

    return tell
