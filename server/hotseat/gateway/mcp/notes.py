"""What other programs may read of a workspace's memory, and what they may add to it. Blocks."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from hotseat.conversation.memory.facts import MAX_FACT_CHARS, FactKind, relevant_facts
from hotseat.domain.errors import HotseatError
from hotseat.gateway.mcp.allowed import AllowedClients
from hotseat.privacy.prose_secrets import mask_prose
from hotseat.storage.conversations import ConversationStore, conversations_path
from hotseat.storage.recall import recall_turns

N_RECALLED = 5
MAX_TURN_CHARS = 1_000
MAX_UNCONFIRMED = 100
"""Notes of all programs that wait for the user: a program in a loop must not fill the list."""
MAX_ORIGIN_CHARS = 80


class WorkspaceNotes:
    """The memory of one workspace, for clients that name themselves."""

    def __init__(
        self,
        workspace: Path,
        allowed: AllowedClients,
        *,
        max_unconfirmed: int = MAX_UNCONFIRMED,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._allowed = allowed
        self._max_unconfirmed = max_unconfirmed
        self._clock = clock
        self._store = ConversationStore(conversations_path(workspace))

    def recall(self, query: str, client: str) -> dict[str, Any]:
        """Return the turns and facts that a query recalls. Raises HotseatError."""
        if client not in self._allowed.names():
            raise HotseatError(
                f"The user has not allowed '{client}' to read what Hotseat remembers",
                hint=f"The user can: `hotseat mcp --allow {client or 'NAME'}`",
            )
        today = datetime.fromtimestamp(self._clock()).astimezone().date()
        found = recall_turns(self._store, query, today=today, limit=N_RECALLED)
        facts = self._store.facts()
        counting = [f for f in facts if f.pinned and f.superseded_by is None]
        counting += relevant_facts(facts, query)[:N_RECALLED]
        return {
            "facts": [{"kind": str(fact.kind), "text": fact.text} for fact in counting],
            "turns": [
                {
                    "day": one.turn.day.isoformat(),
                    "by": "user" if one.turn.is_user else one.turn.expert or "an expert",
                    "text": one.turn.text[:MAX_TURN_CHARS],
                }
                for one in found
            ],
        }

    def remember(self, text: str, kind: str, client: str, *, is_confirmed: bool) -> int:
        """Keep a note of the client and return its number. Raises HotseatError."""
        statement = statement_of(text, kind)
        if not is_confirmed:
            waiting = [fact for fact in self._store.facts() if not fact.is_confirmed]
            same = next((f for f in waiting if f.text == mask_prose(statement)), None)
            if same is not None:
                return same.id
            if len(waiting) >= self._max_unconfirmed:
                raise HotseatError(
                    f"{len(waiting)} notes wait for the user already: no more are kept",
                    hint="The user can confirm or forget them: `hotseat memory list`",
                )
        return self._store.add_fact(
            FactKind(kind),
            mask_prose(statement),
            at_s=self._clock(),
            origin=client[:MAX_ORIGIN_CHARS],
            is_confirmed=is_confirmed,
        )


def statement_of(text: str, kind: str) -> str:
    """Return the text of a note in one line. Raises HotseatError for one that cannot be kept."""
    if kind not in set(FactKind):
        raise HotseatError(f"kind must be one of {', '.join(FactKind)}")
    statement = " ".join(text.split())
    if not statement or len(statement) > MAX_FACT_CHARS:
        raise HotseatError(f"text must have 1 to {MAX_FACT_CHARS} characters")
    return statement
