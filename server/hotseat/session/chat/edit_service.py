"""Edits of one window: new text for lines of a document, checked before the user sees it.

Nothing is changed here: the result is a proposal, which the user accepts or rejects.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from hotseat.completion.postprocess.indent import IndentStyle
from hotseat.completion.prompt.window import BYTES_PER_TOKEN
from hotseat.conversation.edit_answer import EditAnswer
from hotseat.conversation.excerpt import size_of
from hotseat.conversation.prompt import Message
from hotseat.conversation.rewrite import (
    UnusableAnswer,
    check,
    code_in,
    indented_like,
    objection,
    without_echo,
    write_edit,
)
from hotseat.conversation.route import candidates
from hotseat.documents.store import Document, DocumentStore
from hotseat.domain.errors import HotseatError, ModelNotFound
from hotseat.domain.experts import Roster
from hotseat.domain.text import Position, Range
from hotseat.session.chat.answer_progress import AnswerProgress
from hotseat.session.chat.chat_client import ChatClient, ChosenExpert
from hotseat.session.chat.model_waiting import ModelWaiting, OnNote
from hotseat.session.chat.part import OnPart, Part
from hotseat.session.chat.selection_context import MAX_SIDE_CHARS, Selection, SelectionContext
from hotseat.session.shared.context_window import context_tokens

CHECKED_BYTES = 150_000
"""On each side of the lines to change: so much is parsed for the check of an edit."""

N_TRIES = 2
MIN_ANSWER_TOKENS = 256
GROWTH = 3
"""New text may be so many times as long as the old text, plus MIN_ANSWER_TOKENS."""
TEMPERATURE = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedEdit:
    """`text` replaces `range` in that version of the document. `expert` wrote it."""

    uri: str
    version: int
    range: Range
    text: str
    expert: str


class EditService:
    """The edits of one window. `roster` returns the roster of now."""

    def __init__(
        self,
        documents: DocumentStore,
        selection_context: SelectionContext,
        chat_client: ChatClient,
        model_waiting: ModelWaiting,
        roster: Callable[[], Roster],
    ) -> None:
        self._documents = documents
        self._selection_context = selection_context
        self._chat_client = chat_client
        self._model_waiting = model_waiting
        self._roster = roster

    async def edit(
        self, uri: str, range_: Range, instruction: str, on_part: OnPart
    ) -> ProposedEdit:
        """Return new text for the lines of `range_`. `on_part` gets each part as it arrives.

        Asks the expert of the region at most N_TRIES times, then the generalist once. An answer
        that will be of no use is given up while it streams. Cancelling the call closes the stream
        to the engine. Raises HotseatError.
        """
        if not (instruction := instruction.strip()):
            raise HotseatError("There is no instruction", hint="Enter what to change")
        await self._model_waiting.engine_up(_note_to(on_part))
        selection = self._selection_context.at(uri, range_, self._roster())
        old = _lines_to_change(selection)
        revision = selection.document.revision
        chosen: ChosenExpert | None = await self._choose(selection, on_part)
        problems: list[UnusableAnswer] = []
        tried: tuple[Message, ...] = ()
        n_tries_left = N_TRIES
        while chosen is not None:
            answer = await self._answer(chosen, selection, instruction, tried, on_part)
            self._check_unchanged(selection, revision)
            try:
                new = await self._checked(selection, old, answer)
            except UnusableAnswer as problem:
                problems.append(problem)
                n_tries_left -= 1
                if n_tries_left > 0 and not problem.is_final:
                    tried = (("assistant", answer.text), ("user", objection(problem)))
                else:
                    chosen, tried = await self._generalist_after(chosen, on_part), ()
                    n_tries_left = 1
                continue
            self._check_unchanged(selection, revision)
            return _proposed_edit(selection, new, chosen)
        raise _failure(problems)

    def _check_unchanged(self, selection: Selection, revision: int) -> None:
        """Raise HotseatError if the document is not at `revision` any more, or was closed."""
        document = selection.document
        if self._documents.get(document.uri) is not document or document.revision != revision:
            raise HotseatError("The file was changed meanwhile", hint="Ask for the edit again")

    async def _choose(self, selection: Selection, on_part: OnPart) -> ChosenExpert:
        languages = (selection.region_language, selection.file_language)
        experts = candidates(self._roster(), named=None, languages=languages)
        chosen = await self._chat_client.choose(experts, _note_to(on_part))
        if chosen.note:
            on_part(Part(note=chosen.note))
        return chosen

    async def _generalist_after(self, chosen: ChosenExpert, on_part: OnPart) -> ChosenExpert | None:
        """Return the generalist, or None if it would answer as `chosen` did or cannot answer."""
        generalist = self._roster().generalist
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
        selection: Selection,
        instruction: str,
        tried: Sequence[Message],
        on_part: OnPart,
    ) -> EditAnswer:
        on_part(Part(expert=chosen.expert.name, language=selection.region_language))
        wanted = GROWTH * size_of(selection.place.selected) // BYTES_PER_TOKEN + MIN_ANSWER_TOKENS
        n_predict = min(wanted, context_tokens(chosen.expert) // 2)

        def build_messages(n_bytes: int) -> Sequence[Message]:
            return write_edit(
                instruction,
                place=selection.place,
                persona=chosen.expert.prompt,
                tried=tried,
                n_bytes=n_bytes,
            )

        progress = AnswerProgress(on_part)
        answer = EditAnswer(selection.place, bytes_per_token=BYTES_PER_TOKEN)
        stream = self._chat_client.stream(
            chosen,
            build_messages,
            n_predict=n_predict,
            temperature=TEMPERATURE,
            on_note=progress.note,
        )
        async with progress.ticking(), aclosing(stream) as chunks:
            async for chunk in chunks:
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

    async def _checked(
        self, selection: Selection, old: Sequence[str], answer: EditAnswer
    ) -> list[str]:
        """Return the new lines that the answer holds. Raises UnusableAnswer."""
        place, buffer = selection.place, selection.document.buffer
        if answer.problem is not None:
            raise answer.problem
        if not answer.text.strip():
            raise UnusableAnswer("the answer is empty", for_user="the model wrote nothing")
        new = without_echo(code_in(answer.text), place)
        style = IndentStyle.of("\n".join((*place.before, *old)), "\n".join(place.after))
        new = style.applied("\n".join(["", *new])).split("\n")[1:] if new else []
        new = indented_like(new, old)
        if [line.rstrip() for line in new] == [line.rstrip() for line in old]:
            raise UnusableAnswer(
                "the answer leaves the lines as they are",
                for_user="the model left the lines as they are",
            )
        lines = selection.lines
        first, stop = _checked_lines(selection.document, lines.first, lines.stop)
        before = [buffer.line(i) for i in range(first, lines.first)]
        after = [buffer.line(i) for i in range(lines.stop, stop)]
        await _check(selection, [*before, *old, *after], [*before, *new, *after], first)
        if selection.region_language != selection.file_language:
            await _check(selection, old, new, lines.first, selection.region_language)
        return new


async def _check(
    selection: Selection,
    old: Sequence[str],
    new: Sequence[str],
    first_line: int,
    language: str | None = None,
) -> None:
    """Compare two texts. Raises UnusableAnswer if the new one has more errors.

    `language` is the file's if it is None, and `first_line` the line at which the texts begin.
    """
    syntax = selection.document.syntax
    before, after = [
        await syntax.errors("\n".join(lines), language or selection.file_language)
        for lines in (old, new)
    ]
    check(before, after, new, first_line=first_line)


def _checked_lines(document: Document, first: int, stop: int) -> tuple[int, int]:
    """Return the lines around [first, stop) that are parsed; all of a file that is not large."""
    buffer = document.buffer
    if buffer.size_bytes <= 2 * CHECKED_BYTES:
        return 0, buffer.n_lines
    start_byte = buffer.start_of(first) - CHECKED_BYTES
    end_byte = buffer.start_of(min(stop, buffer.n_lines)) + CHECKED_BYTES
    last = buffer.point_at(min(end_byte, buffer.size_bytes))[0]
    return min(first, buffer.point_at(max(0, start_byte))[0] + 1), max(stop, last)


def _lines_to_change(selection: Selection) -> tuple[str, ...]:
    buffer, lines = selection.document.buffer, selection.lines
    old = tuple(buffer.line(i) for i in range(lines.first, lines.stop))
    if not any(line.strip() for line in old):
        raise HotseatError("Nothing is selected", hint="Select the lines to change")
    if sum(map(len, old)) > MAX_SIDE_CHARS:
        raise HotseatError("The selection is too long for a model", hint="Select fewer lines")
    if old != selection.place.selected:
        raise HotseatError(
            "The selection contains text that looks like a secret, which no model may see or write",
            hint="Select the lines above or below it",
        )
    return old


def _failure(problems: Sequence[UnusableAnswer]) -> HotseatError:
    """Return the error for the user: one sentence, each reason once."""
    reasons = ", then ".join(dict.fromkeys(problem.for_user for problem in problems))
    return HotseatError(
        f"No edit was made, because {reasons}", hint="Change the wording, or select other lines"
    )


def _note_to(on_part: OnPart) -> OnNote:
    """Return a function that passes a note on as a part."""
    return lambda text: on_part(Part(note=text))


def _proposed_edit(selection: Selection, new: Sequence[str], chosen: ChosenExpert) -> ProposedEdit:
    document, lines = selection.document, selection.lines
    line_end = _line_end(document)
    if new:
        end = Position(lines.stop - 1, _width(document, lines.stop - 1))
    elif lines.stop < document.buffer.n_lines:
        end = Position(lines.stop, 0)  # the lines are deleted with their line breaks
    else:
        end = Position(lines.stop - 1, _width(document, lines.stop - 1))
    return ProposedEdit(
        uri=document.uri,
        version=document.version,
        range=Range(Position(lines.first, 0), end),
        text=line_end.join(new),
        expert=chosen.expert.name,
    )


def _width(document: Document, line: int) -> int:
    """Return the length of a line in the client's units."""
    text = document.buffer.line(line)
    return document.buffer.to_position(line, len(text), document.encoding).character


def _line_end(document: Document) -> str:
    """Return the line break that the document uses."""
    start = document.suffix(Position(0, 0), 100_000)
    return "\r\n" if "\r\n" in start else "\n"
