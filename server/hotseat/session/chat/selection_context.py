"""The place in an open document that a question or an edit is about, as `conversation` wants it.

Owns which lines are looked at and that no file that may hold secrets is; what looks like a secret
in any other is blanked before a line of it is cut.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from hotseat.conversation.excerpt import Place
from hotseat.documents.shift import ordered
from hotseat.documents.store import Document, DocumentStore
from hotseat.domain.errors import HotseatError
from hotseat.domain.experts import Roster
from hotseat.domain.text import Position, Range
from hotseat.privacy.redact import blank
from hotseat.session.document_language import language_at

MAX_SIDE_CHARS = 60_000
"""On either side: more than a prompt holds, so that a long key is seen whole, and masked."""
MAX_LINE_CHARS = 20_000
"""A longer line is left out as a whole: half of one might be half of a secret."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Whole lines of a document, `stop` not among them; empty for a cursor alone."""

    first: int
    stop: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    document: Document
    lines: Lines
    region_language: str | None
    file_language: str | None
    place: Place


class Surroundings:
    """Of one window. `file_language` and `cursor` know an open document by its URI."""

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

    def at(self, uri: str, range_: Range | None, roster: Roster) -> Spot:
        """Without a range, where the cursor was last seen. Raises HotseatError."""
        document = self._documents.get(uri)
        if document is None:
            raise HotseatError(f"{_name(uri)} is not open in this window", hint="Open it first")
        if self._is_secret(uri):
            raise HotseatError(
                f"{_name(uri)} may hold secrets: it is not shown to models",
                hint="`secrets: ['!PATTERN']` in your experts.yaml says that a file holds none",
            )
        cursor = self._cursor(uri)
        range_ = range_ or Range(cursor, cursor)
        lines = lines_of(document, range_)
        file_language = self._file_language(uri)
        start, _ = ordered(range_)
        region = language_at(document, document.clamped(start), file_language, roster)
        return Spot(
            document=document,
            lines=lines,
            region_language=region,
            file_language=file_language,
            place=_place(document, lines, region),
        )


def lines_of(document: Document, range_: Range) -> Lines:
    """The lines that a range touches; a range that ends where a line begins leaves that one out."""
    start, end = ordered(range_)
    first, from_column = document.buffer.to_column(start, document.encoding)
    last, to_column = document.buffer.to_column(end, document.encoding)
    if (first, from_column) == (last, to_column):
        return Lines(first=first, stop=first)
    return Lines(first=first, stop=last if last > first and to_column == 0 else last + 1)


def whole_range(document: Document, first: int, stop: int) -> Range:
    """Of lines, with the ends of all of them; up to the document's end for its last line."""
    if stop >= document.buffer.n_lines:
        last = document.buffer.n_lines - 1
        end = document.buffer.to_position(last, len(document.buffer.line(last)), document.encoding)
        return Range(Position(first, 0), end)
    return Range(Position(first, 0), Position(stop, 0))


def _place(document: Document, lines: Lines, language: str | None) -> Place:
    before = _side(document, range(lines.first - 1, -1, -1))[::-1]
    selected = _side(document, range(lines.first, lines.stop))
    behind = range(lines.stop, document.buffer.n_lines)
    after = _side(document, behind) if len(selected) == lines.stop - lines.first else []
    whole = [*before, *selected, *after]
    shown = tuple(blank("\n".join(whole)).split("\n")) if whole else ()
    n_before, n_selected = len(before), len(selected)
    return Place(
        path=_path(document.uri),
        language=language,
        before=shown[:n_before],
        selected=shown[n_before : n_before + n_selected],
        after=shown[n_before + n_selected :],
        line=lines.first,
    )


def _side(document: Document, numbers: range) -> list[str]:
    """Lines of these numbers, in their order, until it is enough."""
    found, n_chars = [], 0
    for i in numbers:
        line = document.buffer.line(i)
        found.append(line if len(line) <= MAX_LINE_CHARS else "…")
        n_chars += len(found[-1]) + 1
        if n_chars > MAX_SIDE_CHARS:
            break
    return found


def _path(uri: str) -> str:
    """The last parts of the path, and no home directory."""
    try:
        path = urlsplit(uri).path
    except ValueError:  # `file://[`
        return "the file"
    return "/".join(unquote(path).split("/")[-2:]) or "the file"


def _name(uri: str) -> str:
    return _path(uri).rsplit("/", 1)[-1]
