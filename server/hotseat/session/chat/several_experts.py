"""A question for several experts: each drafts its part, and the parts become one answer.

The parts are shown in their order. While one is written, the model of the next is loaded if the
budget has room for both, and reads its prompt; from then on it stays until its turn. Once the
models of all parts are in memory, they are written side by side.
A capable generalist makes one answer of the drafts, else they stand one after the other.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field

from hotseat.conversation.answer_text import AnswerText
from hotseat.conversation.combine.parts import (
    PlannedPart,
    WrittenPart,
    joined,
    merge_instruction,
    merged_ending,
)
from hotseat.conversation.excerpt import size_of
from hotseat.conversation.prompt import Message, system_text
from hotseat.conversation.prompts import prompt_file
from hotseat.conversation.route import candidates
from hotseat.domain.errors import HotseatError
from hotseat.domain.experts import Expert, Roster
from hotseat.session.chat.answer_progress import AnswerProgress
from hotseat.session.chat.capability import Capability
from hotseat.session.chat.chat_client import BuildMessages, ChatClient, ChosenExpert
from hotseat.session.chat.model_waiting import ModelWaiting
from hotseat.session.chat.paced_text import PacedText
from hotseat.session.chat.part import OnPart, Part

Build = Callable[[ChosenExpert, str], BuildMessages]
"""From the expert that answers and what it is asked beside the question to its prompt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much one part and the merged answer may be: tokens for an expert, and the temperature."""

    n_predict: Callable[[ChosenExpert], int]
    temperature: float


@dataclass(slots=True, kw_only=True)
class _Draft:
    part: PlannedPart
    chosen: ChosenExpert
    shown: str = ""
    """What the model is shown because it answers for another."""
    text: AnswerText = field(default_factory=AnswerText)
    problem: str = ""
    may_begin: asyncio.Event = field(default_factory=asyncio.Event)
    """It is the part's turn to be shown."""
    has_text: asyncio.Event = field(default_factory=asyncio.Event)
    grew: asyncio.Event = field(default_factory=asyncio.Event)
    is_done: bool = False

    def written(self) -> WrittenPart:
        why = "" if self.is_of_chosen else "; ".join(filter(None, (self.chosen.note, self.shown)))
        note = self.problem or why
        return WrittenPart(
            chosen=self.part.expert.name,
            answered=self.chosen.expert.name,
            language=self.part.language,
            text=self.text.text,
            note=note,
        )

    @property
    def is_of_chosen(self) -> bool:
        return self.chosen.expert is self.part.expert and self.chosen.chats


