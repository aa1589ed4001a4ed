"""New lines by an expert: asked, checked, asked once more with the error, then the generalist.

Knows no document and no task: who asks brings the prompt and the checks. Nothing is changed here.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from hotseat.completion.postprocess.indent import IndentStyle
from hotseat.completion.prompt.window import BYTES_PER_TOKEN
from hotseat.conversation.edit_answer import EditAnswer
from hotseat.conversation.excerpt import SelectionInFile, size_of
from hotseat.conversation.prompt import Message
from hotseat.conversation.rewrite import (
    UnusableAnswer,
    code_in,
    indented_like,
    objection,
    without_echo,
)
from hotseat.conversation.route import candidates
from hotseat.domain.errors import HotseatError, ModelNotFound
from hotseat.domain.experts import Roster
from hotseat.engines.protocol import Chunk
from hotseat.session.chat.answer_progress import AnswerProgress
from hotseat.session.chat.chat_client import ChatClient, ChosenExpert
from hotseat.session.chat.model_waiting import OnNote
from hotseat.session.chat.part import OnPart, Part
from hotseat.session.shared.context_window import context_tokens

N_TRIES = 2
MIN_ANSWER_TOKENS = 256
GROWTH = 3
"""New text may be so many times as long as the old text, plus MIN_ANSWER_TOKENS."""
TEMPERATURE = 0.0
NO_EDIT = "No edit was made, because "
"""Begins the message of the error when all tries failed."""

WriteMessages = Callable[[str | None, Sequence[Message], int], Sequence[Message]]
"""From the expert's persona, an earlier try with its objection, and the bytes that the model reads
to the messages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewrite:
    """Lines that are to be written anew.

    `check` takes the new lines and returns them as they go into the file; it raises UnusableAnswer,
    or HotseatError if the file is another one meanwhile.
    """

    place: SelectionInFile
    """The lines as the model is shown them; none are selected where new ones are written."""
    languages: Sequence[str | None]
    """Whose experts may write them, the best first."""
    write: WriteMessages
    check: Callable[[list[str]], Awaitable[list[str]]]
    max_tokens: int | None = None
    """Of one answer; None for what the old lines suggest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewritten:
    """New lines. `problems` are what was wrong with the tries before."""

    lines: list[str]
    chosen: ChosenExpert
    problems: tuple[str, ...] = ()


class Rewriter:
    """The tries of one window. `roster` returns the roster of now."""

    def __init__(self, chat_client: ChatClient, roster: Callable[[], Roster]) -> None:
        self._chat_client = chat_client
        self.roster = roster

    async def choose(self, languages: Sequence[str | None], on_note: OnNote) -> ChosenExpert:
        """Return the expert that writes in these languages. Raises EngineError."""
        experts = candidates(self.roster(), named=None, languages=languages)
        return await self._chat_client.choose(experts, on_note)

    async def rewrite(
        self,
        rewrite: Rewrite,
        on_part: OnPart,
        on_chunk: Callable[[Chunk], None] = lambda _: None,
        on_checking: Callable[[], None] = lambda: None,
    ) -> Rewritten:
        """Return new lines.

        Asks the expert at most N_TRIES times, then the generalist once. An answer that will be of
        no use is given up while it streams. Cancelling the call closes the stream to the engine.
        Raises HotseatError, and what `on_checking` raises, which is called after each answer.
        """
        chosen: ChosenExpert | None = await self.choose(rewrite.languages, _note_to(on_part))
        if chosen is not None and chosen.note:
            on_part(Part(note=chosen.note))
        problems: list[UnusableAnswer] = []
        tried: tuple[Message, ...] = ()
        n_tries_left = N_TRIES
        while chosen is not None:
            answer = await self._answer(chosen, rewrite, tried, on_part, on_chunk)
            on_checking()
            try:
                lines = await rewrite.check(_lines_in(answer, rewrite.place))
            except UnusableAnswer as problem:
                problems.append(problem)
                n_tries_left -= 1
                if n_tries_left > 0 and not problem.is_final:
                    tried = (("assistant", answer.text), ("user", objection(problem)))
                else:
                    chosen, tried = await self._generalist_after(chosen, on_part), ()
                    n_tries_left = 1
                continue
            return Rewritten(
                lines=lines, chosen=chosen, problems=tuple(p.for_user for p in problems)
            )
        raise _failure(problems)

    async def _generalist_after(self, chosen: ChosenExpert, on_part: OnPart) -> ChosenExpert | None:
        """Return the generalist, or None if it would answer as `chosen` did or cannot answer."""
        generalist = self.roster().generalist
        if generalist is None or (generalist.spec, generalist.prompt) == (
            chosen.expert.spec,
            chosen.expert.prompt,
        ):
            return None
        try:
            found = await self._chat_client.choose((generalist,), _note_to(on_part))
        except ModelNotFound:
            return None
        return found if found.chats else None

    async def _answer(
        self,
        chosen: ChosenExpert,
        rewrite: Rewrite,
        tried: Sequence[Message],
        on_part: OnPart,
        on_chunk: Callable[[Chunk], None],
    ) -> EditAnswer:
        place = rewrite.place
        on_part(Part(expert=chosen.expert.name, language=place.language))
        wanted = GROWTH * size_of(place.selected) // BYTES_PER_TOKEN + MIN_ANSWER_TOKENS
        n_predict = min(rewrite.max_tokens or wanted, context_tokens(chosen.expert) // 2)

        def build_messages(n_bytes: int) -> Sequence[Message]:
            return rewrite.write(chosen.expert.prompt, tried, n_bytes)

        progress = AnswerProgress(on_part)
        answer = EditAnswer(place, bytes_per_token=BYTES_PER_TOKEN)
        stream = self._chat_client.stream(
            chosen,
            build_messages,
            n_predict=n_predict,
            temperature=TEMPERATURE,
            on_note=progress.note,
        )
        async with progress.ticking(), aclosing(stream) as chunks:
            async for chunk in chunks:
                on_chunk(chunk)
                if not chunk.text:
                    continue
                if progress.is_waiting:
                    progress.text_came()
                    on_part(Part(note=""))
                answer.add(chunk.text)
                on_part(Part(text=chunk.text))
                if answer.is_complete or answer.problem is not None:
                    break
        answer.end()
        return answer


def _lines_in(answer: EditAnswer, place: SelectionInFile) -> list[str]:
    """Return the new lines that the answer holds, as the file indents. Raises UnusableAnswer."""
    if answer.problem is not None:
        raise answer.problem
    if not answer.text.strip():
        raise UnusableAnswer("the answer is empty", for_user="the model wrote nothing")
    new, old = without_echo(code_in(answer.text), place), place.selected
    if not old:
        return new
    style = IndentStyle.of("\n".join((*place.before, *old)), "\n".join(place.after))
    new = style.applied("\n".join(["", *new])).split("\n")[1:] if new else []
    new = indented_like(new, old)
    if [line.rstrip() for line in new] == [line.rstrip() for line in old]:
        raise UnusableAnswer(
            "the answer leaves the lines as they are",
            for_user="the model left the lines as they are",
        )
    return new


def _failure(problems: Sequence[UnusableAnswer]) -> HotseatError:
    """Return the error for the user: one sentence, each reason once."""
    reasons = ", then ".join(dict.fromkeys(problem.for_user for problem in problems))
    return HotseatError(f"{NO_EDIT}{reasons}", hint="Change the wording, or select other lines")


def _note_to(on_part: OnPart) -> OnNote:
    """Return a function that passes a note on as a part."""
    return lambda text: on_part(Part(note=text))
