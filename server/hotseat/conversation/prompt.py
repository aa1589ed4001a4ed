"""The question as a model gets it: system text, the conversation so far, the code, the question.

Owns what is dropped when the model's context is short: first notes from earlier conversations,
other parts of the workspace and the oldest turns, then the code around the selection, then the end
of the selection. The question itself is never shortened.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hotseat.conversation.context.items import UsedItem
from hotseat.conversation.context.packing import PackedContext
from hotseat.conversation.context.shown_parts import shown_parts
from hotseat.conversation.excerpt import Excerpt, SelectionInFile, cut, size_of
from hotseat.conversation.memory.brief import Brief, Note
from hotseat.conversation.prompts import prompt_file
from hotseat.conversation.turns import Turn
from hotseat.domain.errors import HotseatError

Message = tuple[str, str]
"""Role (`system`, `user`, `assistant`) and text."""

MESSAGE_BYTES = 32
"""Estimated bytes that a chat template writes around one message."""
NOTES_SHARE = 0.2
"""Largest share for notes from earlier conversations of the bytes that question and selection
leave."""
HISTORY_SHARE = 0.4
"""Largest share for earlier turns of the bytes that the question leaves; code comes first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenPrompt:
    """The messages of a prompt."""

    messages: tuple[Message, ...]
    notes: tuple[Note, ...] = ()
    """What it holds of earlier conversations."""
    shown: tuple[int, int] | None = None
    """The lines of the file that the prompt shows: the first, and the end (exclusive)."""
    items: tuple[UsedItem, ...] = ()
    """Everything that is in it beside the question and the system text."""
    left_out: tuple[str, ...] = ()
    """Titles of parts of the context for which there was no room."""


def write_question(
    question: str,
    *,
    place: SelectionInFile | None,
    turns: Sequence[Turn],
    persona: str | None,
    n_bytes: int,
    notes: Callable[[int], Brief] = lambda _: Brief(),
    context: Callable[[int], PackedContext] = lambda _: PackedContext(),
    instruction: str = "",
) -> WrittenPrompt:
    """Return the prompt for a model that reads `n_bytes` of text.

    `persona` is the expert's own system text. `notes` returns the brief of earlier conversations in
    at most so many bytes; `context` gets the bytes that question, selection and brief leave, and
    returns other parts of the workspace. `instruction` is what this expert is asked beside the
    question. Raises HotseatError when the question alone is longer.
    """
    system = system_text(persona, prompt_file("question").text)
    if instruction:
        system = f"{system}\n\n{instruction}"
    left = n_bytes - size_of((system, question)) - 2 * MESSAGE_BYTES
    if left < 0:
        raise HotseatError(
            "The question is longer than the model's context",
            hint="Ask a shorter question, or give the model a larger `num_ctx` in experts.yaml",
        )
    selection = min(size_of(place.selected), left) if place is not None else 0
    brief = notes(int((left - selection) * NOTES_SHARE))
    quoted = f"{brief.text}\n\n" if brief.text else ""
    left -= size_of((quoted,))
    packed = context(max(0, left - selection))
    others = f"{packed.text}\n" if packed.text else ""
    left -= size_of((others,))
    share = left if place is None else int((left - selection) * HISTORY_SHARE)
    history, n_used = _history(turns, share)
    code, shown, excerpt = "", None, None
    if place is not None:
        excerpt = cut(place, left - n_used - size_of(_titles(place)))
        code, shown = code_text(excerpt), excerpt.shown
    return WrittenPrompt(
        messages=(("system", system), *history, ("user", f"{quoted}{others}{code}{question}")),
        notes=brief.notes,
        shown=shown,
        items=(
            *shown_parts(excerpt, n_turns=len(history) // 2, turns_bytes=n_used, brief=brief),
            *packed.items,
        ),
        left_out=packed.left_out,
    )


def system_text(persona: str | None, text: str) -> str:
    """Return the persona, if any, followed by `text`."""
    return f"{persona.strip()}\n\n{text}" if persona else text


def code_text(excerpt: Excerpt) -> str:
    """Return the excerpt in fenced blocks and an empty line; "" for an empty excerpt."""
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
    """Return the lines in a fence that is longer than any fence in the text."""
    ticks = "```"
    while any(line.lstrip().startswith(ticks) for line in lines):
        ticks += "`"
    return "\n".join([f"{ticks}{language or ''}", *lines, ticks])


def as_raw(messages: Sequence[Message]) -> tuple[str, tuple[str, ...]]:
    """Return the messages as one text for a base model, and the stop sequences."""
    parts = [text if role == "system" else f"{_HEADINGS[role]}\n{text}" for role, text in messages]
    stop = tuple(f"\n{heading}" for heading in _HEADINGS.values())
    return "\n\n".join([*parts, f"{_HEADINGS['assistant']}\n"]), stop


_SELECTED = "The question is about these lines of"
_HEADINGS = {"user": "### Question", "assistant": "### Answer"}


def _titles(place: SelectionInFile) -> tuple[str, ...]:
    """Return texts as long as everything that is written around an excerpt's code."""
    number, fences = "0" * 8, f"``````{place.language or ''}"
    around = f"{place.path}, lines {number} to {number}:\n{fences}\n\n\n"
    selected = f"{_SELECTED} {place.path}, from line {number}:\n{fences}\n\n\n"
    return (around, selected if place.selected else "")


def _history(turns: Sequence[Turn], n_bytes: int) -> tuple[list[Message], int]:
    """Return the newest turns that fit, as messages, and their size in bytes."""
    messages: list[Message] = []
    used = 0
    for turn in reversed(turns):
        size = size_of((turn.question, turn.answer)) + 2 * MESSAGE_BYTES
        if used + size > n_bytes:
            break
        used += size
        messages[:0] = [("user", turn.question), ("assistant", turn.answer)]
    return messages, used
