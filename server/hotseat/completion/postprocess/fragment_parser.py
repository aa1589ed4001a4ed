"""A piece of a document around the cursor that can be parsed by itself, with and without more text.

Owns where the piece begins and ends, and what is put around it: a piece out of the middle of a
function, a class or a list would be full of errors that no suggestion can help.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from enum import StrEnum

from hotseat.completion.postprocess.bracket_scanner import CLOSER_OF, OPENER_OF, Scan, Token, scan
from hotseat.completion.postprocess.end_of_statement import continues_statement
from hotseat.completion.postprocess.line_or_block import is_name
from hotseat.completion.postprocess.text_around import TextAround, near_text
from hotseat.documents.syntax import FragmentSyntax, NewFragment
from hotseat.domain.syntax import Place
from hotseat.languages.profile import BlockStyle
from hotseat.languages.profiles import profile_of

MIN_AFTER_CHARS, MAX_AFTER_CHARS = 600, 2400
"""The piece ends at a line between them; parsing takes about 20 µs for 100 characters."""
_PLACEHOLDERS = ("", "x", '"x"')
"""What a user could write almost anywhere: what parses badly with it does so without us."""
_TOO_MANY = 1_000_000
_QUOTES = ('"', "'")
_QUOTES_OF_LINES = ('"""', "'''", "`")
_TOP = re.compile(r"[^\W\d]|[@/#]")
_INNER_WORD = re.compile(
    r"(?:end|else|elseif|elsif|elif|fi|done|esac|then|do|rescue|ensure|when|until)\b"
)
"""Begins a line that goes on with or ends a block of words."""
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
        place: Place | None = None,
        around: TextAround | None = None,
    ) -> None:
        if region is Region.SCRIPT:
            prefix, suffix = _inside_script(prefix, suffix)
        around = around or TextAround(prefix, suffix, language, place)
        self._text = FragmentText(prefix, suffix, language, around, place)
        self._language = language
        self._new_fragment = new_fragment
        self._n_unavoidable: int | None = None
        self._piece = self._framed("", "")
        self._others: list[_Piece] = []

    async def settle(self) -> bool:
        """Find out what errors are there whatever is suggested, and what the piece is inside of.

        False if nothing can be found out: no parser answers.
        """
        if self._n_unavoidable is not None:
            return True
        best, others = self._framed("", ""), []
        fewest = await best.n_fewest()
        for opening, closing, closes_line in self._choices():
            if fewest == 0:
                break
            piece = self._framed(opening, closing, closes_line=closes_line)
            others.append(piece)
            if (n := await piece.n_fewest()) < fewest:
                fewest = n
                others[-1], best = best, piece
        self._piece, self._others, self._n_unavoidable = best, others, fewest
        return fewest < _TOO_MANY

    def _choices(self) -> Iterator[tuple[str, str, bool]]:
        """Yield what else the piece could be inside of, and whether its open brackets end with the
        cursor's line."""
        around = (("", ""), *profile_of(self._language).frames)
        if self._text.leaves_open:
            yield from ((opening, closing, True) for opening, closing in around)
        yield from ((opening, closing, False) for opening, closing in around[1:])

    async def takes(self, text: str, *, goes_on: bool = False) -> bool:
        """With `text` there are no more errors than there must be.

        `goes_on`: it is the beginning of an answer of which more lines belong here; then it may fit
        what is before the cursor alone. Call `settle` first.
        """
        assert self._n_unavoidable is not None
        n = await self._piece.n_errors_with(text)
        if n > 0 or self._text.opens_brackets(text):
            # Among errors, one bracket too many can hide another.
            fits = self._text.is_neutral(text) or self._text.fits(text)
            n = 0 if n <= self._n_unavoidable and fits else max(n, 1)
        if n > 0 and goes_on and self._text.is_beginning(text):
            pieces = (self._piece, *self._others)
            n = min([await piece.n_errors_before(text) for piece in pieces])
            n = 0 if n <= self._n_unavoidable else n
        if n > 0 and self._others and self._text.fits(text):
            # A header typed over a body: without it, another frame had fewer errors.
            n = await _fewest_errors(self._others, text)
        if n > 0 and self.is_sound and self._text.fits(text):
            # Statements can be parsed at the top of a file, but there not in all orders.
            n = await self._n_errors_in_frames(text)
        return n == 0

    async def _n_errors_in_frames(self, text: str) -> int:
        closes_line = self._piece.closes_line
        frames = profile_of(self._language).frames
        pieces = (self._framed(*frame, closes_line=closes_line) for frame in frames)
        return await _fewest_errors(pieces, text)

    @property
    def is_sound(self) -> bool:
        """There is a text that fits without an error."""
        return self._n_unavoidable == 0

    async def takes_alone(self, text: str) -> bool:
        """Whether `text` fits what is before the cursor."""
        return await self._piece.n_errors_before(text) == 0 and self._text.fits(text)

    def _framed(self, opening: str, closing: str, *, closes_line: bool = False) -> _Piece:
        def fragment(after: str) -> FragmentSyntax:
            return self._new_fragment(opening + self._text.before, after + closing, self._language)

        return _Piece(self._text, fragment, closes_line=closes_line)


async def _fewest_errors(pieces: Iterable[_Piece], text: str) -> int:
    """Return the fewest errors that any of the pieces has with `text`."""
    fewest = _TOO_MANY
    for piece in pieces:
        fewest = min(fewest, await piece.n_errors_with(text))
        if fewest == 0:
            break
    return fewest


class _Piece:
    """One choice of what is around the fragment. `closes_line`: a bracket that is open before the
    cursor, and that nothing after it closes, ends with the cursor's line."""

    def __init__(
        self,
        text: FragmentText,
        new_fragment: Callable[[str], FragmentSyntax],
        *,
        closes_line: bool,
    ) -> None:
        self.closes_line = closes_line
        self._text = text
        self._new_fragment = new_fragment
        self._fragments: dict[str, FragmentSyntax] = {}
        """By the text after the cursor."""

    async def n_errors_with(self, text: str) -> int:
        after = self._text.after(text, closes_line=self.closes_line)
        if after not in self._fragments:
            self._fragments[after] = self._new_fragment(after)
        n = await self._fragments[after].n_errors_with(text)
        return _TOO_MANY if n is None else n

    async def n_errors_before(self, text: str) -> int:
        """Errors without the text after the cursor."""
        fragment = self._new_fragment(self._text.closers(text))
        n = await fragment.n_errors_with(text)
        return _TOO_MANY if n is None else n

    async def n_fewest(self) -> int:
        """Errors that are there whatever is suggested."""
        fewest = _TOO_MANY
        # After a part of a name, a string is one with a prefix (`r`), or an error (`ra`).
        placeholders = _PLACEHOLDERS[:-1] if is_name(self._text.before[-1:]) else _PLACEHOLDERS
        for text in placeholders:
            fewest = min(fewest, await self.n_errors_with(text))
            if fewest == 0:
                break
        return fewest


class FragmentText:
    """The text before and after the cursor that belongs to one piece.

    What follows the cursor depends on the suggestion: brackets that are open after it are closed,
    and the piece ends before a bracket that nothing in it opens.
    """

    def __init__(
        self,
        prefix: str,
        suffix: str,
        language: str | None,
        around: TextAround,
        place: Place | None = None,
    ) -> None:
        self._language = language
        self._around = around
        self.before = _before(prefix, language, in_string=place is Place.STRING)
        found = scan(self.before, language, final=False)
        self._opened = found.opened
        self._quote = self._around.quote
        self._outer_quote = found.quote if place is Place.CODE and found.quote in _QUOTES else ""
        """What closes the string of one line that has the cursor in a `{}` of its own."""
        self._after = _after(suffix, language, self._quote)
        self._is_after_whole = len(self._after) == len(suffix)
        self._is_continued = continues_statement(suffix.partition("\n")[2], language)
        self._scans: dict[str, Scan] = {}
        """Of the text after the cursor, by the quote that is open before it."""

    def fits(self, text: str, *, goes_on: bool = False) -> bool:
        """Return whether the brackets close in order with a suggestion (`TextAround.fits`)."""
        return self._around.fits(text, goes_on=goes_on)

    def closers(self, text: str) -> str:
        """Return what closes the brackets and the string that are open after `text`."""
        opened, found = self._opened_after(text)
        return _closing_quote(found) + _closing([*opened, *found.opened])

    def is_neutral(self, text: str) -> bool:
        """Return whether `text` closes the brackets that it opens, and no others."""
        found = self._scan(text)
        return not found.opened and not found.unopened

    def opens_brackets(self, text: str) -> bool:
        """Return whether `text` leaves a bracket open: its closer may be meant for another."""
        found = self._scan(text)
        return bool(found.opened) and found.quote == self._quote

    def is_beginning(self, text: str) -> bool:
        """Return whether `text` may be the beginning of what belongs here.

        Then it is whole: it leaves no bracket and no string of its own open. Where its brackets
        close as they should, the document must not go on with the statement that it ends.
        """
        found = self._scan(text)
        if found.opened or found.quote not in ("", self._quote):
            return False
        return self.fits(text, goes_on=True) and not (self._is_continued and self.fits(text))

    @property
    def leaves_open(self) -> bool:
        """Whether nothing after the cursor closes a bracket that is open before it."""
        return len(self._opened) > len(self._following(self._quote).unopened)

    def _opened_after(self, text: str) -> tuple[list[Token], Scan]:
        """Return the brackets of the text before the cursor that are open after `text`, and the
        scan of `text`."""
        found = self._scan(text)
        opened = list(self._opened)
        for token in found.unopened:
            if opened and opened[-1].char == OPENER_OF[token.char]:
                opened.pop()
        return opened, found

    def _scan(self, text: str) -> Scan:
        return scan(text, self._language, quote=self._quote, final=False)

    def after(self, text: str, *, closes_line: bool = False) -> str:
        """Return what follows the suggestion `text` in the piece.

        Brackets that `text` itself leaves open are its own fault, unless what follows closes them.
        `closes_line`: the others are closed at the end of the cursor's line, not of the piece.
        """
        opened, found = self._opened_after(text)
        own = list(found.opened)
        following = self._following(found.quote)
        for token in following.unopened:
            if not (own or opened):
                return self._after[: token.start]
            (own or opened).pop()
        is_known = self._is_after_whole and found.quote != self._quote
        quote = "" if is_known else _closing_quote(following)
        own = [] if self._is_after_whole else own
        if closes_line and (opened or own) and not quote:
            rest, newline, below = self._after.partition("\n")
            closers = _closing([*opened, *own])
            return rest.rstrip() + closers.lstrip() + newline + below + _closing(following.opened)
        return self._after + quote + _closing([*opened, *own, *following.opened])

    def _following(self, quote: str) -> Scan:
        if quote not in self._scans:
            found = scan(self._after, self._language, quote=quote)
            self._scans[quote] = found if quote else self._in_outer_string(found)
        return self._scans[quote]

    def _in_outer_string(self, found: Scan) -> Scan:
        """Return the scan of what follows the `}` that leads back into the string around the
        cursor; `found`, that of all the text after the cursor, if there is none."""
        first = next(iter(found.unopened), None)
        if not self._outer_quote or first is None or first.char != "}":
            return found
        tail = scan(self._after[first.end :], self._language, quote=self._outer_quote)
        n = first.end
        unopened = [replace(t, start=t.start + n, end=t.end + n) for t in tail.unopened]
        return replace(tail, unopened=tuple(unopened))


def _closing_quote(found: Scan) -> str:
    """Return what closes a string or comment of several lines that is open at the end."""
    return found.quote if len(found.quote) > 1 or found.quote == "`" else ""


