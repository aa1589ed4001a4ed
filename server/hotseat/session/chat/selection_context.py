"""The place in an open document that a question or an edit is about, with the lines around it.

Owns how many lines are taken, and that no file that may hold secrets is used. Text in other files
that looks like a secret is blanked before any line is shortened.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hotseat.conversation.excerpt import SelectionInFile
from hotseat.conversation.routing.selection import language_of_lines
from hotseat.documents.shift import ordered
from hotseat.documents.store import Document, DocumentStore
from hotseat.domain.errors import HotseatError
from hotseat.domain.experts import Roster
from hotseat.domain.text import Position, Range
from hotseat.privacy.redact import blank
from hotseat.session.document_language import language_at
from hotseat.session.shared.uri_paths import short_path
from hotseat.syntax.regions import HOSTS
from hotseat.syntax.regions.by_text import languages_by_text

MAX_SIDE_CHARS = 60_000
"""On either side. It is more than a prompt holds, so that a long key is recognized as a whole."""
MAX_LINE_CHARS = 20_000
"""A longer line is left out: a part of it might be a part of a secret."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Whole lines of a document, from `first` to before `stop`. Empty for a mere cursor."""

    first: int
    stop: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """A place in a document: its lines, its languages, and the text around it for a prompt."""

    document: Document
    lines: Lines
    region_language: str | None
    file_language: str | None
    place: SelectionInFile


class SelectionContext:
    """The selections of one window.

    `file_language`, `cursor` and `is_secret` take the URI of an open document.
    """

    def __init__(
        self,
        documents: DocumentStore,
        *,
        file_language: Callable[[str], str | None],
        cursor: Callable[[str], Position],
        is_secret: Callable[[str], bool],
    ) -> None:
        self._documents = documents
        self._file_language = file_language
        self._cursor = cursor
        self._is_secret = is_secret

    def at(self, uri: str, range_: Range | None, roster: Roster) -> Selection:
        """Return the selection at `range_`, or where the cursor was last seen.

        Raises HotseatError if the document is not open or may hold secrets.
        """
        document = self._documents.get(uri)
        if document is None:
            raise HotseatError(f"{_name(uri)} is not open in this window", hint="Open it first")
        if self._is_secret(uri):
            raise HotseatError(
                f"{_name(uri)} may hold secrets, so models may not see it",
                hint="If it holds none, add `secrets: ['!PATTERN']` to your experts.yaml",
            )
        cursor = self._cursor(uri)
        range_ = range_ or Range(cursor, cursor)
        lines = lines_of(document, range_)
        file_language = self._file_language(uri)
        start, _ = ordered(range_)
        region = language_at(document, document.clamped(start), file_language, roster)
        return Selection(
            document=document,
            lines=lines,
            region_language=region,
            file_language=file_language,
            place=_place(document, lines, region),
        )

    def language_of(self, selection: Selection) -> str | None:
        """Return the language of most of the selected lines, or of the region under the cursor."""
        document, file_language = selection.document, selection.file_language
        if selection.lines.first == selection.lines.stop or file_language is None:
            return selection.region_language
        if file_language not in HOSTS:
            return file_language

        def language_at_place(i: int, column: int) -> str | None:
            line = selection.lines.first + i
            return languages_by_text(
                document.buffer, line, column, file_language, uri=document.uri
            )[0]

        lines = _side(document, range(selection.lines.first, selection.lines.stop))
        return language_of_lines(lines, file_language, language_at_place)


def lines_of(document: Document, range_: Range) -> Lines:
    """Return the lines that a range touches.

    A line at whose beginning the range ends does not count.
    """
    start, end = ordered(range_)
    first, from_column = document.buffer.to_column(start, document.encoding)
    last, to_column = document.buffer.to_column(end, document.encoding)
    if (first, from_column) == (last, to_column):
        return Lines(first=first, stop=first)
    return Lines(first=first, stop=last if last > first and to_column == 0 else last + 1)


def whole_range(document: Document, first: int, stop: int) -> Range:
    """Return the range of lines with their line breaks, or up to the end of the document."""
    if stop >= document.buffer.n_lines:
        last = document.buffer.n_lines - 1
        end = document.buffer.to_position(last, len(document.buffer.line(last)), document.encoding)
        return Range(Position(first, 0), end)
    return Range(Position(first, 0), Position(stop, 0))


def _place(document: Document, lines: Lines, language: str | None) -> SelectionInFile:
    before = _side(document, range(lines.first - 1, -1, -1))[::-1]
    selected = _side(document, range(lines.first, lines.stop))
    rest = range(lines.stop, document.buffer.n_lines)
    after = _side(document, rest) if len(selected) == lines.stop - lines.first else []
    whole = [*before, *selected, *after]
    shown = tuple(blank("\n".join(whole)).split("\n")) if whole else ()
    n_before, n_selected = len(before), len(selected)
    return SelectionInFile(
        path=_path(document.uri),
        language=language,
        before=shown[:n_before],
        selected=shown[n_before : n_before + n_selected],
        after=shown[n_before + n_selected :],
        line=lines.first,
    )


def _side(document: Document, numbers: range) -> list[str]:
    """Return the lines with these numbers, in that order, up to MAX_SIDE_CHARS characters."""
    found, n_chars = [], 0
    for i in numbers:
        line = document.buffer.line(i)
        found.append(line if len(line) <= MAX_LINE_CHARS else "…")
        n_chars += len(found[-1]) + 1
        if n_chars > MAX_SIDE_CHARS:
            break
    return found


def _path(uri: str) -> str:
    return short_path(uri) or "the file"


def _name(uri: str) -> str:
    return _path(uri).rsplit("/", 1)[-1]
