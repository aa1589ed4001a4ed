"""The languages of a question whose words leave doubt, by a generalist that is in memory anyway.

No model is loaded for it: the generalist is in use from the moment when it was seen in memory, and
the embedded engine refuses the request if it has left all the same. The answer is bound to a
grammar: names out of a list.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from contextlib import aclosing

from hotseat.conversation.prompt import Message
from hotseat.conversation.prompts import prompt_file
from hotseat.domain.errors import HotseatError
from hotseat.domain.experts import Roster
from hotseat.session.chat.capability import Capability
from hotseat.session.chat.chat_client import ChatClient, ChosenExpert
from hotseat.session.chat.model_waiting import ModelWaiting

MAX_WAIT_S = 4.0
"""For the answer; then the words alone decide."""
N_PREDICT = 48
MAX_QUESTION_CHARS = 1_000
MAX_LANGUAGES = 3


class DoubtfulQuestions:
    """Asks the generalist of one window."""

    def __init__(
        self,
        chat_client: ChatClient,
        model_waiting: ModelWaiting,
        capability: Capability,
        *,
        max_wait_s: float = MAX_WAIT_S,
    ) -> None:
        self._chat_client = chat_client
        self._model_waiting = model_waiting
        self._capability = capability
        self._max_wait_s = max_wait_s

    async def languages(
        self, question: str, among: Sequence[str], roster: Roster
    ) -> tuple[str, ...] | None:
        """Return the languages of a question; None if no model answers that may be asked."""
        generalist = roster.generalist
        if generalist is None or not among or not self._model_waiting.is_in_memory(generalist):
            return None
        if not await self._capability.of(roster, self._chat_client.digest):
            return None
        prompt = prompt_file("classify").filled(
            question=question[:MAX_QUESTION_CHARS], languages=", ".join(among)
        )
        schema = {
            "type": "array",
            "items": {"type": "string", "enum": list(among)},
            "maxItems": MAX_LANGUAGES,
        }

        def build(_n_bytes: int) -> tuple[Message, ...]:
            return (("user", prompt),)

        written = ""
        stream = self._chat_client.stream_resident(
            ChosenExpert(expert=generalist, chats=True),
            build,
            n_predict=N_PREDICT,
            temperature=0.0,
            format_schema=schema,
        )
        try:
            async with asyncio.timeout(self._max_wait_s), aclosing(stream) as chunks:
                async for chunk in chunks:
                    written += chunk.text
            found = json.loads(written)
        except (HotseatError, TimeoutError, ValueError):
            return None
        if not isinstance(found, list):
            return None
        return tuple(dict.fromkeys(name for name in found if name in among))
