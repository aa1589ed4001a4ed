"""Where places are after an edit: by positions alone, without the text around them.

Owns that arithmetic. Knows no document: a place in one that was edited out of sight is lost.
"""

from __future__ import annotations

from hotseat.documents.columns import to_character
from hotseat.domain.text import Position, PositionEncoding, Range


def end_of(start: Position, text: str, encoding: PositionEncoding) -> Position:
    """Return where `text` ends when it begins at `start`."""
    text = newlines(text)
    last = text[text.rfind("\n") + 1 :]
    width = to_character(last, len(last), encoding)
    if len(last) == len(text):
        return Position(start.line, start.character + width)
    return Position(start.line + text.count("\n"), width)


def ordered(range_: Range) -> tuple[Position, Position]:
    """Return start and end in order: some clients send a backward selection as it was made."""
    if range_.end < range_.start:
        return range_.end, range_.start
    return range_.start, range_.end


def shifted(position: Position, old_end: Position, new_end: Position) -> Position:
    """Return a position at or after the end of an edit, moved with that end."""
    line = position.line - old_end.line + new_end.line
    if position.line > old_end.line:
        return Position(line, position.character)
    return Position(line, position.character - old_end.character + new_end.character)


def newlines(text: str) -> str:
    """Return `text` with "\\n" as the only line ending."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
