"""The text of an answer as it may be shown: without loops and without empty blocks of code.

Owns no state but that of one answer. `raw` is what the model has written so far.
"""

from __future__ import annotations

import re

from hotseat.conversation.loops import LoopWatch
from hotseat.conversation.repeated_units import without_repeats

LOOP_ENDING = "*The answer was stopped here, because it began to repeat itself.*"
EMPTY_ENDING = "*The model wrote no answer.*"
_OPENING = re.compile(r"[ \t]*(`{3,}|~{3,})[^`]*$")
_HELD_BACK = re.compile(r"[ \t]*(?:`{0,2}|~{0,2})")
"""The beginning of a line that may become a fence."""
_DANGLING = re.compile(r"(?:\n[ \t]*(?:[-*+>|]|#{1,6}|\d+[.)])|[\s,;，、；])$")
"""A bullet, a number or a comma after which nothing comes."""


class AnswerText:
    """One answer while it grows. `text` may be shown, and holds no loop once it `is_looping`.

    It does not grow while it may become a loop: some clients cannot take back what they show.
    """

    def __init__(self) -> None:
        self._raw = ""
        self._watch = LoopWatch()
        self.text = ""
        self.is_looping = False

    def add(self, chunk: str) -> None:
        """The model wrote `chunk`."""
        self._raw += chunk
        self._look(is_whole=False)

    def end(self) -> None:
        """The model will write no more."""
        if not self.is_looping:
            self._look(is_whole=True)

    def _look(self, *, is_whole: bool) -> None:
        repetition = self._watch.look(self._raw, is_whole=is_whole)
        if repetition is not None and repetition.is_loop:
            self.is_looping = True
            self.text = _cut(self._raw, repetition.end)
        elif repetition is None or is_whole:
            self.text = without_empty_blocks(self._raw, is_whole=is_whole)

    @property
    def ending(self) -> str:
        """The sentence that the user reads after the text of an answer that has ended; or empty."""
        if self.is_looping:
            return LOOP_ENDING
        return "" if self.text.strip() else EMPTY_ENDING


def without_empty_blocks(raw: str, *, is_whole: bool) -> str:
    """Return `raw` without blocks of code that hold only blanks.

    An open block is held back until it holds something; if the answer `is_whole`, it is dropped.
    """
    last_line = raw.rfind("\n") + 1
    if not is_whole and _HELD_BACK.fullmatch(raw, last_line):
        raw = raw[:last_line]
    kept: list[str] = []
    fence = ""
    empty_block: list[str] = []
    """The lines of the open block while it is empty."""
    was_dropped = False
    for line in raw.splitlines(keepends=True):
        if not fence and (opening := _OPENING.match(line.rstrip("\r\n"))):
            fence, empty_block = opening[1], [line]
        elif fence and _closes(line, fence):
            was_dropped = bool(empty_block)
            kept += [] if was_dropped else [line]
            fence, empty_block = "", []
        elif empty_block and not line.strip():
            empty_block.append(line)
        elif line.strip() or not was_dropped or (kept and kept[-1].strip()):
            kept += [*empty_block, line]
            empty_block, was_dropped = [], False
    return "".join(kept)


def _cut(raw: str, end: int) -> str:
    """Return `raw` up to `end`, as a text that is complete."""
    text = without_empty_blocks(without_repeats(raw, end=end), is_whole=True)
    if fence := _open_fence(text):
        return f"{text.rstrip()}\n{fence}"
    while dangling := _DANGLING.search(text):
        text = text[: dangling.start()]
    return text


def _open_fence(text: str) -> str:
    """Return the fence of the block that is open at the end of `text`, or ""."""
    fence = ""
    for line in text.splitlines():
        if not fence and (opening := _OPENING.match(line)):
            fence = opening[1]
        elif fence and _closes(line, fence):
            fence = ""
    return fence


def _closes(line: str, fence: str) -> bool:
    text = line.strip()
    return text.startswith(fence) and not text.strip(fence[0])
