"""A request for snippets of other open files, for one prompt."""

from __future__ import annotations

from dataclasses import dataclass

from hotseat.documents.store import Document
from hotseat.documents.truncation import cut_lines


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextQuery:
    """The cursor's line, the lines of its document that the prompt holds, and the room for
    snippets."""

    document: Document
    language: str | None
    line: int
    first_line: int
    last_line: int
    n_tokens: int
    """At most, estimated; the same from key to key."""

    @property
    def uri(self) -> str:
        return self.document.uri

    def lines_above(self, n: int) -> list[str]:
        """Return up to `n` lines above the cursor's, cut to a bounded length."""
        buffer = self.document.buffer
        stop = min(self.line, buffer.n_lines)
        return cut_lines([buffer.line(i) for i in range(max(0, stop - n), stop)])

    def lines_in_prompt(self) -> set[str]:
        """Return the lines that the prompt holds, without the white space around them."""
        buffer = self.document.buffer
        stop = min(self.last_line + 1, buffer.n_lines)
        return {buffer.line(i).strip() for i in range(self.first_line, stop)}

    def overlaps(self, first_line: int, last_line: int) -> bool:
        """Return whether the prompt holds one of those lines."""
        return first_line <= self.last_line and last_line >= self.first_line