def _closing(opened: Sequence[Token]) -> str:
    closers = "".join(CLOSER_OF[token.char] for token in reversed(opened))
    return "\n" + closers if closers else ""


def _after(suffix: str, language: str | None, quote: str) -> str:
    """Return the text after the cursor, up to a line that ends in no string or comment."""
    if len(suffix) <= MIN_AFTER_CHARS:
        return suffix
    near = suffix[:MAX_AFTER_CHARS]
    found = scan(near, language, quote=quote, final=False)
    ends = [token for token in found.tokens if token.kind == "newline"]
    far = [token for token in ends if token.end >= MIN_AFTER_CHARS]
    chosen = next((token for token in far if _begins_top(near, token.end, language)), None)
    chosen = chosen or _after_statement(near, far, language) or (ends[-1] if ends else None)
    if chosen is not None:
        return near[: chosen.end]
    return suffix if len(suffix) <= MAX_AFTER_CHARS else near.rpartition("\n")[0]


def _begins_top(text: str, at: int, language: str | None) -> bool:
    """Whether a line that is not indented begins there, and does not end what is above it."""
    if _TOP.match(text, at) is None:
        return False
    has_words = profile_of(language).blocks is BlockStyle.END_KEYWORD
    return not has_words or _INNER_WORD.match(text, at) is None


def _after_statement(text: str, ends: list[Token], language: str | None) -> Token | None:
    """Return the first of these line ends in the fewest brackets, after a statement if there is
    one: to close brackets in the middle of one would be an error."""
    if not ends:
        return None
    depth = min(token.depth for token in ends)
    outer = [token for token in ends if token.depth == depth]
    if profile_of(language).blocks is not BlockStyle.BRACES:
        return outer[0]
    ended = (token for token in outer if text[: token.start].rstrip()[-1:] in (";", "{", "}"))
    return next(ended, outer[0])


def _before(prefix: str, language: str | None, *, in_string: bool) -> str:
    before = near_text(prefix)
    found = scan(before, language, final=False)
    if found.quote in _QUOTES_OF_LINES and len(before) < len(prefix) and not in_string:
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
