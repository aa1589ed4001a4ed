"""The memory of one window: what was asked and answered, kept beside the event loop and recalled.

Owns when the store is read and written. Whatever happens to it, questions are answered: without a
store (disk full, read-only home) nothing is recalled, and the log says so once.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from hotseat.conversation.memory.brief import Brief, brief
from hotseat.conversation.memory.facts import Fact, relevant_facts
from hotseat.conversation.memory.remembered import Recalled
from hotseat.conversation.turns import Turn
from hotseat.domain.errors import HotseatError
from hotseat.privacy.prose_secrets import mask_prose
from hotseat.storage.conversation_tables import NewTurn
from hotseat.storage.conversations import ConversationStore
from hotseat.storage.recall import recall_turns

log = logging.getLogger(__name__)

RECALL_S = 0.25
"""A question does not wait longer for what is remembered."""
N_RECALLED = 8
N_IN_HISTORY = 4
"""The newest turns of the conversation are in the prompt anyway."""
MAX_WAITING = 50
"""Turns that wait to be written; older ones are dropped."""


Likeness = Callable[[str], Awaitable[Mapping[int, float]]]
"""From a question to the turns that are like it, by id, with their cosines. Never raises."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recollection:
    """What a question recalled, before it is known how many bytes there are for it."""

    pinned: tuple[Fact, ...] = ()
    relevant: tuple[Fact, ...] = ()
    recalled: tuple[Recalled, ...] = ()

    def brief(self, n_bytes: int) -> Brief:
        """Return as much of it as fits into `n_bytes`."""
        return brief(
            pinned=self.pinned, relevant=self.relevant, recalled=self.recalled, n_bytes=n_bytes
        )


NOTHING = Recollection()


class ConversationMemory:
    """`store` returns the store of the workspace; None if there is no workspace or memory is off.

    `is_secret` and `path_of` take the URI of a document; the latter returns its path in the
    workspace. `wall_clock` returns seconds since the epoch. `likeness` finds turns by an embedding
    model. `on_kept` is called when turns were written.
    """

    def __init__(
        self,
        store: Callable[[], ConversationStore | None],
        *,
        is_secret: Callable[[str], bool],
        path_of: Callable[[str], str] = lambda uri: uri,
        wall_clock: Callable[[], float] = time.time,
        recall_s: float = RECALL_S,
        likeness: Likeness | None = None,
        on_kept: Callable[[], None] = lambda: None,
    ) -> None:
        self._store = store
        self._is_secret = is_secret
        self._path_of = path_of
        self._wall_clock = wall_clock
        self._recall_s = recall_s
        self._likeness = likeness
        self._on_kept = on_kept
        self._waiting: list[NewTurn] = []
        self._writing: asyncio.Task[None] | None = None
        self._complained = False

    async def recollect(self, question: str, *, history: Sequence[Turn]) -> Recollection:
        """Return what `question` recalls. Never raises, and takes `recall_s` at most.

        The newest turns of `history` are not recalled: the model gets them anyway.
        """
        store = self._store()
        if store is None:
            return NOTHING
        known = {mask_prose(text) for turn in history[-N_IN_HISTORY:] for text in _texts(turn)}
        today = datetime.fromtimestamp(self._wall_clock()).astimezone().date()

        alike = await self._likeness(question) if self._likeness is not None else None

        def look() -> Recollection:
            facts = store.facts()
            found = recall_turns(store, question, today=today, limit=N_RECALLED, likeness=alike)
            return Recollection(
                pinned=tuple(fact for fact in facts if fact.pinned),
                relevant=tuple(relevant_facts(facts, question)[:N_RECALLED]),
                recalled=tuple(one for one in found if one.turn.text not in known),
            )

        try:
            async with asyncio.timeout(self._recall_s):
                return await asyncio.to_thread(look)
        except TimeoutError:
            log.warning("Memory did not answer within %.2f s: nothing is recalled", self._recall_s)
        except HotseatError as error:
            self._complain(error)
        return NOTHING

    async def turns(self, conversation: str) -> tuple[Turn, ...]:
        """Return the remembered turns of a conversation; none if it is not known."""
        store = self._store()
        if store is None:
            return ()
        try:
            found = await asyncio.to_thread(store.turns, conversation)
        except HotseatError as error:
            self._complain(error)
            return ()
        turns: list[Turn] = []
        for asked, answered in pairwise(found):
            if asked.is_user and not answered.is_user:
                turns.append(
                    Turn(
                        question=asked.text,
                        answer=answered.text,
                        expert=answered.expert or "",
                        language=answered.language,
                    )
                )
        return tuple(turns)

    def remember(self, conversation: str, turn: Turn, *, instead: bool = False) -> None:
        """Keep a question and its answer, masked; nothing of a file that may hold secrets.

        With `instead` they take the place of the conversation's last ones. Returns at once: the
        store is written in a thread.
        """
        if self._store() is None or any(self._is_secret(source.uri) for source in turn.sources):
            return
        at_s = self._wall_clock()
        shown = [self._path_of(source.uri) for source in turn.sources]
        for is_user, text in ((True, turn.question), (False, turn.answer)):
            self._waiting.append(
                NewTurn(
                    conversation=conversation,
                    is_user=is_user,
                    text=mask_prose(text),
                    at_s=at_s,
                    language=turn.language,
                    expert=None if is_user else turn.expert,
                    sources=() if is_user else tuple(shown),
                    instead=instead and is_user,
                )
            )
        del self._waiting[:-MAX_WAITING]
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())

    async def call(self, work: Callable[[ConversationStore], Any]) -> Any:
        """Return what `work` does with the store, in a thread. Raises HotseatError."""
        store = self._store()
        if store is None:
            raise HotseatError(
                "Memory is off here, or no folder is open",
                hint="Open a folder, and check `memory:` in experts.yaml",
            )
        await self._written()
        return await asyncio.to_thread(work, store)

    async def aclose(self) -> None:
        """Write what waits."""
        await self._written()

    async def _written(self) -> None:
        if self._writing is not None:
            await asyncio.gather(self._writing, return_exceptions=True)

    async def _write(self) -> None:
        while self._waiting and (store := self._store()) is not None:
            batch, self._waiting = self._waiting, []
            try:
                await asyncio.to_thread(store.add, batch)
            except HotseatError as error:
                self._waiting = [*batch, *self._waiting][-MAX_WAITING:]
                self._complain(error)
                return
            self._complained = False
            self._on_kept()

    def _complain(self, error: HotseatError) -> None:
        if not self._complained:
            log.warning("%s", error)
        self._complained = True


def _texts(turn: Turn) -> tuple[str, str]:
    return turn.question, turn.answer
