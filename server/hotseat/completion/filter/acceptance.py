"""What a user does with a suggestion on the screen, inferred from the edits that follow.

LSP reports to a server neither that a suggestion was accepted in part nor that it was dismissed;
only the document's changes show it. Owns that inference, for one suggestion. Editors describe one
and the same change in different ways: exactly (VS Code), as the difference of two texts, which may
lie after the place where something was inserted (Neovim), by whole lines, or as the whole document.
So what is not clear from the changes is read from the text that they left.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from hotseat.documents.shift import end_of, newlines, ordered, shifted
from hotseat.domain.text import Position, PositionEncoding, Range

Look = Callable[[Position, int], tuple[str, str]]
"""The text of the line before a position, and that many characters after it."""

BURST_KEYS = 3
"""So many keys of a fast typist may come as one edit: some editors send edits every 150 ms."""
_AFTER_CHARS = 200
_SLACK_CHARS = 64
_END = "\0"
"""Stands after the end of the document."""
_PAIRS = {"(": ")", "[": "]", "{": "}", '"': '"', "'": "'", "`": "`"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A suggestion on the screen, and how much of it stands in the document by now."""

    uri: str
    text: str
    """With "\\n" as the only line ending."""
    origin: Position
    """Where it begins; moves with edits before it."""
    line_before: str
    line_after: str
    """What stood after the cursor: the rest of its line, and the line below."""
    visible: bool = True
    """False for one that was hidden: followed all the same, to see whether it was right."""
    n_done: int = 0
    """Characters of it that are in the document."""
    n_taken: int = 0
    """Of these, by accepting; the others were typed."""
    closers: str = ""
    """The end of the text, where the editor itself put it after the cursor: `)` after `(`."""

    @property
    def rest(self) -> str:
        """What is still offered."""
        return self.text[self.n_done :]

    @property
    def n_typed(self) -> int:
        return self.n_done - self.n_taken

    @property
    def is_finished(self) -> bool:
        """All of it is in the document."""
        rest = self.rest.split()
        return not rest or (bool(self.closers) and rest == self.closers.split())

    def place(self, n_chars: int, encoding: PositionEncoding) -> Position:
        """Where its first `n_chars` characters end."""
        return end_of(self.origin, self.text[:n_chars], encoding)


def offer(*, uri: str, text: str, position: Position, look: Look, visible: bool = True) -> Offer:
    """A suggestion as it is shown at `position`."""
    before, after = _around(look, position, _AFTER_CHARS)
    lines = after.split("\n", 2)
    return Offer(
        uri=uri,
        text=newlines(text),
        origin=position,
        line_before=before,
        # A third line is not compared, but the end of the second is.
        line_after="\n".join(lines[:2]) + ("\n" if len(lines) > 2 else ""),
        visible=visible,
    )


def follow(
    offer: Offer,
    changes: Sequence[tuple[Range | None, str]],
    *,
    encoding: PositionEncoding,
    look: Look,
    is_typing: bool = False,
) -> Offer | None:
    """The offer after one notification's changes, in order; None when they dismissed it.

    `look` reads the document as the changes left it. `is_typing`: the user typed some of it just
    before, so that a few letters more are typed as well.
    """
    n_most = BURST_KEYS if is_typing else 1
    n_before, begun_at = offer.n_done, offer.origin
    unclear = missed = False
    for range_, text in changes:
        if range_ is None:
            unclear = True
            continue
        start, end = ordered(range_)
        anchor = offer.place(offer.n_done, encoding)
        if start == end == anchor:
            if (step := _inserted(offer, newlines(text), n_most)) is None:
                unclear = missed = True
            else:
                offer = step
        elif end < offer.origin:
            origin = shifted(offer.origin, end, end_of(start, text, encoding))
            offer = replace(offer, origin=origin)
        elif start.line <= anchor.line + offer.rest.count("\n"):
            unclear = True
    if not unclear:
        return offer
    if offer.n_done > n_before and not missed and _stands(offer, look):
        return offer  # several cursors: the others changed what stands around
    stuck_at = n_before if missed else None
    found = _compared(offer, look, n_most, stuck_at)
    if found is None and offer.origin != begun_at:
        # A completion item's edit: the word before the cursor goes, and comes back with the offer.
        found = _compared(replace(offer, origin=begun_at), look, n_most, stuck_at)
    return found


