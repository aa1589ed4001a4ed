"""Lines of the document that a model writes again.

Owns the comparison of an answer's whole lines with the lines around the cursor: those after it, the
one above it, and the file's first ones.
"""

from __future__ import annotations

import re

from hotseat.completion.postprocess.line_or_block import first_line, indent_width, is_comment
from hotseat.completion.postprocess.repetition import LONG_CHARS, SHORT_CHARS

_NUMBERS = re.compile(r"(?=.*\d)(?:0[xX][0-9a-fA-F]+|[\W\d_])+$")


class DocumentRepeats:
    """Of one cursor. `prefix` is the text before it, `following` the lines after the cursor's.

    `quote` is what would close the string or comment that the cursor is in; with `is_in_text` that
    may have many lines.
    """

    def __init__(
        self,
        prefix: str,
        following: str,
        language: str | None,
        *,
        quote: str = "",
        is_in_text: bool = False,
    ) -> None:
        above, _, self._prefix_line = prefix.rpartition("\n")
        self._on_blank_line = not self._prefix_line.strip()
        self._quote, self._is_in_text = quote, is_in_text
        self._following = _first_code_line(following, language)
        self._comments_after = _first_comments(following, language)
        above = above.strip()
        self._line_above = above[above.rfind("\n") + 1 :].strip()
        self._top = [x.strip() for x in prefix.split("\n", 9)[:9] if x.strip()][:2]
        first, newline, _ = above.partition("\n")
        self._first_line = first.strip() if newline else ""
        next_lines = [x.rstrip() for x in following.split("\n", 12)[:12] if x.strip()]
        self._next_lines = tuple(next_lines[:2])

    def is_from_top(self, lines: list[str]) -> bool:
        """Whether whole lines, the answer's first two, are the file's first two again."""
        bare = [line.strip() for line in lines if line.strip()]
        if len(bare) != 2 or len(self._top) < 2 or self._quote:
            return False
        first, second = self._top
        return len(first) > SHORT_CHARS and bare[0] == first and bare[1].startswith(second)

    def before_two(self, lines: list[str], line: str) -> int | None:
        """Return how many lines come before two whole lines, the last of `lines` and `line`, that
        are the document's next two; None if they are others."""
        if len(self._next_lines) < 2 or self._is_in_text or not line.strip():
            return None
        i = next((i for i in range(len(lines) - 1, -1, -1) if lines[i].strip()), None)
        if i is None:
            return None
        whole = (self._prefix_line + lines[i] if i == 0 else lines[i]).rstrip()
        return i if (whole, line.rstrip()) == self._next_lines else None

    def goes_on_alike(self, lines: list[str], *, complete: bool) -> bool | None:
        """Whether what follows the answer's first line, which the document has below the cursor's,
        is there too; None if that is not known yet."""
        following = next((line for line in lines if line.strip()), None)
        if following is None:
            return True if complete else None
        if len(self._next_lines) < 2 or self._next_lines[1].startswith(following.rstrip()):
            is_whole = complete or "\n".join(lines).lstrip().count("\n") > 0
            return True if is_whole else None
        return False

    def next_line(self, line: str, depth: int | None, *, first: bool) -> bool:
        """Whether the line, which is whole, is the document's next line again.

        In brackets, where short lines repeat, only a longer line counts.
        """
        if not line.strip():
            return False
        whole = (self._prefix_line + line if first else line).rstrip()
        if first and self._begins_again(whole):
            return True
        is_deeper = indent_width(whole) > indent_width(self._following)
        bare = whole.strip()
        if not bare or bare != self._following.strip() or (is_deeper and not first):
            return False
        # The user has chosen the indentation of a line that has text already.
        is_begun = first and not self._on_blank_line
        if is_begun and indent_width(whole) != indent_width(self._following):
            return False
        if self._is_in_text or _NUMBERS.match(bare):
            return False  # rows of a table are often alike
        if depth != 0:
            return depth is not None and len(bare) >= LONG_CHARS
        return not first or len(bare) > SHORT_CHARS

    def begins_next_line(self, line: str) -> bool:
        """Whether the answer's last line is the beginning of the document's next line, or of a
        comment before it: the answer was longer than the model may write, and ends anywhere."""
        bare = line.rstrip()
        if len(bare.strip()) < LONG_CHARS or self._is_in_text:
            return False
        following = (self._following, *self._comments_after)
        return any(x != bare and x.startswith(bare) for x in following)

    def without_next_comments(self, lines: list[str]) -> list[str]:
        """Return whole lines without the last ones that are comments of the document after the
        cursor, for an answer that goes on with the line below these."""
        n = len(lines)
        while n > 1 and (not lines[n - 1].strip() or lines[n - 1].rstrip() in self._comments_after):
            n -= 1
        return lines[:n] if any(line.strip() for line in lines[n:]) else lines

    def _begins_again(self, whole: str) -> bool:
        """Whether the first line is the one above again, or the file's first."""
        bare = whole.strip()
        if not self._on_blank_line or len(bare) < LONG_CHARS - 1 or self._quote:
            return False
        return bare in (self._line_above, self._first_line) and not _NUMBERS.match(bare)


def _first_comments(text: str, language: str | None) -> tuple[str, ...]:
    """Return the comments before the first line of code."""
    found = []
    for line in text.split("\n", 20)[:20]:
        if line.strip() and not is_comment(line, language):
            break
        if line.strip():
            found.append(line.rstrip())
    return tuple(found)


def _first_code_line(text: str, language: str | None) -> str:
    """Return the first line that is neither blank nor a comment; a comment where there is no
    other."""
    lines = [line for line in text.split("\n", 20)[:20] if line.strip()]
    code = (line for line in lines if not is_comment(line, language))
    return next(code, first_line(text)).rstrip()
