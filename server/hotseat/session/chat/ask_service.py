"""Questions of one window: its conversations, and one answer at a time in each.

A newer question in a conversation ends the answer to the one before it. The part of that answer
that has arrived stays in the conversation.
"""

from __future__ import annotations

import asyncio
import itertools
import secrets
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from hotseat.conversation.answer_text import AnswerText
from hotseat.conversation.combine.parts import PlannedPart, WrittenPart, plan_parts
from hotseat.conversation.context.diagnostics import Problem
from hotseat.conversation.context.items import CONVERSATION_ID, MEMORY_ID, Candidate, UsedItem
from hotseat.conversation.memory.brief import Note
from hotseat.conversation.prompt import Message, write_question
from hotseat.conversation.route import candidates, is_doubtful, languages_asked, parts_asked
from hotseat.conversation.routing.topics import build_index_of_terms
from hotseat.conversation.turns import MAX_TURNS, Conversation, Source, Turn
from hotseat.domain.errors import HotseatError
from hotseat.domain.experts import Expert, Roster
from hotseat.domain.text import Range
from hotseat.session.chat.answer_progress import AnswerProgress
from hotseat.session.chat.capability import Capability
from hotseat.session.chat.chat_client import BuildMessages, ChatClient, ChosenExpert
from hotseat.session.chat.conversation_memory import NOTHING, ConversationMemory
from hotseat.session.chat.doubt import DoubtfulQuestions
from hotseat.session.chat.model_waiting import ModelWaiting
from hotseat.session.chat.paced_text import PacedText
from hotseat.session.chat.part import OnPart, Part
from hotseat.session.chat.question_context import Gathered, QuestionContext
from hotseat.session.chat.selection_context import Selection, SelectionContext, whole_range
from hotseat.session.chat.several_experts import Build, Limits, SeveralExperts
from hotseat.session.chat.shown import Shown, with_uri, without_parts
from hotseat.session.chat.stand_in import shown_note
from hotseat.session.shared.context_window import context_tokens
from hotseat.session.shared.newest_requests import NewestRequests

MAX_CONVERSATIONS = 32
MAX_ID_CHARS = 64
"""Of a conversation that a client brings with its turns."""
MAX_ANSWER_TOKENS = 1024
ANSWER_SHARE = 0.375
"""The largest share of the model's context that an answer may take."""
TEMPERATURE = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    text: str
    conversation: str | None = None
    """The conversation to continue. A new one begins if it is None or not known any more."""
    history: tuple[Turn, ...] = ()
    """Turns with which a new conversation begins, as the client shows them."""
    uri: str | None = None
    range: Range | None = None
    expert: str | None = None
    """The name of the expert to ask, if the user named one."""
    instead: bool = False
    """The answer replaces the last one of the conversation, which the model does not see."""
    without: frozenset[str] = frozenset()
    """The ids of parts of the context that the model is not shown."""
    problems: tuple[Problem, ...] = ()
    """Diagnostics of the document."""


@dataclass(slots=True, kw_only=True)
class Answer:
    """The part of the answer that has arrived."""

    conversation: str
    question: str
    chosen: ChosenExpert | None = None
    language: str | None = None
    text: str = ""
    """What the model wrote, without loops and empty blocks of code."""
    ending: str = ""
    """A sentence for the user about how it ended, if there is something to say."""
    sources: tuple[Source, ...] = ()
    notes: tuple[Note, ...] = ()
    """What was recalled of earlier conversations for it."""
    items: tuple[UsedItem, ...] = ()
    """What the model was shown."""
    left_out: tuple[str, ...] = ()
    """What found no room, and what the question names and could not be shown."""
    parts: tuple[WrittenPart, ...] = ()
    """Of an answer by several experts: what each of them wrote."""

    @property
    def shown(self) -> str:
        """Return all that the user reads."""
        return "\n\n".join(filter(None, (self.text, self.ending)))

    def turn(self) -> Turn:
        """Return question and answer as a turn of the conversation."""
        return Turn(
            question=self.question,
            answer=self.text,
            expert=self.chosen.expert.name if self.chosen is not None else "",
            language=self.language,
            sources=self.sources,
        )


