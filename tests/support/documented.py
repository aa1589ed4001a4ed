"""The fenced blocks of the pages in docs/, and the commands in them."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from support.repository import REPOSITORY

PAGES = (
    REPOSITORY / "README.md",
    REPOSITORY / "CONTRIBUTING.md",
    *sorted((REPOSITORY / "docs").glob("*.md")),
    *sorted((REPOSITORY / "docs" / "develop").glob("*.md")),
)
COMMANDS, SESSION = "sh", "console"
"""Languages of fences: commands alone, and commands after `$` with what they printed."""
_BLOCK = re.compile(
    r"^(?: *<!-- (?P<mark>illustration: [^>]+?) -->\n\n)?"
    r" *```(?P<language>[^\n]*)\n(?P<text>.*?)^ *```",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    page: Path
    line: int
    """Of its first line in the page, from 1."""
    language: str
    text: str
    illustration: str
    """Why it does not run in a test; empty if it runs."""

    @property
    def name(self) -> str:
        return f"{self.page.relative_to(REPOSITORY).as_posix()}:{self.line}"

    @property
    def commands(self) -> list[str]:
        """Its lines without prompts, comments and what is printed."""
        lines = self.text.splitlines()
        if self.language == SESSION:
            lines = [line[2:] for line in lines if line.startswith("$ ")]
        elif self.language != COMMANDS:
            return []
        found = [re.sub(r"(^|\s+)# .*", "", line).rstrip() for line in lines]
        return [line for line in found if line]


def blocks(page: Path) -> Iterator[Block]:
    text = page.read_text("utf-8")
    for found in _BLOCK.finditer(text):
        yield Block(
            page=page,
            line=text.count("\n", 0, found.start("text")) + 1,
            language=found["language"],
            text=textwrap.dedent(found["text"]),
            illustration=(found["mark"] or "").removeprefix("illustration: "),
        )


def outside_fences(page: Path) -> str:
    """Return the text of a page without its fenced blocks."""
    return _BLOCK.sub("", page.read_text("utf-8"))


def command_blocks() -> list[Block]:
    return [block for page in PAGES for block in blocks(page) if block.commands]
