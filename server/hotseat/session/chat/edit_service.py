"""Edits of one window: new text for lines of a document, checked before anybody sees it.

Nothing is changed here: what comes out is a proposal, which the person takes or leaves.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from hotseat.completion.postprocess.indent import IndentStyle
from hotseat.completion.prompt.window import BYTES_PER_TOKEN
from hotseat.conversation.excerpt import size_of
from hotseat.conversation.prompt import Message
from hotseat.conversation.rewrite import (
    Unfit,
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
from hotseat.languages.grammars import grammar
from hotseat.session.chat.ask_service import OnPart, Part
from hotseat.session.chat.chat_client import Speaker, Voice, context_tokens
from hotseat.session.chat.model_waiting import Warmth
from hotseat.session.chat.selection_context import MAX_SIDE_CHARS, Spot, Surroundings

N_TRIES = 2
MIN_ANSWER_TOKENS = 256
GROWTH = 2
"""New text may be so many times as long as the old, and MIN_ANSWER_TOKENS beyond."""
TEMPERATURE = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewrite:
    """`text` in place of `range`, of that version of the document."""

    uri: str
    version: int
    range: Range
    text: str
    expert: str


class Rewriter:
    def __init__(
        self,
        documents: DocumentStore,
        surroundings: Surroundings,
        speaker: Speaker,
        warmth: Warmth,
        roster: Callable[[], Roster],
    ) -> None:
        self._documents = documents
        self._surroundings = surroundings
        self._speaker = speaker
        self._warmth = warmth
        self._roster = roster

    async def edit(self, uri: str, range_: Range, instruction: str, tell: OnPart) -> Rewrite:
        """The region's expert twice at most, then the generalist. Raises HotseatError.

        Cancelling it closes the stream on the wire.
        """
        if not (instruction := instruction.strip()):
            raise HotseatError("There is no instruction", hint="Say what is to change")
        await self._warmth.engine_up(lambda text: tell(Part(note=text)))
        spot = self._surroundings.at(uri, range_, self._roster())
        old = _lines_to_change(spot)
        revision = spot.document.revision
        problems: list[str] = []
        tried: tuple[Message, ...] = ()
        voice = await self._voice(spot, tell)
        for n in range(N_TRIES + 1):
            if n == N_TRIES:
                generalist = await self._generalist_after(voice, tell)
                if generalist is None:
                    break
                voice, tried = generalist, ()
            tell(Part(expert=voice.expert.name, language=spot.region_language))
            answer = await self._answer(voice, spot, instruction, tried, tell)
            self._see_unchanged(spot, revision)
            try:
                new = await self._checked(spot, old, answer)
            except Unfit as problem:
                problems.append(f"{voice.expert.name}: {problem}")
                tell(Part(note=problems[-1]))
                tried = (("assistant", answer), ("user", objection(problem)))
                continue
            self._see_unchanged(spot, revision)
            return _rewrite(spot, new, voice)
        raise HotseatError(
            f"No answer could be used ({'; '.join(problems)})",
            hint="Say it otherwise, or select other lines",
        )

    def _see_unchanged(self, spot: Spot, revision: int) -> None:
        document = spot.document
        if self._documents.get(document.uri) is not document or document.revision != revision:
            raise HotseatError("The file was changed meanwhile", hint="Ask for the edit again")

    async def _voice(self, spot: Spot, tell: OnPart) -> Voice:
        languages = (spot.region_language, spot.file_language)
        chosen = candidates(self._roster(), named=None, languages=languages)
        voice = await self._speaker.choose(chosen, lambda text: tell(Part(note=text)))
        if voice.note:
            tell(Part(note=voice.note))
        return voice

    async def _generalist_after(self, voice: Voice, tell: OnPart) -> Voice | None:
        """None where it would say the same again, or cannot say anything."""
        generalist = self._roster().generalist
        if generalist is None or (generalist.spec, generalist.prompt) == (
            voice.expert.spec,
            voice.expert.prompt,
        ):
            return None
        try:
            found = await self._speaker.choose((generalist,), lambda text: tell(Part(note=text)))
        except ModelNotFound:
            return None
        return found if found.chats else None

    async def _answer(
        self,
        voice: Voice,
        spot: Spot,
        instruction: str,
        tried: Sequence[Message],
        tell: OnPart,
    ) -> str:
        wanted = GROWTH * size_of(spot.place.selected) // BYTES_PER_TOKEN + MIN_ANSWER_TOKENS
        n_predict = min(wanted, context_tokens(voice.expert) // 2)

        def write(n_bytes: int) -> Sequence[Message]:
            return write_edit(
                instruction,
                place=spot.place,
                persona=voice.expert.prompt,
                tried=tried,
                n_bytes=n_bytes,
            )

        text = ""
        stream = self._speaker.speak(
            voice,
            write,
            n_predict=n_predict,
            temperature=TEMPERATURE,
            tell=lambda note: tell(Part(note=note)),
        )
        async with aclosing(stream) as chunks:
            async for chunk in chunks:
                if chunk.text:
                    text += chunk.text
                    tell(Part(text=chunk.text))
        return text

    async def _checked(self, spot: Spot, old: Sequence[str], answer: str) -> list[str]:
        """The new lines. Raises Unfit."""
        place, buffer = spot.place, spot.document.buffer
        if not answer.strip():
            raise Unfit("the answer is empty")
        new = without_echo(code_in(answer), place)
        style = IndentStyle.of("\n".join((*place.before, *old)), "\n".join(place.after))
        new = style.applied("\n".join(["", *new])).split("\n")[1:] if new else []
        new = indented_like(new, old)
        if [line.rstrip() for line in new] == [line.rstrip() for line in old]:
            raise Unfit("the answer leaves the lines as they are")
        whole = [buffer.line(i) for i in range(buffer.n_lines)]
        changed = [*whole[: spot.lines.first], *new, *whole[spot.lines.stop :]]
        # Two whole parses, which take a moment where the file is large.
        await asyncio.to_thread(check, whole, changed, grammar(spot.file_language))
        if spot.region_language != spot.file_language:
            check(old, new, grammar(spot.region_language))
        return new


def _lines_to_change(spot: Spot) -> tuple[str, ...]:
    buffer, lines = spot.document.buffer, spot.lines
    old = tuple(buffer.line(i) for i in range(lines.first, lines.stop))
    if not any(line.strip() for line in old):
        raise HotseatError("Nothing is selected", hint="Select the lines that are to change")
    if sum(map(len, old)) > MAX_SIDE_CHARS:
        raise HotseatError("The selection is longer than any model reads", hint="Select less")
    if old != spot.place.selected:
        raise HotseatError(
            "The selection holds what looks like a secret, which models neither see nor write",
            hint="Select the lines above or below it",
        )
    return old


def _rewrite(spot: Spot, new: Sequence[str], voice: Voice) -> Rewrite:
    document, lines = spot.document, spot.lines
    line_end = _line_end(document)
    if new:
        end = Position(lines.stop - 1, _width(document, lines.stop - 1))
    elif lines.stop < document.buffer.n_lines:
        end = Position(lines.stop, 0)  # the lines go, and their ends with them
    else:
        end = Position(lines.stop - 1, _width(document, lines.stop - 1))
    return Rewrite(
        uri=document.uri,
        version=document.version,
        range=Range(Position(lines.first, 0), end),
        text=line_end.join(new),
        expert=voice.expert.name,
    )


def _width(document: Document, line: int) -> int:
    """In the client's units."""
    text = document.buffer.line(line)
    return document.buffer.to_position(line, len(text), document.encoding).character


def _line_end(document: Document) -> str:
    """As the document has it."""
    start = document.suffix(Position(0, 0), 100_000)
    return "\r\n" if "\r\n" in start else "\n"
