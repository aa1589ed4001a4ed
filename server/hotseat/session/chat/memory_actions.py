"""What an editor may ask of the memory of its workspace. The command line uses the store itself."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime

from hotseat.conversation.memory.facts import MAX_FACT_CHARS, Fact, FactKind
from hotseat.conversation.memory.remembered import RememberedTurn
from hotseat.domain.errors import HotseatError
from hotseat.privacy.prose_secrets import mask_prose
from hotseat.storage.conversations import ConversationStore, ConversationSummary
from hotseat.storage.recall import recall_turns

N_FOUND = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryResult:
    """What an action found or changed."""

    conversations: tuple[ConversationSummary, ...] = ()
    turns: tuple[RememberedTurn, ...] = ()
    facts: tuple[Fact, ...] = ()
    n_removed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryAction:
    """One request. `name` is `list`, `search`, `show`, `pin` or `forget`."""

    name: str
    question: str | None = None
    conversation: str | None = None
    turn: int | None = None
    fact: int | None = None
    text: str | None = None

    def carry_out(self, store: ConversationStore) -> MemoryResult:
        """Blocks for the store. Raises HotseatError."""
        match self.name:
            case "list":
                return MemoryResult(
                    conversations=tuple(store.conversations()), facts=tuple(store.facts())
                )
            case "search":
                today = datetime.now().astimezone().date()
                found = recall_turns(store, self.question or "", today=today, limit=N_FOUND)
                return MemoryResult(turns=tuple(one.turn for one in found))
            case "show":
                return MemoryResult(turns=tuple(store.turns(self.conversation or "")))
            case "pin":
                self._pin(store)
                return MemoryResult(facts=tuple(store.facts()))
        n_removed = store.forget(
            turns=() if self.turn is None else (self.turn,),
            conversation=self.conversation,
            facts=() if self.fact is None else (self.fact,),
        )
        return MemoryResult(n_removed=n_removed)

    def _pin(self, store: ConversationStore) -> None:
        if self.fact is not None:
            if not store.pin_fact(self.fact):
                raise HotseatError(f"There is no fact {self.fact}")
            return
        text = self.text
        if text is None and self.turn is not None:
            text = store.turn_text(self.turn)
        statement = " ".join((text or "").split())[:MAX_FACT_CHARS]
        if not statement:
            raise HotseatError("There is nothing to pin", hint="Name a turn, a fact or a text")
        store.add_fact(
            FactKind.PROJECT,
            mask_prose(statement),
            at_s=time.time(),
            pinned=True,
            turn_id=self.turn,
        )
