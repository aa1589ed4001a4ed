"""An edit by a model: the request, and the answer as lines that may replace the old ones.

Owns the reasons why an answer is unusable. Knows no document; lines have no line ends.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from hotseat.conversation.excerpt import SelectionInFile, cut, size_of
from hotseat.conversation.prompt import MESSAGE_BYTES, Message, fenced, system_text
from hotseat.domain.errors import HotseatError
from hotseat.domain.syntax import SyntaxErrors

SYSTEM = (
    "You change code in an editor. Answer with the new text of the given lines and nothing else: "
    "all of these lines, changed as asked, in one fenced block. Keep everything else as it is. "
    "Do not repeat the code around them."
)
_FENCE = re.compile(r"^[ \t]*(`{3,}|~{3,})", re.MULTILINE)
_LEAD = re.compile(r"[ \t]*")
_MIN_DISTINCT_CHARS = 4
"""Shorter lines (`}`, `end`) do not identify a place in a file."""


class UnusableAnswer(Exception):
    """An answer that cannot be used. The message is written for the model, `for_user` for the user.

    `is_final`: the same model, asked once more, would do no better.
    """

    def __init__(self, message: str, *, for_user: str, is_final: bool = False) -> None:
        super().__init__(message)
        self.for_user = for_user
        self.is_final = is_final


def write_edit(
    instruction: str,
    *,
    place: SelectionInFile,
    persona: str | None,
    tried: Sequence[Message],
    n_bytes: int,
) -> tuple[Message, ...]:
    """Return the messages that request an edit.

    `tried` holds an earlier answer that was unusable, and the reason. The lines to change are never
    shortened: raises HotseatError when they do not fit.
    """
    system = system_text(persona, SYSTEM)
    request = (
        f"These lines of {place.path} are to change:\n{fenced(place.selected, place.language)}\n\n"
        f"{instruction}"
    )
    used = size_of((system, request)) + sum(size_of((text,)) for _, text in tried)
    left = n_bytes - used - (2 + len(tried)) * MESSAGE_BYTES
    if left < 0:
        raise HotseatError(
            "The selection is longer than the model's context",
            hint="Select less, or give the model a larger `num_ctx` in experts.yaml",
        )
    return (("system", system), ("user", f"{around(place, left)}{request}"), *tried)


def objection(problem: UnusableAnswer) -> str:
    """Return the message with which the model is asked for a second answer."""
    return f"That cannot be used: {problem}. Answer again with all of the new lines, in one block."


def code_in(answer: str) -> list[str]:
    """Return the lines of the first fenced block, or of the whole answer if there is no block.

    Raises UnusableAnswer when the block is not closed.
    """
    text = answer.replace("\r\n", "\n").replace("\r", "\n")
    if not has_fence(text):
        return _trimmed(text.split("\n"))
    if (lines := _first_block(text)) is None:
        raise UnusableAnswer(
            "the answer breaks off in the middle of the code",
            for_user="the new code breaks off in the middle",
        )
    return _trimmed(lines)


def has_fence(answer: str) -> bool:
    """Return whether a block of code begins in the answer."""
    return _FENCE.search(answer) is not None


def has_complete_block(answer: str) -> bool:
    """Return whether the answer holds a block of code whose closing fence is a complete line."""
    return _first_block(answer[: answer.rfind("\n") + 1]) is not None


def _first_block(text: str) -> list[str] | None:
    """Return the lines of the first block of code; None if there is none, or it is not closed."""
    if (opened := _FENCE.search(text)) is None:
        return None
    fence = opened[1]
    lines = text[opened.end() :].split("\n")[1:]
    for i, line in enumerate(lines):
        closing = line.strip()
        if closing.startswith(fence) and not closing.strip(fence[0]):
            return lines[:i]
    return None


def without_echo(new: Sequence[str], place: SelectionInFile) -> list[str]:
    """Return `new` without the lines beside the selection that models like to repeat."""
    lines = list(new)
    head = _echoed(lines, place.before[::-1], place.selected)
    lines = lines[head:]
    tail = _echoed(lines[::-1], place.after, place.selected[::-1])
    return lines[: len(lines) - tail]


def indented_like(new: Sequence[str], old: Sequence[str]) -> list[str]:
    """Return `new`, moved as a whole to the indentation of `old`."""
    base = _indent(old)
    if not new:
        return []
    rest = _indent(new[1:])
    if not _lead(new[0]) and rest and rest == _indent(old[1:]) and _lead(old[0]) == base:
        # The first line lost its indentation; the other lines are already in place.
        return [base + new[0], *new[1:]]
    n = len(_indent(new))
    return [base + line[n:] if line.strip() else "" for line in new]


def check(
    before: SyntaxErrors | None,
    after: SyntaxErrors | None,
    new: Sequence[str],
    *,
    first_line: int = 0,
) -> None:
    """Compare the errors of two texts. Raises UnusableAnswer if the later one, `new`, has more.

    None for a text that was not parsed: then it raises nothing. `first_line` is the line of the
    file, from 0, at which both begin.
    """
    if before is None or after is None or after.n <= before.n:
        return
    row = after.first_line or 0
    line = new[row].strip() if row < len(new) else ""
    n = first_line + row + 1
    raise UnusableAnswer(
        f"it does not parse at line {n} of the file: `{line[:80]}`",
        for_user="the new code has a syntax error",
    )


def around(place: SelectionInFile, n_bytes: int) -> str:
    """Return the lines before and after the selection, as many as fit, as context for the model."""
    titles = (f"{place.path}, before these lines:", f"{place.path}, after these lines:")
    n_bytes -= size_of(titles) + 2 * size_of(("``````", place.language or "", "", ""))
    n_selected = len(place.selected)
    excerpt = cut(place, max(0, n_bytes) + 2 * size_of(place.selected))
    n_before = place.line - excerpt.first_line
    before, after = excerpt.around[:n_before], excerpt.around[n_before + n_selected :]
    return "".join(
        f"{title}\n{fenced(lines, place.language)}\n\n"
        for title, lines in zip(titles, (before, after), strict=True)
        if any(line.strip() for line in lines)
    )


def _trimmed(lines: Sequence[str]) -> list[str]:
    """Return the lines without empty lines at either end."""
    full = [i for i, line in enumerate(lines) if line.strip()]
    return list(lines[full[0] : full[-1] + 1]) if full else []


def _echoed(lines: Sequence[str], beside: Sequence[str], old: Sequence[str]) -> int:
    """Return how many of the first `lines` repeat the nearest lines of `beside` (nearest first)."""
    near = [line.strip() for line in beside]
    for n in range(min(len(lines), len(near)), 0, -1):
        echoed = [line.strip() for line in lines[:n]]
        is_distinct = any(len(line) >= _MIN_DISTINCT_CHARS for line in echoed)
        if (
            is_distinct
            and echoed == near[:n][::-1]
            and echoed != [line.strip() for line in old[:n]]
        ):
            return n
    return 0


def _indent(lines: Sequence[str]) -> str:
    """Return the white space that all non-empty lines begin with."""
    leads = [_lead(line) for line in lines if line.strip()]
    first, last = min(leads, default=""), max(leads, default="")
    n = next((i for i, char in enumerate(first) if char != last[i]), len(first))
    return first[:n]


def _lead(line: str) -> str:
    found = _LEAD.match(line)
    return found[0] if found else ""
