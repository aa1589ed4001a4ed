"""Edits of one window: new text for lines of a document, checked before the user sees it.

Nothing is changed here: the result is a proposal, which the user accepts or rejects.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hotseat.conversation.prompt import Message
from hotseat.conversation.rewrite import check, write_edit
from hotseat.documents.store import Document, DocumentStore
from hotseat.domain.errors import HotseatError
from hotseat.domain.text import Position, Range
from hotseat.session.chat.chat_client import ChosenExpert
from hotseat.session.chat.model_waiting import ModelWaiting
from hotseat.session.chat.part import OnPart, Part
from hotseat.session.chat.selection_context import MAX_SIDE_CHARS, Selection, SelectionContext
from hotseat.session.edit.rewriter import Rewrite, Rewriter

CHECKED_BYTES = 150_000
"""On each side of the lines to change: so much is parsed for the check of an edit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedEdit:
    """`text` replaces `range` in that version of the document. `expert` wrote it."""

    uri: str
    version: int
    range: Range
    text: str
    expert: str


class EditService:
    """The edits of one window."""

    def __init__(
        self,
        documents: DocumentStore,
        selection_context: SelectionContext,
        model_waiting: ModelWaiting,
        rewriter: Rewriter,
    ) -> None:
        self._documents = documents
        self._selection_context = selection_context
        self._model_waiting = model_waiting
        self._rewriter = rewriter

    async def edit(
        self, uri: str, range_: Range, instruction: str, on_part: OnPart
    ) -> ProposedEdit:
        """Return new text for the lines of `range_`. `on_part` gets each part as it arrives.

        Cancelling the call closes the stream to the engine. Raises HotseatError.
        """
        if not (instruction := instruction.strip()):
            raise HotseatError("There is no instruction", hint="Enter what to change")
        await self._model_waiting.engine_up(lambda text: on_part(Part(note=text)))
        selection = self._selection_context.at(uri, range_, self._rewriter.roster())
        old = _lines_to_change(selection)
        revision = selection.document.revision

        def write(persona: str | None, tried: Sequence[Message], n_bytes: int) -> Sequence[Message]:
            return write_edit(
                instruction,
                place=selection.place,
                persona=persona,
                tried=tried,
                n_bytes=n_bytes,
            )

        async def checked(new: list[str]) -> list[str]:
            await _check_syntax(selection, old, new)
            self._check_unchanged(selection, revision)
            return new

        rewritten = await self._rewriter.rewrite(
            Rewrite(
                place=selection.place,
                languages=(selection.region_language, selection.file_language),
                write=write,
                check=checked,
            ),
            on_part,
            on_checking=lambda: self._check_unchanged(selection, revision),
        )
        return _proposed_edit(selection, rewritten.lines, rewritten.chosen)

    def _check_unchanged(self, selection: Selection, revision: int) -> None:
        """Raise HotseatError if the document is not at `revision` any more, or was closed."""
        document = selection.document
        if self._documents.get(document.uri) is not document or document.revision != revision:
            raise HotseatError("The file was changed meanwhile", hint="Ask for the edit again")


async def _check_syntax(selection: Selection, old: Sequence[str], new: Sequence[str]) -> None:
    """Raise UnusableAnswer if the file, or the region, has more errors with the new lines."""
    lines, buffer = selection.lines, selection.document.buffer
    first, stop = _checked_lines(selection.document, lines.first, lines.stop)
    before = [buffer.line(i) for i in range(first, lines.first)]
    after = [buffer.line(i) for i in range(lines.stop, stop)]
    await _check(selection, [*before, *old, *after], [*before, *new, *after], first)
    if selection.region_language != selection.file_language:
        await _check(selection, old, new, lines.first, selection.region_language)


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
