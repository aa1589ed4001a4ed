"""How far a suggestion goes down: the rest of a line, a statement, or a block.

An `EndRule` decides line by line, from the first, whether the suggestion ends before or after it.
The last line may still be growing: no decision on it depends on text that is still to come.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from hotseat.completion.postprocess.bracket_scanner import Scan
from hotseat.completion.postprocess.line_or_block import indent_width, is_comment, opens_by_word
from hotseat.languages.comments import line_comment
from hotseat.languages.profiles import profile_of

MAX_LINES = 12
_NEAR_LINES = 20
_CLOSING = (")", "]", "}")
_CLOSER_BEGINNINGS = ("e", "en", "f", "d", "do", "don", "es", "esa", "<")
_CLOSER = re.compile(r"^(?:[\])}]+[;,)\]}]*|end[;,)]?|fi|done|esac|</[\w.-]+>[;,)]?)$")
_ENDS_OPEN = re.compile(r"(?:[^=!<>]=|=>|->|[^+]\+|[^-]-|\|\||&&|\s\?|\\|\b(?:and|or|not|in|is))$")
"""The end of a line that cannot end a statement. Without `,`, which ends elements."""
_CLAUSES = ("else", "elif", "except", "finally", "elsif", "rescue", "when", "ensure")
"""Words that continue a statement at the indentation at which it began, in a language without
braces."""
_BRACKET_CLAUSES = ("else", "catch", "finally", "while")
_HAS_CLAUSES = re.compile(r"^(?:\}\s*)?(?:if|else|try|catch|do)\b")
_LEAVES = re.compile(r"(?:return|raise|throw|break|continue)\b(?!\s*[=.:])")
"""The last statement of its block."""
_STYLE_SHEETS = frozenset({"css", "scss", "less"})
"""Outside brackets a comma ends no element there: a list of selectors or values goes on."""
_ONLY_IF = re.compile(r"\s(?:if|unless)\s")
_CHAINS = re.compile(r"\??\.\w")
_CONTINUES = re.compile(r"\??\.\w|->|&&|\|\||[?,=]|:(?!:)|(?:else|elif|except|catch|finally)\b")
"""The beginning of a line that goes on with the statement above it, and begins none."""


class _OwnClosers:
    """Lines of a suggestion that close brackets of the text before the cursor, which nothing after
    it closes: they belong to the suggestion, wherever a statement ends."""

    def __init__(self, lines: Sequence[str], found: Scan, n_own: int) -> None:
        self._lines = lines
        self._n_own = n_own
        begin = 0
        self._n_before: list[int] = []
        """The own brackets that are closed before each line."""
        for line in lines:
            self._n_before.append(sum(token.start < begin for token in found.unopened))
            begin += len(line) + 1

    def closes_in(self, i: int) -> bool:
        """Whether line `i` begins with such a bracket."""
        return (
            i > 0
            and self._n_before[i] < self._n_own
            and self._lines[i].lstrip()[:1] in _CLOSING
            and bool(self._lines[i].strip())
        )

    def may_close_in(self, i: int, *, last: bool) -> bool:
        """Whether line `i` may do so; `last`: it is still growing."""
        if self._n_before[i] >= self._n_own:
            return False
        return self.closes_in(i) or (last and not self._lines[i].strip())


class EndOfStatement:
    """A line, and those after it for as long as they belong to what it began."""

    def __init__(
        self,
        lines: Sequence[str],
        found: Scan,
        *,
        lead: int,
        prefix_line: str,
        language: str | None,
        is_code: bool,
        n_own: int = 0,
    ) -> None:
        self._own = _OwnClosers(lines, found, n_own)
        self._lines = lines
        self._depths = depths_after(lines, found)
        self._lead = lead
        self._language = language
        self._is_code = is_code
        self._is_statement = is_code and (lead > 0 or not prefix_line.strip())
        """The suggestion begins a statement, and does not end one that is there."""
        self._floor = indent_width(lines[lead] if lead else prefix_line)
        self._in_body = False
        self._has_code = not self._is_statement
        self._is_over = False

    def ends_before(self, i: int, ended: bool) -> bool:
        """Whether line `i` is no part of the suggestion; `ended`: nothing will be added to it."""
        line = self._lines[i]
        bare = line.strip()
        if self._own.closes_in(i):
            return False
        if self._is_over and bare:
            return True
        if not self._in_body or not bare or indent_width(line) > self._floor:
            return False
        if indent_width(line) < self._floor:
            return True
        return not (_is_word_of(bare, _CLAUSES, ended=ended) or _closes(bare, ended=ended))

    def ends_after(self, i: int) -> bool:
        """Whether the suggestion ends with line `i`, after which another has begun."""
        if i < self._lead:
            return False
        if self._own.may_close_in(i + 1, last=i + 2 == len(self._lines)):
            return False
        return self._ends_after(i)

    def _ends_after(self, i: int) -> bool:
        line, following = self._lines[i], self._lines[i + 1]
        if i + 1 - self._lead >= MAX_LINES:
            return True
        depth = self._depths[i]
        if depth is None or depth > 0:
            return False
        bare = line.strip()
        if not self._is_code:
            return True
        if not self._has_code and (not bare or is_comment(line, self._language)):
            return False  # what the comment is about comes below it
        self._has_code = True
        if self._in_body:
            return indent_width(line) <= self._floor and bool(_CLOSER.match(bare))
        if self._is_statement and opens_by_word(line, self._language):
            self._in_body = True
            return False
        if ends_open(line) or (bare.endswith(",") and self._language in _STYLE_SHEETS):
            return False
        return not self._may_go_on(bare, following, last=i + 2 == len(self._lines))

    def _may_go_on(self, bare: str, following: str, *, last: bool) -> bool:
        """Whether the next line may continue the statement; True also while that is not known."""
        profile = profile_of(self._language)
        if profile.newline_ends_statement or line_comment(self._language) != "//":
            return False
        begin = following.strip()
        if bare.endswith("}") and self._is_statement:
            first = next((x.strip() for x in self._lines[self._lead :] if x.strip()), "")
            if _HAS_CLAUSES.match(first) and (last or begin):
                return not begin or _is_word_of(begin, _BRACKET_CLAUSES, ended=not last)
        if bare.endswith((";", ",", "{", "}")):
            return False
        return (last and begin in ("", ".", "?", "?.")) or bool(_CHAINS.match(begin))


class EndOfBlock:
    """Lines deeper than where the block began, and what closes it; nothing after a `return`."""

    def __init__(
        self,
        lines: Sequence[str],
        found: Scan,
        *,
        lead: int,
        prefix_line: str,
        header_width: int,
        n_own: int = 0,
    ) -> None:
        self._own = _OwnClosers(lines, found, n_own)
        self._lines = lines
        self._depths = depths_after(lines, found)
        self._lead = lead
        self._on_blank_line = not prefix_line.strip()
        # At this indentation a line is no longer of the block.
        self._floor = (
            indent_width(prefix_line) - 1
            if self._on_blank_line
            else min(header_width, indent_width(prefix_line))
        )
        self._leaves = self._has_left = False
        """The statement under way leaves the block; it has ended."""

    def ends_before(self, i: int, ended: bool) -> bool:
        line = self._lines[i]
        bare = line.strip()
        if self._own.closes_in(i):
            return False
        if bare and self._has_left and self._is_at_base(i):
            return True
        if i == 0 or not bare or indent_width(line) > self._floor:
            return False
        if self._on_blank_line or indent_width(line) < self._floor:
            return True
        return not _closes(bare, ended=ended)

    def ends_after(self, i: int) -> bool:
        line = self._lines[i]
        bare = line.strip()
        if bare and self._is_at_base(i) and not _CLOSER.match(bare):
            self._leaves = bool(_LEAVES.match(bare)) and not _ONLY_IF.search(bare)
        self._has_left = self._leaves and self._depths[i] == 0 and not ends_open(line)
        if self._own.may_close_in(i + 1, last=i + 2 == len(self._lines)):
            return False
        is_at_floor = i > 0 and bool(bare) and indent_width(line) <= self._floor
        closed = is_at_floor and not self._depths[i]  # `} catch {` opens the next block
        return closed or i + 1 - self._lead >= MAX_LINES

    def _is_at_base(self, i: int) -> bool:
        """Whether the line has the indentation of the block's own statements."""
        if i == 0:
            return self._on_blank_line
        first = next((n for n in range(1, i) if self._lines[n].strip()), i)
        base = self._floor + 1 if self._on_blank_line else indent_width(self._lines[first])
        return indent_width(self._lines[i]) == base


