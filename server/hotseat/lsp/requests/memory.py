"""`hotseat/memory`: list, search, show, pin and forget what is remembered of conversations."""

from __future__ import annotations

from typing import Any

from hotseat.domain.errors import HotseatError
from hotseat.lsp import names
from hotseat.lsp.requests.ask import started
from hotseat.lsp.server import HotseatServer


def register(server: HotseatServer) -> None:
    @server.feature(names.MEMORY)
    async def memory(params: Any) -> dict[str, Any]:
        session = started(server)
        from hotseat.lsp import wire
        from hotseat.lsp.convert_memory import memory_to
        from hotseat.lsp.memory_messages import MemoryParams
        from hotseat.session.chat.memory_actions import MemoryAction

        asked = wire.read(MemoryParams, params)
        if asked is None:
            raise HotseatError("The request names no action", hint="See docs/protocol.md")
        action = MemoryAction(
            name=asked.action,
            question=asked.question,
            conversation=asked.conversation,
            turn=asked.turn,
            fact=asked.fact,
            text=asked.text,
        )
        return memory_to(await session.memory.call(action.carry_out))
