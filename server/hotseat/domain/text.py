"""Positions in text as LSP counts them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class PositionEncoding(StrEnum):
    """The unit of `Position.character`: code units of that encoding."""

    UTF8 = "utf-8"
    UTF16 = "utf-16"
    UTF32 = "utf-32"


@dataclass(frozen=True, order=True, slots=True)
class Position:
    """Zero-based line, and character offset in it, in units of the negotiated encoding."""

    line: int
    character: int


@dataclass(frozen=True, slots=True)
class Range:
    """Half-open: `end` is not part of it."""

    start: Position
    end: Position
