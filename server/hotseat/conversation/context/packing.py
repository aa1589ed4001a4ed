"""Which parts of a context go into a prompt, and how they are written there.

Pure. The parts come in the order of what counts most; each takes what is left, and a part that does
not fit is cut to its first lines, or left out if too little would remain.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from hotseat.conversation.context.items import Candidate, ItemKind, UsedItem
from hotseat.conversation.excerpt import size_of

SHARE = 0.5
"""Largest share of the bytes that question and selection leave: the rest is for the lines around
the selection and the conversation."""
NAMED_SHARE = 0.75
"""The same where the question names a file or symbol with an @: it is mostly about that."""
MAX_ITEM_SHARE = 0.6
"""Of the room for all parts: one long file must not displace the others, unless it is the only one.
"""
MIN_TEXT_BYTES = 60
"""A part that would be cut to less is left out."""
HEADING = "Also from this workspace:"
_ORDER = {ItemKind.DIAGNOSTICS: 1, ItemKind.SYMBOL: 2, ItemKind.EDIT: 3}
"""After what is named with an @."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedContext:
    """The text for the prompt, "" if there is none, and what is in it."""

    text: str = ""
    items: tuple[UsedItem, ...] = ()
    left_out: tuple[str, ...] = ()
    """Titles of parts for which there was no room."""


def by_priority(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Return the candidates, the most important first, each id once: what the question names with
    an @, diagnostics, symbols in the question and the selection, recent edits. Within these the
    order stays."""
    once: dict[str, Candidate] = {}
    for candidate in candidates:
        once.setdefault(candidate.id, candidate)
    return sorted(once.values(), key=lambda one: 0 if one.is_named else _ORDER.get(one.kind, 4))


def pack(
    candidates: Sequence[Candidate],
    n_bytes: int,
    *,
    fenced: Callable[[Sequence[str], str | None], str],
) -> PackedContext:
    """Return the parts that fit into `n_bytes` of utf-8, in the order given.

    `fenced` writes lines in a language as a block of code.
    """
    left = n_bytes - size_of((HEADING,))
    most = left if len(candidates) == 1 else int(left * MAX_ITEM_SHARE)
    texts: list[str] = []
    used: list[UsedItem] = []
    left_out: list[str] = []
    for candidate in candidates:
        written = _written(candidate, min(left, most), fenced)
        if written is None:
            left_out.append(candidate.title)
            continue
        text, item = written
        left -= item.n_bytes
        texts.append(text)
        used.append(item)
    text = "\n".join([HEADING, *texts]) + "\n" if texts else ""
    return PackedContext(text=text, items=tuple(used), left_out=tuple(left_out))


def _written(
    candidate: Candidate, n_bytes: int, fenced: Callable[[Sequence[str], str | None], str]
) -> tuple[str, UsedItem] | None:
    """Return the text of a part with its heading, at most `n_bytes`; None if too little fits."""
    lines = candidate.text.split("\n")
    is_code = candidate.kind is not ItemKind.DIAGNOSTICS

    def write(n: int) -> str:
        shown = lines[:n]
        body = fenced(shown, candidate.language) if is_code else "\n".join(shown)
        return f"\n{candidate.title}:\n{body}"

    empty = size_of((write(0),))
    room, n_fitting = n_bytes - empty, 0
    for line in lines:
        room -= size_of((line,))
        if room < 0:
            break
        n_fitting += 1
    while n_fitting and size_of((write(n_fitting),)) > n_bytes:
        n_fitting -= 1  # a longer fence was needed
    is_cut = n_fitting < len(lines)
    if not n_fitting or (is_cut and size_of(lines[:n_fitting]) < MIN_TEXT_BYTES):
        return None
    text = write(n_fitting)
    item = UsedItem(
        id=candidate.id,
        kind=candidate.kind,
        title=candidate.title,
        n_bytes=size_of((text,)),
        uri=candidate.uri,
        first_line=candidate.first_line,
        n_lines=n_fitting if candidate.uri and candidate.n_lines else 0,
        is_cut=is_cut,
    )
    return text, item
