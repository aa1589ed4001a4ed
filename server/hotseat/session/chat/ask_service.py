"""Questions of one window: its conversations, and one answer at a time in each.

A newer question in a conversation ends the answer before it, which stands as far as it came.
"""

from __future__ import annotations

import asyncio
import itertools
import secrets
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass

from hotseat.conversation.loops import goes_round
from hotseat.conversation.prompt import Message, write_question
from hotseat.conversation.route import candidates
from hotseat.conversation.turns import Conversation, Source, Turn
from hotseat.domain.errors import HotseatError
from hotseat.domain.experts import Roster
from hotseat.domain.text import Range
from hotseat.session.chat.chat_client import Speaker, Voice, context_tokens
from hotseat.session.chat.model_waiting import Warmth
from hotseat.session.chat.selection_context import Spot, Surroundings, whole_range

MAX_CONVERSATIONS = 32
MAX_ANSWER_TOKENS = 1024
ANSWER_SHARE = 0.375
"""Of the model's context, at most."""
TEMPERATURE = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    text: str
    conversation: str | None = None
    """To go on with; a new one without it, or when it is not known any more."""
    uri: str | None = None
    range: Range | None = None
    expert: str | None = None
    instead: bool = False
    """Its answer takes the place of the conversation's last one, which it is not shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What is new of an answer under way; what is not new is None."""

    conversation: str | None = None
    expert: str | None = None
    """Who answers: a new text begins."""
    language: str | None = None
    note: str | None = None
    """What is waited for, or why somebody else answers; takes the place of the note before."""
    text: str | None = None
    """To be added."""


@dataclass(slots=True, kw_only=True)
class Answer:
    """As far as it has come."""

    conversation: str
    question: str
    voice: Voice | None = None
    language: str | None = None
    text: str = ""
    sources: tuple[Source, ...] = ()

    def turn(self) -> Turn:
        return Turn(
            question=self.question,
            answer=self.text,
            expert=self.voice.expert.name if self.voice is not None else "",
            language=self.language,
            sources=self.sources,
        )


OnPart = Callable[[Part], None]


class Asker:
    def __init__(
        self,
        surroundings: Surroundings,
        speaker: Speaker,
        warmth: Warmth,
        roster: Callable[[], Roster],
    ) -> None:
        self._surroundings = surroundings
        self._speaker = speaker
        self._warmth = warmth
        self._roster = roster
        self._conversations: dict[str, Conversation] = {}
        self._newest: dict[str, Answer] = {}
        """Of questions that have no answer yet: the last one in each conversation."""
        self._running: dict[str, asyncio.Task[None]] = {}
        self._ids = itertools.count(1)
        self._series = secrets.token_hex(4)
        """A server that was started anew knows none of the conversations of the one before."""

    async def aclose(self) -> None:
        tasks = list(self._running.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def ask(self, question: Question, tell: OnPart) -> Answer:
        """Cancelling it closes the stream on the wire, and what was said by then stays in the
        conversation. Raises HotseatError."""
        text = question.text.strip()
        if not text:
            raise HotseatError("There is no question", hint="Say what you want to know")
        conversation = self._open(question.conversation)
        answer = Answer(conversation=conversation.id, question=text)
        self._newest[conversation.id] = answer
        tell(Part(conversation=conversation.id))
        try:
            await self._end_running(conversation.id)
            if self._newest.get(conversation.id) is answer:
                await self._run(question, answer, tell)
        except asyncio.CancelledError:
            if self._newest.get(conversation.id) is answer:
                raise  # by the client, and not by a newer question
        finally:
            if self._newest.get(conversation.id) is answer:
                del self._newest[conversation.id]
        return answer

    async def _run(self, question: Question, answer: Answer, tell: OnPart) -> None:
        task = asyncio.ensure_future(self._answer(question, answer, tell))
        self._running[answer.conversation] = task
        try:
            await task
        finally:
            task.cancel()
            if self._running.get(answer.conversation) is task:
                del self._running[answer.conversation]

    async def _answer(self, question: Question, answer: Answer, tell: OnPart) -> None:
        def note(text: str) -> None:
            tell(Part(note=text))

        await self._warmth.engine_up(note)
        spot = None
        if question.uri is not None:
            spot = self._surroundings.at(question.uri, question.range, self._roster())
        languages = (spot.region_language, spot.file_language) if spot else ()
        answer.language = languages[0] if languages else None
        chosen = candidates(self._roster(), named=question.expert, languages=languages)
        voice = answer.voice = await self._speaker.choose(chosen, note)
        tell(Part(expert=voice.expert.name, language=answer.language, note=voice.note or None))
        turns = self._turns(answer.conversation)
        if question.instead:
            turns = turns[:-1]
        n_predict = min(MAX_ANSWER_TOKENS, int(context_tokens(voice.expert) * ANSWER_SHARE))

        def write(n_bytes: int) -> tuple[Message, ...]:
            written = write_question(
                answer.question,
                place=spot.place if spot else None,
                turns=turns,
                persona=voice.expert.prompt,
                n_bytes=n_bytes,
            )
            answer.sources = _sources(spot, written.shown)
            return written.messages

        try:
            stream = self._speaker.speak(
                voice, write, n_predict=n_predict, temperature=TEMPERATURE, tell=note
            )
            async with aclosing(stream) as chunks:
                async for chunk in chunks:
                    if chunk.text:
                        answer.text += chunk.text
                        tell(Part(text=chunk.text))
                        if goes_round(answer.text):
                            note(f"{voice.expert.name} began to repeat itself: stopped")
                            break
        finally:
            self._keep(answer, turns)

    def _open(self, id_: str | None) -> Conversation:
        """That conversation, as the newest; or a new one."""
        known = self._conversations.pop(id_, None) if id_ is not None else None
        conversation = known or Conversation(id=f"{self._series}-{next(self._ids)}")
        self._conversations[conversation.id] = conversation
        idle = [id_ for id_ in self._conversations if id_ not in self._newest]
        for old in idle[: max(0, len(self._conversations) - MAX_CONVERSATIONS)]:
            if old != conversation.id:
                del self._conversations[old]
        return conversation

    def _turns(self, id_: str) -> tuple[Turn, ...]:
        known = self._conversations.get(id_)
        return known.turns if known is not None else ()

    async def _end_running(self, id_: str) -> None:
        while (running := self._running.get(id_)) is not None:
            running.cancel()
            await asyncio.wait([running])
            if self._running.get(id_) is running:
                del self._running[id_]

    def _keep(self, answer: Answer, before: tuple[Turn, ...]) -> None:
        if answer.text:
            conversation = Conversation(id=answer.conversation, turns=before)
            self._conversations[conversation.id] = conversation.with_turn(answer.turn())


def _sources(spot: Spot | None, shown: tuple[int, int] | None) -> tuple[Source, ...]:
    if spot is None or shown is None:
        return ()
    range_ = whole_range(spot.document, *shown)
    return (Source(uri=spot.document.uri, range=range_),)
