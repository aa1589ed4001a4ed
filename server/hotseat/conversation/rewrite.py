"""An edit by a model: what it is asked, and its answer as lines that may take the old ones' place.

Owns what makes an answer unfit. Knows no document: lines come and go without their ends.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from hotseat.conversation.excerpt import Place, cut, size_of
from hotseat.conversation.prompt import MESSAGE_BYTES, Message, fenced, system_text
from hotseat.documents.parse_once import parse_once
from hotseat.domain.errors import HotseatError
from hotseat.languages.errors import n_errors

if TYPE_CHECKING:
    from tree_sitter import Language, Node

SYSTEM = (
    "You change code in an editor. Answer with the new text of the given lines and nothing else: "
    "all of these lines, changed as asked, in one fenced block. Keep everything else as it is. "
    "Do not repeat the code around them."
)
_FENCE = re.compile(r"^[ \t]*(`{3,}|~{3,})", re.MULTILINE)
_LEAD = re.compile(r"[ \t]*")
_MIN_TELLING_CHARS = 4
"""A line of fewer says nothing of where it comes from: `}`, `end`."""


class Unfit(Exception):
    """Why an answer cannot be used, in words that the model and the person can follow."""


def write_edit(
    instruction: str,
    *,
    place: Place,
    persona: str | None,
    tried: Sequence[Message],
    n_bytes: int,
) -> tuple[Message, ...]:
    """`tried` is an answer that would not do, and why. The lines to change are never cut: raises
    HotseatError where they do not fit."""
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
    return (("system", system), ("user", f"{_around(place, left)}{request}"), *tried)


def objection(problem: Unfit) -> str:
    """What the model is told of its first answer."""
    return f"That cannot be used: {problem}. Answer again with all of the new lines, in one block."


def code_in(answer: str) -> list[str]:
    """The lines of the first fenced block, or of all of it where there is none. Raises Unfit."""
    text = answer.replace("\r\n", "\n").replace("\r", "\n")
    if (opened := _FENCE.search(text)) is None:
        return _trimmed(text.split("\n"))
    fence = opened[1]
    lines = text[opened.end() :].split("\n")[1:]
    for i, line in enumerate(lines):
        closing = line.strip()
        if closing.startswith(fence) and not closing.strip(fence[0]):
            return _trimmed(lines[:i])
    raise Unfit("the answer breaks off in the middle of the code")


def without_echo(new: Sequence[str], place: Place) -> list[str]:
    """Without lines that stand beside the selection anyway: models like to repeat them."""
    lines = list(new)
    head = _echoed(lines, place.before[::-1], place.selected)
    lines = lines[head:]
    tail = _echoed(lines[::-1], place.after, place.selected[::-1])
    return lines[: len(lines) - tail]


def indented_like(new: Sequence[str], old: Sequence[str]) -> list[str]:
    """`new` moved as a whole to where `old` stands."""
    base = _indent(old)
    if not new:
        return []
    rest = _indent(new[1:])
    if not _lead(new[0]) and rest and rest == _indent(old[1:]) and _lead(old[0]) == base:
        # It was cut before its first word: the other lines are where they belong.
        return [base + new[0], *new[1:]]
    n = len(_indent(new))
    return [base + line[n:] if line.strip() else "" for line in new]


def check(
    old: Sequence[str],
    new: Sequence[str],
    grammar: Language | None,
    *,
    is_over: Callable[[], bool] = lambda: False,
) -> None:
    """Compare whole texts, before and after. Raises Unfit if the new one has more syntax errors.

    `is_over` ends the check when its time is used up; then, and for a text that must not be parsed,
    it raises nothing.
    """
    if grammar is None:
        return
    trees = [
        parse_once("\n".join(lines).encode("utf-8", "replace"), grammar, is_over=is_over)
        for lines in (old, new)
    ]
    if trees[0] is None or trees[1] is None:
        return
    before, after = trees[0].root_node, trees[1].root_node
    if n_errors(after) <= n_errors(before):
        return
    row = _first_error(after)
    line = new[row].strip() if row < len(new) else ""
    raise Unfit(f"it does not parse at line {row + 1} of the file: `{line[:80]}`")


def _around(place: Place, n_bytes: int) -> str:
    """What stands before and behind the lines, as much of it as fits; for a model to look at."""
    titles = (f"{place.path}, before these lines:", f"{place.path}, behind these lines:")
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
    """Without empty lines at either end."""
    full = [i for i, line in enumerate(lines) if line.strip()]
    return list(lines[full[0] : full[-1] + 1]) if full else []


def _echoed(lines: Sequence[str], beside: Sequence[str], old: Sequence[str]) -> int:
    """How many of the first `lines` are the nearest of `beside`, which come nearest first."""
    near = [line.strip() for line in beside]
    for n in range(min(len(lines), len(near)), 0, -1):
        said = [line.strip() for line in lines[:n]]
        telling = any(len(line) >= _MIN_TELLING_CHARS for line in said)
        if telling and said == near[:n][::-1] and said != [line.strip() for line in old[:n]]:
            return n
    return 0


def _indent(lines: Sequence[str]) -> str:
    """What all lines begin with."""
    leads = [_lead(line) for line in lines if line.strip()]
    first, last = min(leads, default=""), max(leads, default="")
    n = next((i for i, char in enumerate(first) if char != last[i]), len(first))
    return first[:n]


def _lead(line: str) -> str:
    found = _LEAD.match(line)
    return found[0] if found else ""


def _first_error(root: Node) -> int:
    """Its row."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.is_error or node.is_missing:
            return node.start_point[0]
        waiting.extend(child for child in reversed(node.children) if child.has_error)
    return 0
