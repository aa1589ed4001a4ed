"""The result of `hotseat/memory` from the session's values."""

from __future__ import annotations

from typing import Any

from hotseat.lsp import memory_messages as messages
from hotseat.lsp.wire import to_wire
from hotseat.session.chat.memory_actions import MemoryResult


def memory_to(found: MemoryResult) -> dict[str, Any]:
    """Return the result of `hotseat/memory`."""
    result = messages.MemoryResult(
        conversations=tuple(
            messages.MemoryConversation(
                id=one.id, title=one.title, last_s=one.last_at_s, turns=one.n_turns
            )
            for one in found.conversations
        ),
        turns=tuple(
            messages.MemoryTurn(
                id=turn.id,
                conversation=turn.conversation,
                role="user" if turn.is_user else "assistant",
                day=turn.day.isoformat(),
                expert=turn.expert,
                language=turn.language,
                text=turn.text,
            )
            for turn in found.turns
        ),
        facts=tuple(
            messages.MemoryFact(
                id=fact.id,
                kind=fact.kind.value,
                text=fact.text,
                pinned=fact.pinned,
                superseded_by=fact.superseded_by,
                unconfirmed_from=None if fact.is_confirmed else fact.origin,
            )
            for fact in found.facts
        ),
        removed=found.n_removed,
    )
    return to_wire(result)