class EndOfText:
    """The cursor's line of a long string or comment, or its paragraph."""

    def __init__(self, lines: Sequence[str], *, lead: int, one_line: bool) -> None:
        self._lines = lines
        self._lead = lead
        self._one_line = one_line

    def ends_before(self, i: int, ended: bool) -> bool:
        return False

    def ends_after(self, i: int) -> bool:
        n_lines = i + 1 - self._lead
        return n_lines > 0 and (self._one_line or n_lines >= MAX_LINES)


EndRule = EndOfStatement | EndOfBlock | EndOfText


def ends_open(line: str) -> bool:
    """Return whether the statement cannot end with the line: `x =`, `return a +`."""
    return bool(_ENDS_OPEN.search(line.rstrip()))


def continues_statement(following: str, language: str | None) -> bool:
    """Return whether the first line of `following` that holds code goes on with what is above."""
    if language in _STYLE_SHEETS:
        return False  # `.name` and `:root` begin a rule
    lines = (line.strip() for line in following.split("\n", _NEAR_LINES)[:_NEAR_LINES])
    first = next((line for line in lines if line and not is_comment(line, language)), "")
    return _CONTINUES.match(first) is not None


def depths_after(lines: Sequence[str], found: Scan) -> list[int | None]:
    """Return the open brackets at the end of each line; None where a string or comment goes on."""
    depths = {token.start: token.depth for token in found.tokens if token.kind == "newline"}
    at, result = 0, []
    for line in lines:
        at += len(line)
        result.append(depths.get(at))
        at += 1
    return result


def _closes(bare: str, *, ended: bool) -> bool:
    if _CLOSER.match(bare):
        return True
    return not ended and (bare[0] in ")]}" or bare.startswith("</") or bare in _CLOSER_BEGINNINGS)


def _is_word_of(bare: str, words: Sequence[str], *, ended: bool) -> bool:
    begun = re.match(r"(?:\}\s*)?(\w*)", bare)
    word = begun.group(1) if begun else ""
    if not ended and begun is not None and begun.end() == len(bare):
        return any(whole.startswith(word) for whole in words)
    return word in words
