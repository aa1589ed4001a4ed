"""What a model for next edits is shown: the lines around the cursor, and the edits before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hotseat.next_edit.changes import Hunk

MAX_EDITS = 8
MAX_EDIT_LINES = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class EditContext:
    """Values of one request. Lines have no endings; line numbers count from 0."""

    path: str
    lines: Sequence[str]
    """The whole text."""
    original: Sequence[str]
    """The text before the edits."""
    edits: Sequence[Hunk]
    """The newest last; lines of the present text."""
    line: int
    column: int
    """Of the cursor, in code points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EditPrompt:
    """A request for the new text of lines [first_line, first_line + n_lines)."""

    prompt: str
    stop: tuple[str, ...]
    first_line: int
    n_lines: int
    max_tokens: int


def window(n_lines: int, line: int, above: int, below: int) -> tuple[int, int]:
    """Return first line and line after the window around a line."""
    return max(0, line - above), min(n_lines, line + below + 1)


def original_window(context: EditContext, first: int, stop: int) -> list[str]:
    """Return the lines [first, stop) as they were before the edits."""
    lines = list(context.lines)
    for hunk in sorted(context.edits, key=lambda one: one.first_line, reverse=True):
        end = hunk.first_line + len(hunk.new)
        if hunk.first_line >= first and end <= stop:
            lines[hunk.first_line : end] = hunk.old
            stop += len(hunk.old) - len(hunk.new)
    return lines[first:stop]


def recent(edits: Sequence[Hunk]) -> list[Hunk]:
    """Return the edits that go into a prompt, the oldest first."""
    short = [one for one in edits if max(len(one.old), len(one.new)) <= MAX_EDIT_LINES]
    return short[-MAX_EDITS:]


def defused(text: str, tokens: Sequence[str]) -> str:
    """Return the text with a space in each control token: to the model it would be an order."""
    for token in tokens:
        if token in text:
            text = text.replace(token, f"{token[0]} {token[1:]}")
    return text
