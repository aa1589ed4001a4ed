"""Where a suggestion meets the text after the cursor.

Owns brackets, quotes and the rest of the cursor's line: `foo(‸)` completed with `a, b)` must not
end in two brackets, `foo(‸)` completed with `bar(x)` must keep its own, and `if ‸ {` completed with
`x > 0 {` ends before the brace.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain

from hotseat.completion.postprocess.bracket_scanner import CLOSER_OF, OPENER_OF, Scan, scan
from hotseat.completion.postprocess.line_or_block import indent_width, opens_by_word
from hotseat.completion.postprocess.text_around import TextAround
from hotseat.completion.postprocess.trailing_space import ended_before
from hotseat.domain.syntax import Place

_OPERATOR = re.compile(r"[^\w\s\"'`(){}\[\]]+")
_END_TAG = re.compile(r"</[\w.:-]+")
_MEMBER = re.compile(r"\??\.\w+")
_HEADER = re.compile(r"\s*(?:async\s+)?(?:for|if|elif|while|with|class|def|except|match|case)\b")
_WORD = re.compile(r"\w+")
_CLOSING_LINE = re.compile(r"\s*[)\]}]")
_NEAR_CHARS = 1000


class SuffixOverlap:
    """What the text around the cursor implies for the end of a suggestion there.

    `prefix` is the text before the cursor, at least that of its line. `sees_suffix`: the model was
    shown the text after the cursor, so its answer ends where that text follows. Another model goes
    on with text of its own, and where it meets the rest of the line is found here.
    """

    def __init__(
        self,
        prefix: str,
        suffix: str,
        language: str | None,
        place: Place | None = None,
        *,
        sees_suffix: bool = False,
    ) -> None:
        self.sees_suffix = sees_suffix
        self.around = TextAround(prefix, suffix, language, place)
        self.quote = self.around.quote
        """What would close the string or comment that the cursor is in."""
        self._line = prefix[prefix.rfind("\n") + 1 :]
        self._rest_of_line = suffix.partition("\n")[0]
        self._rest = self._rest_of_line.strip()
        following = suffix[:_NEAR_CHARS].split("\n")[1:]
        self._lines_after = [line.rstrip() for line in following if line.strip()]
        self._language = language
        after = self.around.after
        self._quote_is_closed = self._quote_end(suffix, after) is not None and (
            not self.around.is_in_text or self.around.is_text_closed
        )
        end = self._quote_end(suffix, after) or 0
        self._rest_of_text = self._rest_of_line[: end + len(self.quote)] or self.quote
        """Up to what closes the string or comment, in the cursor's line."""
        self._n_own = self.around.n_own

    def candidates(self, text: str, *, goes_on: bool = False, ended: bool = False) -> list[str]:
        """Return what could be left of an answer before the rest of the line, the best first.

        `goes_on`: `text` is the beginning of the answer, of which more lines belong here. `ended`:
        the model itself ended it, in the cursor's line.

        None has text twice: an answer that repeats the rest of the line may come without it. Never
        empty; the last resort is an empty text.
        """
        met = (
            [] if self.sees_suffix else [self.ended(text[:at]) for at in self._whole_meetings(text)]
        )
        text = self._without_second_header_end(text)
        found = scan(text, self._language, quote=self.quote)
        repeats_rest = len(self._rest) > 1 and text.lstrip().partition("\n")[0] == self._rest
        if self.sees_suffix:
            texts: Iterator[str] = chain(
                [""] if repeats_rest else [], self._of_infilling(text, found)
            )
        else:
            texts = self._of_continuation(text, found, met, ended=ended)
        unique = list(dict.fromkeys(texts))
        unique += [x for x in map(self._without_closing_lines, unique) if x not in unique]
        goes_on = goes_on and not self._rest  # else the rest of the line would be in its middle
        whole = text.rstrip()

        def misfit(candidate: str) -> tuple[bool, bool]:
            is_beginning = goes_on and candidate.rstrip() == whole
            fits = self.around.fits(candidate, goes_on=is_beginning)
            return not fits, not self.sees_suffix and not self.around.is_aligned(candidate)

        # False sorts before True; the order among equals stays.
        return sorted(unique, key=misfit) or [""]

    def _without_closing_lines(self, text: str) -> str:
        """Return `text` without closing brackets in its last lines that the document has in the
        lines after the cursor, if they are indented alike: two lines of one level cannot close
        brackets, one right after the other."""
        lines = text.rstrip().split("\n")
        if self._rest or self.quote or len(lines) < 2:
            return text
        after = next(iter(self._lines_after), "")
        is_closing = _CLOSING_LINE.match(lines[-1]) and _CLOSING_LINE.match(after)
        if not is_closing or indent_width(lines[-1]) != indent_width(after):
            return text
        return "\n".join(lines[:-1]).rstrip()

    def _without_second_header_end(self, text: str) -> str:
        """Return `text` without the colon at its end where the line, a header, has one already:
        `for v in ` before `values:`."""
        bare = text.rstrip()
        is_header = self._rest.endswith(":") and opens_by_word(
            self._line.rstrip() + ":", self._language
        )
        if not bare.endswith(":") or "\n" in bare or not is_header or self.quote:
            return text
        if not _HEADER.match(self._line) or scan(self._line + bare, self._language).opened:
            return text  # in a bracket, a colon is that of an annotation or a slice
        return bare[:-1]

    def _of_infilling(self, text: str, found: Scan) -> Iterator[str]:
        kept = self._with_space(text)
        if self._rest and _WORD.search(self._rest) and len(self._rest) > 1:
            bare = text.rstrip()
            if bare.endswith(self._rest):
                yield self.ended(bare[: -len(self._rest)])
        if self._quote_is_closed and self._quote_end(text, found) is not None:
            text_with_rest, rest = text.rstrip(), self._rest_of_text
            if len(rest) > len(self.quote) and text_with_rest.endswith(rest):
                yield self.ended(text_with_rest[: -len(rest)])
        yield kept
        yield self.removed_from(text)
        if len(found.unopened) > self._n_own:
            yield self.ended(text[: found.unopened[self._n_own].start])
        if self._quote_is_closed and (at := self._quote_end(text, found)) is not None:
            yield self.ended(text[:at])
        yield from self._before_meeting(text, found)

    def _of_continuation(
        self, text: str, found: Scan, met: Sequence[str], *, ended: bool
    ) -> Iterator[str]:
        if self._quote_is_closed and (at := self._quote_end(text, found)) is not None:
            rest = self._rest_of_text
            if (begin := text.find(rest)) >= 0:
                yield self.ended(text[:begin])
            yield self.ended(text[:at])
        yield from met
        if ended:
            yield self.ended(text)
        yield from self._before_meeting(text, found)
        if not self._rest:
            yield text.rstrip()
        if len(found.unopened) > self._n_own:
            yield self.ended(text[: found.unopened[self._n_own].start])
        yield self.removed_from(text)

    def _whole_meetings(self, text: str) -> Iterator[int]:
        """Yield the places from which a line of `text` ends as the cursor's line does."""
        if not self._rest:
            return
        begin = 0
        for line in text.split("\n"):
            bare = line.rstrip()
            if bare.endswith(self._rest):
                yield begin + len(bare) - len(self._rest)
            begin += len(line) + 1

    def _before_meeting(self, text: str, found: Scan) -> Iterator[str]:
        """Yield the text before the first token that could begin the rest of the line."""
        if self._rest and not self.quote:
            at = next(self._meetings(text, found), None)
            if at is not None:
                yield self.ended(text[:at])

    def _with_space(self, text: str) -> str:
        """Return `text` with the spaces and tabs at its end if text follows it in its line."""
        bare = text.rstrip()
        space = text[len(bare) :]
        if not bare or not self._rest or "\n" in space or self._rest_of_line[0].isspace():
            return bare
        return text

    def _quote_end(self, text: str, found: Scan) -> int | None:
        """Return where `text`, which begins in the cursor's string or comment, closes it."""
        first = found.tokens[0] if found.tokens else None
        if self.quote in ("", "\n") or first is None or first.kind != "text":
            return None
        at = first.end - len(self.quote)
        return at if at >= 0 and text[at : first.end] == self.quote else None

    def _meetings(self, text: str, found: Scan) -> Iterator[int]:
        """Yield places outside brackets and strings where the rest of the line could follow."""
        head = self._rest[0]
        if head in OPENER_OF:
            return
        if head in CLOSER_OF:
            for token in found.tokens:
                if token.kind == "open" and token.depth == 0 and token.char == head:
                    is_joined = head != "{" or text[token.start - 1 : token.start] in (" ", "")
                    if is_joined:
                        yield token.start
            return
        pattern = next(
            (p for p in (_END_TAG, _MEMBER, _WORD, _OPERATOR) if p.match(self._rest) is not None),
            None,
        )
        wanted = pattern.match(self._rest) if pattern is not None else None
        if pattern is None or wanted is None:
            return
        for start, end in found.gaps(len(text)):
            for met in pattern.finditer(text, start, end):
                if met.group() == wanted.group():
                    yield met.start()

    def ended(self, text: str) -> str:
        """Return `text` without the white space at its end, but with what keeps it apart from the
        rest of the line (`trailing_space.ended_before`)."""
        return ended_before(text, self._rest_of_line, quote=self.quote)

    def removed_from(self, text: str) -> str:
        """Return `text` without what already follows the cursor in its line, and as it ends
        there."""
        if not self._rest:
            return text.rstrip()
        bare = text.rstrip()
        left = self._without_overlap(bare) if bare else ""
        return self.ended(text if left == bare else left)

    def _without_overlap(self, text: str) -> str:
        for n in range(min(len(text), len(self._rest)), 0, -1):
            overlap = self._rest[:n]
            if text.endswith(overlap) and (n == len(self._rest) or not overlap.isalnum()):
                left = text[:-n]
                return text if self._needs(left, overlap) else left
        return text

    def _needs(self, left: str, overlap: str) -> bool:
        """Whether `overlap` closes what `left` or the text before the cursor opens."""
        if any(char in OPENER_OF for char in overlap):
            found = scan(left, self._language, quote=self.quote)
            return bool(found.opened) or len(found.unopened) < self._n_own
        return any(char in "\"'`" and left.count(char) % 2 for char in overlap)