class SeveralExperts:
    """Answers of several experts in one window."""

    def __init__(
        self,
        chat_client: ChatClient,
        model_waiting: ModelWaiting,
        capability: Capability,
        limits: Limits,
    ) -> None:
        self._chat_client = chat_client
        self._model_waiting = model_waiting
        self._capability = capability
        self._limits = limits

    async def write(
        self,
        parts: Sequence[PlannedPart],
        roster: Roster,
        build: Build,
        on_text: Callable[[tuple[WrittenPart, ...], str], None],
        progress: AnswerProgress,
        shown_for: Callable[[Expert], str] = lambda _: "",
    ) -> None:
        """Write the parts. `shown_for` returns what a model is shown that answers for that expert.
        `on_text` gets the parts so far and the joined text each time it grows.

        A part that fails is marked with the reason, and the others are written. Raises HotseatError
        if all fail. Cancelling closes the streams.
        """
        drafts = []
        for part in parts:
            experts = candidates(roster, named=None, languages=(part.language,))
            chosen = await self._chat_client.choose(experts, progress.note)
            drafts.append(_Draft(part=part, chosen=chosen, shown=shown_for(part.expert)))
        first_error: HotseatError | None = None
        with self._model_waiting.expecting([draft.chosen.expert for draft in drafts]):
            async with asyncio.TaskGroup() as tasks:
                for i in range(len(drafts)):
                    tasks.create_task(self._draft(i, drafts, build, progress))
                for i, draft in enumerate(drafts):
                    draft.may_begin.set()
                    async for _ in _growth(draft):
                        progress.text_came()
                        on_text(*_so_far(drafts[: i + 1]))
                    first_error = first_error or _error_of(draft)
        if first_error is not None and not any(draft.text.text for draft in drafts):
            raise first_error

    async def merge(
        self,
        question: str,
        parts: Sequence[WrittenPart],
        roster: Roster,
        on_part: OnPart,
        progress: AnswerProgress,
    ) -> tuple[str, str]:
        """Return one answer made of the drafts and its ending; both empty if there is none.

        Only a capable generalist makes one, and only if question and drafts fit into its context.
        """
        generalist = roster.generalist
        if generalist is None or sum(bool(p.text) for p in parts) < 2:
            return "", ""
        if not await self._capability.of(roster, self._chat_client.digest):
            return "", ""
        instruction = merge_instruction(question, parts)
        text = AnswerText()

        def build(n_bytes: int) -> tuple[Message, ...]:
            system = system_text(generalist.prompt, prompt_file("question").text)
            if size_of((system, instruction)) > n_bytes:
                raise HotseatError("The drafts are longer than the generalist's context")
            return (("system", system), ("user", instruction))

        try:
            chosen = await self._chat_client.choose((generalist,), progress.note)
            if not chosen.chats:
                return "", ""
            stream = self._stream(chosen, build, progress.note)
            async with aclosing(stream) as chunks:
                async for chunk in chunks:
                    text.add(chunk)
                    if text.is_looping:
                        return "", ""
            text.end()
        except HotseatError:
            return "", ""
        if not text.text.strip():
            return "", ""
        on_part(Part(expert=generalist.name, text=text.text))
        return text.text, merged_ending(parts)

    async def _draft(
        self, i: int, drafts: Sequence[_Draft], build: Build, progress: AnswerProgress
    ) -> None:
        draft = drafts[i]
        try:
            build_messages = build(draft.chosen, draft.part.instruction)

            def note(text: str) -> None:
                if draft.may_begin.is_set():
                    progress.note(text)

            async with self._until_it_may_begin(i, drafts, build_messages):
                await self._write(draft, build_messages, note)
            draft.text.end()
        except HotseatError as error:
            draft.text.end()
            draft.problem = f"ended early: {error}" if draft.text.text else f"no answer: {error}"
        finally:
            draft.is_done = True
            draft.grew.set()

    async def _write(
        self, draft: _Draft, build: BuildMessages, on_note: Callable[[str], None]
    ) -> None:
        def grow(text: str) -> None:
            draft.text.add(text)
            draft.has_text.set()
            draft.grew.set()

        paced = PacedText(grow)
        try:
            async with aclosing(self._stream(draft.chosen, build, on_note)) as chunks:
                async for chunk in chunks:
                    paced.add(chunk)
                    if draft.text.is_looping:
                        return
        finally:
            paced.flush()

    @asynccontextmanager
    async def _until_it_may_begin(
        self, i: int, drafts: Sequence[_Draft], build: BuildMessages
    ) -> AsyncIterator[None]:
        """Wait for the part's turn, or until the models of all parts are in memory.

        With less room, a part that begins early would end together with the one before it, and the
        model after it would be loaded while no part is written. So its prompt is only read: once
        the part before it is being written, and its model has been loaded meanwhile. From then on
        the model is in use, or the one after it could take its seat.
        """
        draft = drafts[i]
        experts = [one.chosen.expert for one in drafts]
        own = experts[i]
        waits: list[Awaitable[object]] = [draft.may_begin.wait()]
        is_alone = all(expert.seat != own.seat for expert in experts[:i])
        if is_alone:
            waits.append(self._model_waiting.until_in_memory(experts))
        if not is_alone or i == 0:
            await _first_of(waits)
            yield
            return
        begins = asyncio.ensure_future(_first_of(waits))
        reads = asyncio.ensure_future(self._until_it_may_read(drafts[i - 1], own))
        try:
            await _first_of([asyncio.shield(begins), asyncio.shield(reads)])
            if begins.done():
                yield
                return
            with self._model_waiting.kept(own) as is_in_memory:
                if is_in_memory:
                    n_predict = self._limits.n_predict(draft.chosen)
                    await self._chat_client.read_ahead(draft.chosen, build, n_predict=n_predict)
                await begins
                yield
        finally:
            begins.cancel()
            reads.cancel()

    async def _until_it_may_read(self, before: _Draft, own: Expert) -> None:
        await before.has_text.wait()
        await self._model_waiting.until_in_memory([own])

    async def _stream(
        self, chosen: ChosenExpert, build: BuildMessages, on_note: Callable[[str], None]
    ) -> AsyncGenerator[str, None]:
        stream = self._chat_client.stream(
            chosen,
            build,
            n_predict=self._limits.n_predict(chosen),
            temperature=self._limits.temperature,
            on_note=on_note,
        )
        async with aclosing(stream) as chunks:
            async for chunk in chunks:
                if chunk.text:
                    yield chunk.text


async def _first_of(waits: Sequence[Awaitable[object]]) -> None:
    """Wait for one of them, and cancel the others."""
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()


async def _growth(draft: _Draft) -> AsyncGenerator[None, None]:
    while not draft.is_done:
        await draft.grew.wait()
        draft.grew.clear()
        yield
    yield


def _so_far(drafts: Sequence[_Draft]) -> tuple[tuple[WrittenPart, ...], str]:
    parts = tuple(draft.written() for draft in drafts)
    return parts, joined(parts)


def _error_of(draft: _Draft) -> HotseatError | None:
    return HotseatError(draft.problem) if draft.problem and not draft.text.text else None
