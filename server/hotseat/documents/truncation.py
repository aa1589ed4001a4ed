"""Cutting text to a size.

Owns the arithmetic of bytes, and where a text may be cut: between lines, or between words, so that
half of a secret is never taken for a name.
"""

from __future__ import annotations

from collections.abc import Sequence

MAX_LINE_CHARS = 300
"""The longest part of a line that is read or shown: a minified file is one line of megabytes."""


def size_bytes(text: str) -> int:
    """Return the size in utf-8."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def cut_line(line: str, max_chars: int = MAX_LINE_CHARS) -> str:
    """Return the words of a line that fit, without white space after them."""
    if len(line) <= max_chars:
        return line.rstrip()
    head = line[: max_chars + 1]
    if not head[-1].isspace():  # a word goes on after it
        words = head.rsplit(None, 1)
        head = head[: len(head) - len(words[-1])] if len(words) > 1 else ""
    return head.rstrip()


def cut_text(text: str, max_chars: int) -> str:
    """Return the lines that fit; if the first line does not, its words that do."""
    if len(text) <= max_chars:
        return text
    end = text.rfind("\n", 0, max_chars + 1)
    return text[:end].rstrip() if end > 0 else cut_line(text, max_chars)


def cut_lines(lines: Sequence[str]) -> list[str]:
    """Return the lines, each cut to a bounded length."""
    return [cut_line(line) for line in lines]


def joined(lines: Sequence[str]) -> str:
    """Return the lines as one text, without blank ones at either end."""
    return "\n".join(cut_lines(lines)).strip("\n")
