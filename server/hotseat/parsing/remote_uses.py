"""How names of a document are used, asked of the process that parses."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

from hotseat.domain.syntax import NameUse
from hotseat.syntax.grammars import LANGUAGES

if TYPE_CHECKING:
    from hotseat.parsing.parser import Parser

MAX_TEXT_CHARS = 300_000
"""A longer text is not sent: its first parse would keep the worker from others' questions."""
START_S = 2.0
WITHIN_S = 1.0
"""The longest waits, for the worker's start and for its answer: no key waits for them. The first
parse of a text of the longest kind takes a tenth of it on an idle machine."""


class RemoteUses:
    """Asks `parser`. A text that ended the parser is not asked about again while it is the same."""

    def __init__(self, parser: Parser) -> None:
        self._parser = parser
        self._refused: str | None = None

    async def __call__(
        self, text: str, language: str | None, places: Sequence[tuple[int, int]]
    ) -> list[NameUse] | None:
        """Return how the tokens at lines and columns (in code points) are used.

        `text` has lines that end with a line feed. None without a grammar, for a text that is not
        parsed, and where the answer does not come in time.
        """
        if language not in LANGUAGES or not places or len(text) > MAX_TEXT_CHARS:
            return None
        if text == self._refused:
            return None

        def failed(_: object) -> None:
            self._refused = text

        await self._parser.started(START_S)
        arguments = text.encode("utf-8", "replace"), language, offsets_of(text, places)
        answer = await self._parser.answer("uses", arguments, failed=failed, within_s=WITHIN_S)
        return uses_of(answer.value, len(places)) if answer is not None else None


def offsets_of(text: str, places: Sequence[tuple[int, int]]) -> list[int]:
    """Return the offset in utf-8 of each place."""
    lines = text.split("\n")
    if text.isascii():
        starts = [0, *accumulate(map(len, lines))]
        return [starts[line] + line + column for line, column in places]
    starts = [0, *accumulate(len(line.encode("utf-8", "replace")) for line in lines)]
    return [
        starts[line] + line + len(lines[line][:column].encode("utf-8", "replace"))
        for line, column in places
    ]


def uses_of(value: object, n: int) -> list[NameUse] | None:
    """Return the values that the worker's answer holds; None for none, or for a wrong shape."""
    if not isinstance(value, list) or len(value) != n:
        return None
    found = []
    for one in value:
        match one:
            case [list(types), bool(defines), int(first), int(last)]:
                found.append(
                    NameUse(types=tuple(map(str, types)), defines=defines, scope=(first, last))
                )
            case _:
                return None
    return found