def _inserted(offer: Offer, inserted: str, n_most: int) -> Offer | None:
    """After an insertion exactly where the rest would go; None if it is something else."""
    n = _n_common(offer.rest, inserted)
    if not _closes(offer.text[: offer.n_done + n], inserted[n:]):
        return None
    return _advanced(offer, offer.n_done + n, inserted[n:], n_most)


def _stands(offer: Offer, look: Look) -> bool:
    done = offer.text[: offer.n_done]
    return _around(look, offer.origin, 2 * len(done) + 1)[1].startswith(done)


def _compared(offer: Offer, look: Look, n_most: int, stuck_at: int | None) -> Offer | None:
    """How much of the offer the document has now, whatever the changes looked like. None if that is
    `stuck_at`, characters that it had before something else was inserted."""
    n_chars = len(offer.text) + len(offer.line_after) + _SLACK_CHARS
    before, after = _around(look, offer.origin, n_chars)
    if before != offer.line_before:
        return None
    for n in range(_n_common(offer.text, after), -1, -1):
        if (added := _added(offer.text[:n], after[n:], offer.line_after)) is not None:
            # What was inserted is none of the offer, and reads like what it stands before.
            return None if n == stuck_at else _advanced(offer, n, added, n_most)
    return None


def _advanced(offer: Offer, n_done: int, added: str, n_most: int) -> Offer:
    """`n_most` characters may be typed at once."""
    if n_done < offer.n_done:  # taken back
        return replace(offer, n_done=n_done, n_taken=min(offer.n_taken, n_done))
    n = n_done - offer.n_done
    n_taken = n if offer.visible and n > n_most and _is_taken(offer.rest, n) else 0
    closers = added.strip() or offer.closers
    return replace(offer, n_done=n_done, n_taken=offer.n_taken + n_taken, closers=closers)


def _is_taken(rest: str, n: int) -> bool:
    """Accepted in one go, up to the end or the border of a word, and no single key does that."""
    piece = rest[:n]
    if not piece.strip():  # Enter indents, Tab makes spaces
        return False
    if n == 2 and _PAIRS.get(piece[0]) == piece[1]:  # a bracket with its closing one
        return False
    return n == len(rest) or not (_is_word(rest[n - 1]) and _is_word(rest[n]))


def _added(done: str, after: str, line_after: str) -> str | None:
    """What stands between the offer's part and what stood after it: nothing, or what the editor
    closed by itself. None for anything else."""
    if after.startswith(line_after):
        return ""
    for n in range(1, min(len(after), _SLACK_CHARS) + 1):
        if not (after[n - 1].isspace() or after[n - 1] in _PAIRS.values()):
            return None
        if after.startswith(line_after, n) and _closes(done, after[:n]):
            return after[:n]
    return None


def _closes(done: str, added: str) -> bool:
    """Nothing, or what closes the innermost brackets and quotes that `done` leaves open."""
    if not added:
        return True
    if len(added) > _SLACK_CHARS:  # a paste, which may be a whole file
        return False
    closing = "".join(added.split())
    opened: list[str] = []
    for char in done:
        if opened and char == _PAIRS[opened[-1]]:
            opened.pop()
        elif char in _PAIRS:
            opened.append(char)
    wanted = "".join(_PAIRS[char] for char in reversed(opened))
    return closing != "" and wanted.startswith(closing)


def _around(look: Look, position: Position, n_chars: int) -> tuple[str, str]:
    before, after = look(position, n_chars)
    return before, newlines(after) + (_END if len(after) < n_chars else "")


def _n_common(a: str, b: str) -> int:
    n = 0
    for x, y in zip(a, b, strict=False):
        if x != y:
            break
        n += 1
    return n


def _is_word(char: str) -> bool:
    return char.isalnum() or char == "_"
