"""The parts of a question's context, as values that an answer lists and a user can remove."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ItemKind(StrEnum):
    """What a part of the context is."""

    SELECTION = "selection"
    FILE = "file"
    """Lines around the selection or the cursor, or a file that the question names."""
    SYMBOL = "symbol"
    DIAGNOSTICS = "diagnostics"
    EDIT = "edit"
    MEMORY = "memory"
    CONVERSATION = "conversation"


AROUND_ID = "file:around"
"""The id of the lines around the selection or the cursor."""
SELECTION_ID = "selection"
CONVERSATION_ID = "conversation"
MEMORY_ID = "memory"
"""The id of all that is recalled. A single note has `memory:turn:N` or `memory:fact:N`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A part that may be shown. Secrets in its text are masked.

    `id` is the same when the question is asked again, so that the part can be left out by it.
    """

    id: str
    kind: ItemKind
    title: str
    """A line for the user and the model: what it is, and where."""
    text: str
    language: str | None = None
    uri: str = ""
    first_line: int = 0
    """From 0. Of no meaning without a `uri`."""
    n_lines: int = 0
    is_named: bool = False
    """The question names it with an @."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedItem:
    """A part that is in the prompt."""

    id: str
    kind: ItemKind
    title: str
    n_bytes: int
    """Of utf-8 in the prompt, its heading included."""
    uri: str = ""
    first_line: int = 0
    n_lines: int = 0
    """Lines that are shown; 0 where it has none."""
    is_cut: bool = False
    """Only its beginning fits."""
