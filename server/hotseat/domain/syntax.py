"""What the syntax of a text shows, as values: kinds of places, definitions, errors.

The rooms that ask (`completion/`, `conversation/`, `session/`) and the room that answers
(`syntax/`) share them. No value refers to a syntax tree.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

MIN_NAME_CHARS = 3
"""Shorter names (`i`, `db`, `tx`) occur everywhere."""
MAX_NAME_CHARS = 80


class Place(StrEnum):
    """What kind of text a cursor is in."""

    CODE = "code"
    COMMENT = "comment"
    STRING = "string"


class Kind(StrEnum):
    """What a definition defines."""

    FUNCTION = "function"
    TYPE = "type"
    VALUE = "value"


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """One definition of a file."""

    name: str
    kind: Kind
    first_line: int
    """Its line, from 0, when the file was read."""
    text: str
    """Without the lines that its head does not need; no newline at its end."""
    is_member: bool = False
    """Reached through an object or a type."""
    last_line: int | None = None
    """Inclusive; None where it was not asked for."""
    signature: str = ""
    """Its head in one line; empty where it was not asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinitionLimits:
    """How much of one file is looked at, and which of its definitions are left out."""

    min_name_chars: int = MIN_NAME_CHARS
    max_members: int = 40
    """Of one type: a class of a thousand methods must not displace the definitions after it."""
    max_definitions: int = 400
    max_nodes: int = 20_000
    """Visited in the file's tree."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SyntaxErrors:
    """The places of one text that do not fit its grammar."""

    n: int
    """Number of errors: unexpected text and missing tokens."""
    first_line: int | None = None
    """The line of the first error, from 0; None without errors."""
    n_bytes: int = 0
    """Bytes of unexpected text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NameUse:
    """How the token at one place of a syntax tree is used."""

    types: tuple[str, ...] = ()
    """Types of its node and of the nodes around it, at most three; none where nothing is known."""
    defines: bool = False
    """The place defines the name: a declaration, a parameter, the left side of an assignment."""
    scope: tuple[int, int] = (0, 1 << 30)
    """First and last line of what a definition here is visible in: a function, a class, a file."""
