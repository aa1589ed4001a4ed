"""What a question's model is shown after the user has removed parts of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from hotseat.conversation.context.items import AROUND_ID, SELECTION_ID, ItemKind, UsedItem
from hotseat.conversation.excerpt import SelectionInFile
from hotseat.session.chat.conversation_memory import Recollection
from hotseat.session.chat.question_context import Gathered


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What may go into the prompt beside the question and the conversation."""

    place: SelectionInFile | None
    recollection: Recollection
    gathered: Gathered


def without_parts(
    place: SelectionInFile | None, without: Collection[str]
) -> SelectionInFile | None:
    """Return the place without the parts with these ids; None if nothing of it is left."""
    if place is None:
        return None
    if AROUND_ID in without:
        place = replace(place, before=(), after=())
    if SELECTION_ID in without and place.selected:
        # What is around it is left only where it is more than a gap in the middle.
        return None
    return place if place.before or place.selected or place.after else None


def with_uri(items: Iterable[UsedItem], uri: str) -> tuple[UsedItem, ...]:
    """Return the items; the lines of the file that the question is about get its URI."""
    kinds = (ItemKind.SELECTION, ItemKind.FILE)
    return tuple(
        replace(item, uri=uri) if item.kind in kinds and not item.uri else item for item in items
    )