class AskService:
    """The questions of one window. `roster` returns the roster of now."""

    def __init__(
        self,
        selection_context: SelectionContext,
        chat_client: ChatClient,
        model_waiting: ModelWaiting,
        roster: Callable[[], Roster],
        memory: ConversationMemory,
        context: QuestionContext | None = None,
        *,
        capability: Capability | None = None,
        max_conversations: int = MAX_CONVERSATIONS,
    ) -> None:
        self._selection_context = selection_context
        self._chat_client = chat_client
        self._model_waiting = model_waiting
        self._roster = roster
        self._memory = memory
        self._context = context
        limits = Limits(n_predict=_n_predict, temperature=TEMPERATURE)
        capability = capability or Capability()
        self._several = SeveralExperts(chat_client, model_waiting, capability, limits)
        self._doubt = DoubtfulQuestions(chat_client, model_waiting, capability)
        self._max_conversations = max_conversations
        self._conversations: dict[str, Conversation] = {}
        """By id, the one that was used least recently first."""
        self._requests = NewestRequests()
        """By conversation."""
        self._ids = itertools.count(1)
        self._id_prefix = secrets.token_hex(4)
        """A restarted server must not take an id of the last one's for one of its own."""

    async def aclose(self) -> None:
        """Cancel all answers."""
        await self._requests.aclose()

    async def ask(self, question: Question, on_part: OnPart) -> Answer:
        """Answer a question. `on_part` is called with each part as it arrives.

        Return the answer, which is incomplete if a newer question ended it. Cancelling the call
        closes the stream to the engine. Raises HotseatError.
        """
        text = question.text.strip()
        if not text:
            raise HotseatError("There is no question", hint="Enter a question")
        # A client's own history ends before the turn that is replaced.
        has_replaced = question.conversation in self._conversations or not question.history
        conversation = await self._open(question.conversation, question.history)
        answer = Answer(conversation=conversation.id, question=text)
        on_part(Part(conversation=conversation.id))
        progress = AnswerProgress(on_part)

        async def work() -> None:
            async with progress.ticking():
                turns = self._turns(conversation.id)
                if question.instead and has_replaced:
                    turns = turns[:-1]
                await self._answer(question, answer, turns, on_part, progress)

        await self._requests.run(conversation.id, work)
        return answer

    async def _answer(
        self,
        question: Question,
        answer: Answer,
        turns: tuple[Turn, ...],
        on_part: OnPart,
        progress: AnswerProgress,
    ) -> None:
        """`turns` are those before the question, without one that it replaces."""
        await self._model_waiting.engine_up(progress.note)
        await asyncio.to_thread(build_index_of_terms)  # In a moment, unless it is done already.
        selection = None
        if question.uri is not None:
            selection = self._selection_context.at(question.uri, question.range, self._roster())
        languages = _languages(question.text, selection, self._selection_context)
        if question.expert is None and selection is None and is_doubtful(question.text):
            languages = await self._doubtful_languages(question.text, languages)
        answer.language = languages[0] if languages else None
        experts = candidates(self._roster(), named=question.expert, languages=languages)
        chosen = answer.chosen = await self._chat_client.choose(experts, progress.note)
        parts = () if question.expert is not None else self._parts(question.text, selection)
        first = [part.expert for part in parts] or experts[:1]
        replaced = await self._chat_client.cannot_chat(first) if chosen.chats else ()
        known = self._turns(answer.conversation)  # One that is replaced is not recalled, either.
        shown = await self._shown(question, answer.question, selection, known, replaced)
        what = shown_note(replaced, shown.gathered.candidates)
        # Once a conversation is enough for the reason.
        why = "; ".join(filter(None, ("" if turns else chosen.note, what)))
        on_part(Part(expert=chosen.expert.name, language=answer.language, note=why or None))

        def build(chosen: ChosenExpert, instruction: str = "") -> BuildMessages:
            def build_messages(n_bytes: int) -> tuple[Message, ...]:
                written = write_question(
                    answer.question,
                    place=shown.place,
                    turns=() if CONVERSATION_ID in question.without else turns,
                    persona=chosen.expert.prompt,
                    n_bytes=n_bytes,
                    notes=shown.recollection.brief,
                    context=shown.gathered.packed,
                    instruction=instruction,
                )
                answer.notes = written.notes
                answer.items = with_uri(written.items, selection.document.uri if selection else "")
                answer.left_out = (*written.left_out, *shown.gathered.unknown)
                answer.sources = _sources(selection, written.shown)
                return written.messages

            return build_messages

        if parts:
            try:
                definitions = shown.gathered.candidates
                await self._write_parts(
                    parts, answer, build, on_part, progress, definitions=definitions
                )
            finally:
                self._keep(answer, turns, instead=question.instead)
            return
        stream = self._chat_client.stream(
            chosen,
            build(chosen),
            n_predict=_n_predict(chosen),
            temperature=TEMPERATURE,
            on_note=progress.note,
        )
        written = AnswerText()

        def grow(text: str) -> None:
            written.add(text)
            _show(written.text, answer, on_part)

        paced = PacedText(grow)
        try:
            async with aclosing(stream) as chunks:
                async for chunk in chunks:
                    if not chunk.text:
                        continue
                    if progress.is_waiting:
                        progress.text_came()
                        on_part(Part(note=why))
                    paced.add(chunk.text)
                    if written.is_looping:
                        break
            paced.flush()
            written.end()
            _show(written.text, answer, on_part)
            answer.ending = written.ending
            if answer.ending:
                on_part(Part(text=answer.shown[len(answer.text) :]))
        finally:
            paced.flush()
            self._keep(answer, turns, instead=question.instead)

    async def _shown(
        self,
        question: Question,
        text: str,
        selection: Selection | None,
        turns: tuple[Turn, ...],
        replaced: Sequence[Expert],
    ) -> Shown:
        """Return what the model may be shown, without what the user has removed."""
        gathered, without = Gathered(), question.without
        if self._context is not None:
            gathered = await self._context.gather(text, selection, question.problems, replaced)
        recollection = await self._memory.recollect(text, history=turns)
        place = selection.place if selection is not None else None
        return Shown(
            place=without_parts(place, without),
            recollection=NOTHING if MEMORY_ID in without else recollection,
            gathered=gathered.without(without),
        )

    async def _doubtful_languages(self, text: str, else_: tuple[str, ...]) -> tuple[str, ...]:
        roster = self._roster()
        among = dict.fromkeys(language for e in roster.experts for language in e.languages)
        found = await self._doubt.languages(text, tuple(among), roster)
        return else_ if found is None else found

    def _parts(self, text: str, selection: Selection | None) -> tuple[PlannedPart, ...]:
        if selection is None:
            return plan_parts(parts_asked(text), self._roster())
        languages = parts_asked(
            text,
            region_language=self._selection_context.language_of(selection),
            file_language=selection.file_language,
        )
        return plan_parts(languages, self._roster())

    async def _write_parts(
        self,
        parts: Sequence[PlannedPart],
        answer: Answer,
        build: Build,
        on_part: OnPart,
        progress: AnswerProgress,
        *,
        definitions: Sequence[Candidate],
    ) -> None:
        def on_text(written: tuple[WrittenPart, ...], text: str) -> None:
            answer.parts = written
            _show(text, answer, on_part)

        roster = self._roster()
        await self._several.write(
            parts, roster, build, on_text, progress, lambda e: shown_note([e], definitions)
        )
        merged, ending = await self._several.merge(
            answer.question, answer.parts, roster, on_part, progress
        )
        if merged:
            answer.text, answer.ending = merged, ending
            on_part(Part(text=answer.shown[len(answer.text) :]))

    async def _open(self, id_: str | None, history: tuple[Turn, ...]) -> Conversation:
        """Return the conversation with that id, or a new one, as the most recently used.

        One that comes with its turns keeps its id, so that it is remembered as one conversation
        although the server was restarted in the middle.
        """
        known = self._conversations.pop(id_, None) if id_ is not None else None
        if known is None and id_ is not None and history and len(id_) <= MAX_ID_CHARS:
            known = Conversation(id=id_, turns=history[-MAX_TURNS:])
        elif known is None and id_ is not None and (turns := await self._memory.turns(id_)):
            known = Conversation(id=id_, turns=turns[-MAX_TURNS:])
        new_id = f"{self._id_prefix}-{next(self._ids)}"
        conversation = known or Conversation(id=new_id, turns=history[-MAX_TURNS:])
        self._conversations[conversation.id] = conversation
        idle = [id_ for id_ in self._conversations if id_ not in self._requests]
        for old in idle[: max(0, len(self._conversations) - self._max_conversations)]:
            if old != conversation.id:
                del self._conversations[old]
        return conversation

    def _turns(self, id_: str) -> tuple[Turn, ...]:
        known = self._conversations.get(id_)
        return known.turns if known is not None else ()

    def _keep(self, answer: Answer, before: tuple[Turn, ...], *, instead: bool) -> None:
        if answer.text:
            conversation = Conversation(id=answer.conversation, turns=before)
            self._conversations[conversation.id] = conversation.with_turn(answer.turn())
            self._memory.remember(conversation.id, answer.turn(), instead=instead)


def _n_predict(chosen: ChosenExpert) -> int:
    return min(MAX_ANSWER_TOKENS, int(context_tokens(chosen.expert) * ANSWER_SHARE))


def _languages(
    text: str, selection: Selection | None, context: SelectionContext
) -> tuple[str, ...]:
    if selection is None:
        return languages_asked(text)
    return languages_asked(
        text,
        region_language=context.language_of(selection),
        file_language=selection.file_language,
        around=(selection.region_language, selection.file_language),
    )


def _show(text: str, answer: Answer, on_part: OnPart) -> None:
    """Make `text` the answer's text, and send what is new; all of it if something was cut out."""
    old, answer.text = answer.text, text
    if text == old:
        return
    if text.startswith(old):
        on_part(Part(text=text[len(old) :]))
    elif answer.chosen is not None:
        on_part(Part(expert=answer.chosen.expert.name, language=answer.language, text=text))


def _sources(selection: Selection | None, shown: tuple[int, int] | None) -> tuple[Source, ...]:
    if selection is None or shown is None:
        return ()
    range_ = whole_range(selection.document, *shown)
    return (Source(uri=selection.document.uri, range=range_),)
