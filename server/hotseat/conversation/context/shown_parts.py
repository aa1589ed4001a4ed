"""The parts of a prompt that every question has, as items: the file, the conversation, memory."""

from __future__ import annotations

from hotseat.conversation.context.items import (
    AROUND_ID,
    CONVERSATION_ID,
    MEMORY_ID,
    SELECTION_ID,
    ItemKind,
    UsedItem,
)
from hotseat.conversation.excerpt import Excerpt, size_of
from hotseat.conversation.memory.brief import Brief


def shown_parts(
    excerpt: Excerpt | None, *, n_turns: int, turns_bytes: int, brief: Brief
) -> list[UsedItem]:
    """Return what is shown of the file, of the conversation and of earlier ones."""
    items = [] if excerpt is None else _of_file(excerpt)
    if n_turns:
        items.append(
            UsedItem(
                id=CONVERSATION_ID,
                kind=ItemKind.CONVERSATION,
                title="1 earlier answer" if n_turns == 1 else f"{n_turns} earlier answers",
                n_bytes=turns_bytes,
            )
        )
    if brief.notes:
        n = len(brief.notes)
        items.append(
            UsedItem(
                id=MEMORY_ID,
                kind=ItemKind.MEMORY,
                title="1 note" if n == 1 else f"{n} notes",
                n_bytes=size_of((brief.text,)),
            )
        )
    return items


def _of_file(excerpt: Excerpt) -> list[UsedItem]:
    """Return the selection, and the lines around it. A selection in its place is shown twice; its
    bytes there are not counted as those around it."""
    items: list[UsedItem] = []
    place, selected = excerpt.place, excerpt.selected
    if selected:
        items.append(
            UsedItem(
                id=SELECTION_ID,
                kind=ItemKind.SELECTION,
                title=_title(place.path, place.line, len(selected)),
                n_bytes=size_of(selected) * (2 if excerpt.around else 1),
                first_line=place.line,
                n_lines=len(selected),
                is_cut=len(selected) < len(place.selected),
            )
        )
    n_around = len(excerpt.around) - len(selected)
    if excerpt.around and n_around > 0:
        n_bytes = size_of(excerpt.around) - size_of(selected)
        items.append(
            UsedItem(
                id=AROUND_ID,
                kind=ItemKind.FILE,
                title=_title(place.path, excerpt.first_line, len(excerpt.around)),
                n_bytes=n_bytes,
                first_line=excerpt.first_line,
                n_lines=len(excerpt.around),
            )
        )
    return items


def _title(path: str, first_line: int, n_lines: int) -> str:
    if n_lines == 1:
        return f"{path}, line {first_line + 1}"
    return f"{path}, lines {first_line + 1} to {first_line + n_lines}"
