"""The question as a model gets it: system text, the conversation so far, the code, the question.

Owns what has to give way where the model's context is short: the oldest turns go first, then what
stands around the selection, then the selection's end. The question itself is never cut.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hotseat.conversation.excerpt import Excerpt, Place, cut, size_of
from hotseat.conversation.turns import Turn
from hotseat.domain.errors import HotseatError

Message = tuple[str, str]
"""Role (`system`, `user`, `assistant`) and text."""

SYSTEM = (
    "You help a programmer in an editor. Answer the question briefly and correctly, in Markdown; "
    "code goes into fenced blocks that name their language. Keep to the code that you are shown; "
    "if it is not enough to tell, say what is missing."
)
MESSAGE_BYTES = 32
"""What a chat template writes around one message."""
HISTORY_SHARE = 0.4
"""Of what the question leaves, at most: the code is what is asked about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    messages: tuple[Message, ...]
    shown: tuple[int, int] | None = None
    """Lines of the file that are in it: the first, and the one behind the last."""


def write_question(
    question: str,
    *,
    place: Place | None,
    turns: Sequence[Turn],
    persona: str | None,
    n_bytes: int,
) -> Written:
    """For a model that reads `n_bytes` of text. `persona` is the expert's own system text.

    Raises HotseatError when the question alone is longer.
    """
    system = system_text(persona, SYSTEM)
    left = n_bytes - size_of((system, question)) - 2 * MESSAGE_BYTES
    if left < 0:
        raise HotseatError(
            "The question is longer than the model's context",
            hint="Ask less at once, or give the model a larger `num_ctx` in experts.yaml",
        )
    selection = min(size_of(place.selected), left) if place is not None else 0
    share = left if place is None else int((left - selection) * HISTORY_SHARE)
    history, n_used = _history(turns, share)
    code, shown = "", None
    if place is not None:
        excerpt = cut(place, left - n_used - size_of(_titles(place)))
        code, shown = code_text(excerpt), excerpt.shown
    return Written(
        messages=(("system", system), *history, ("user", f"{code}{question}")), shown=shown
    )


def system_text(persona: str | None, text: str) -> str:
    return f"{persona.strip()}\n\n{text}" if persona else text


def code_text(excerpt: Excerpt) -> str:
    """The excerpt in fenced blocks; empty, or with an empty line behind it."""
    place, parts = excerpt.place, []
    if excerpt.around:
        last = excerpt.first_line + len(excerpt.around)
        title = f"{place.path}, lines {excerpt.first_line + 1} to {last}:"
        parts.append(f"{title}\n{fenced(excerpt.around, place.language)}\n\n")
    if excerpt.selected:
        title = f"{_SELECTED} {place.path}, from line {place.line + 1}:"
        parts.append(f"{title}\n{fenced(excerpt.selected, place.language)}\n\n")
    return "".join(parts)


def fenced(lines: Sequence[str], language: str | None) -> str:
    """With a fence that is longer than any in the text."""
    ticks = "```"
    while any(line.lstrip().startswith(ticks) for line in lines):
        ticks += "`"
    return "\n".join([f"{ticks}{language or ''}", *lines, ticks])


def as_raw(messages: Sequence[Message]) -> tuple[str, tuple[str, ...]]:
    """The same as a text that a base model goes on with, and where it has to stop."""
    parts = [text if role == "system" else f"{_HEADINGS[role]}\n{text}" for role, text in messages]
    stop = tuple(f"\n{heading}" for heading in _HEADINGS.values())
    return "\n\n".join([*parts, f"{_HEADINGS['assistant']}\n"]), stop


_SELECTED = "The question is about these lines of"
_HEADINGS = {"user": "### Question", "assistant": "### Answer"}


def _titles(place: Place) -> tuple[str, ...]:
    """As long as all that is written around an excerpt's code."""
    number, fences = "0" * 8, f"``````{place.language or ''}"
    around = f"{place.path}, lines {number} to {number}:\n{fences}\n\n\n"
    selected = f"{_SELECTED} {place.path}, from line {number}:\n{fences}\n\n\n"
    return (around, selected if place.selected else "")


def _history(turns: Sequence[Turn], n_bytes: int) -> tuple[list[Message], int]:
    """The newest turns that fit, whole, and their size."""
    messages: list[Message] = []
    used = 0
    for turn in reversed(turns):
        size = size_of((turn.question, turn.answer)) + 2 * MESSAGE_BYTES
        if used + size > n_bytes:
            break
        used += size
        messages[:0] = [("user", turn.question), ("assistant", turn.answer)]
    return messages, used
