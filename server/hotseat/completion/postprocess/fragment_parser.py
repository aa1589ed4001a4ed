"""A piece of a document around the cursor that can be parsed by itself, with and without more text.

Owns where the piece begins and ends, and what is put around it: a piece out of the middle of a
function, a class or a list would be full of errors that no suggestion can help.
"""

from __future__ import annotations

import re
from enum import StrEnum

from hotseat.completion.postprocess.bracket_scanner import CLOSER_OF, scan
from hotseat.documents.syntax import FragmentSyntax, NewFragment
from hotseat.languages.profiles import profile_of

MAX_BEFORE_CHARS = 1200
MAX_AFTER_CHARS = 600
_PLACEHOLDERS = ("", "x", '"x"')
"""What a user could write almost anywhere: what parses badly with it does so without us."""
_TOO_MANY = 1_000_000
_QUOTES_OF_LINES = ('"""', "'''", "`")
_TOP = re.compile(r"[^\W\d]|[@/#]")
_TAG = re.compile(r"<(/?)(?:script|style)\b[^<>]*>", re.IGNORECASE)


class Region(StrEnum):
    """What the cursor's language is written in."""

    FILE = "file"
    """A file of that language."""
    SCRIPT = "script"
    """A `<script>` or a `<style>`, in an attribute perhaps, of a file of another language."""
    OTHER = "other"
    """Anything else: a string, a fenced block. Where it begins and ends is not known here."""


class Window:
    """The piece around the cursor, inside of whatever makes the fewest errors of it."""

    def __init__(
        self,
        prefix: str,
        suffix: str,
        language: str | None,
        new_fragment: NewFragment,
        *,
        region: Region = Region.FILE,
        in_string: bool = False,
    ) -> None:
        if region is Region.SCRIPT:
            prefix, suffix = _inside_script(prefix, suffix)
        self._language = language
        line = prefix[prefix.rfind("\n") + 1 :]
        self._n_opened = len(scan(line, language).opened)
        self._before, self._after = fragment(prefix, suffix, language, in_string=in_string)
        self._new_fragment = new_fragment
        self._n_unavoidable: int | None = None
        self._piece = self._framed("", "")

    async def settle(self) -> bool:
        """Find out what errors are there whatever is suggested, and what the piece is inside of.

        False if nothing can be found out: no parser answers.
        """
        if self._n_unavoidable is not None:
            return True
        fewest = await self._piece.n_fewest()
        for opening, closing in profile_of(self._language).frames:
            if fewest == 0:
                break
            piece = self._framed(opening, closing)
            if (n := await piece.n_fewest()) < fewest:
                fewest, self._piece = n, piece
        self._n_unavoidable = fewest
        return fewest < _TOO_MANY

    async def takes(self, text: str) -> bool:
        """With `text` there are no more errors than there must be. Call `settle` first."""
        assert self._n_unavoidable is not None
        n = await self._piece.n_errors_with(text)
        if n == 0 or n > self._n_unavoidable:
            return n == 0
        # Among errors, one bracket too many can hide another.
        found = scan(text, self._language)
        return not found.opened and len(found.unopened) <= self._n_opened

    def _framed(self, opening: str, closing: str) -> _Piece:
        return _Piece(
            self._new_fragment(opening + self._before, self._after + closing, self._language)
        )


class _Piece:
    """One choice of what is around the fragment."""

    def __init__(self, fragment: FragmentSyntax) -> None:
        self._fragment = fragment

    async def n_errors_with(self, text: str) -> int:
        n = await self._fragment.n_errors_with(text)
        return _TOO_MANY if n is None else n

    async def n_fewest(self) -> int:
        """Errors that are there whatever is suggested."""
        fewest = _TOO_MANY
        for text in _PLACEHOLDERS:
            fewest = min(fewest, await self.n_errors_with(text))
            if fewest == 0:
                break
        return fewest


def fragment(
    prefix: str, suffix: str, language: str | None, *, in_string: bool = False
) -> tuple[str, str]:
    """Return the text before and after the cursor that belongs to one piece: what it closes it
    opens, and what it opens is closed. `in_string`: the cursor is in one."""
    before = _before(prefix, language, in_string=in_string)
    opened = [token.char for token in scan(before, language).opened]
    after = suffix
    if len(suffix) > MAX_AFTER_CHARS:
        after = suffix[:MAX_AFTER_CHARS].rpartition("\n")[0]
    found = scan(after, language)
    for token in found.unopened:
        if not opened:
            return before, after[: token.start]
        opened.pop()
    opened += [token.char for token in found.opened]
    if not opened:
        return before, after
    return before, after + "\n" + "".join(CLOSER_OF[char] for char in reversed(opened))


def _before(prefix: str, language: str | None, *, in_string: bool) -> str:
    lines = prefix.split("\n")
    if len(prefix) > MAX_BEFORE_CHARS:
        lines = prefix[-MAX_BEFORE_CHARS:].split("\n")[1:] or [lines[-1][-MAX_BEFORE_CHARS:]]
        starts = [i for i, line in enumerate(lines[:-1]) if _TOP.match(line)]
        after_blank = [i for i in starts if i > 0 and not lines[i - 1].strip()]
        lines = lines[next(iter(after_blank or starts), 0) :]
    before = "\n".join(lines)
    found = scan(before, language, final=False)
    if found.quote in _QUOTES_OF_LINES and len(prefix) > MAX_BEFORE_CHARS and not in_string:
        # It began in a string: what looks like one string's end is another's beginning.
        before = before.partition(found.quote)[2]
        found = scan(before, language)
    return before[found.unopened[-1].end :] if found.unopened else before


def is_known(prefix: str, region: Region) -> bool:
    """Where the cursor's language begins is known, so that it can be parsed by itself."""
    return region is Region.FILE or (region is Region.SCRIPT and bool(_script_start(prefix)))


def _script_start(prefix: str) -> int:
    """Where the content of the `<script>` or `<style>` begins that the cursor is in; 0: in none."""
    last = None
    for found in _TAG.finditer(prefix):
        last = found
    return last.end() if last is not None and not last.group(1) else 0


def _inside_script(prefix: str, suffix: str) -> tuple[str, str]:
    """Without the tags around it, and what is beyond them."""
    closing = next((found for found in _TAG.finditer(suffix) if found.group(1)), None)
    suffix = suffix[: closing.start()] if closing else suffix
    return prefix[_script_start(prefix) :], suffix
