"""One text that is parsed again and again: only the part that differs is parsed.

For questions about whole texts that come from one document in turn. Holds the last text only.
"""

from __future__ import annotations

from collections.abc import Sequence

from hotseat.domain.syntax import NameUse
from hotseat.syntax.parsed_text import ParsedText


class FollowedText:
    """Answers for the text of each call, with the tree of the call before."""

    def __init__(self) -> None:
        self._text: ParsedText | None = None

    def uses(self, data: bytes, language: str, offsets: Sequence[int]) -> list[NameUse] | None:
        """Return how the tokens at some offsets are used; None without a tree."""
        text = self._text
        if text is None or text.language != language:
            text = self._text = ParsedText(data, language)
        elif text.data != data:
            start, old_end, new_end = changed_bytes(text.data, data)
            text.replace(start, old_end, data[start:new_end])
        return text.uses(offsets)


def changed_bytes(old: bytes, new: bytes) -> tuple[int, int, int]:
    """Return start, end in the old and end in the new text of the part that differs.

    The borders are not in the middle of a utf-8 sequence.
    """
    start = _common(old, new)
    while start > 0 and start < len(new) and new[start] & 0xC0 == 0x80:
        start -= 1
    end = _common(old[start:][::-1], new[start:][::-1])
    while end > 0 and new[len(new) - end] & 0xC0 == 0x80:
        end -= 1
    return start, len(old) - end, len(new) - end


def _common(a: bytes, b: bytes) -> int:
    """Return the length of the common beginning: by halves, as comparing bytes is fast in C."""
    low, high = 0, min(len(a), len(b))
    while low < high:
        middle = (low + high + 1) // 2
        if a[low:middle] == b[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
