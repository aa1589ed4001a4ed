"""Holes at token borders of real files, for `hotseat bench faithful`.

Owns which holes there are. The same files and seed give the same holes.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hotseat.completion.postprocess.line_or_block import LineOrBlock, line_or_block_at
from hotseat.domain.errors import HotseatError
from hotseat.domain.syntax import Place
from hotseat.lab.bench.typing_speed import code_files
from hotseat.syntax.grammars import has_grammar
from hotseat.syntax.text_spans import removable_spans
from hotseat.syntax.token_spans import TokenSpan, token_spans
from hotseat.workspace.mining import language_of_path

SHAPES = (
    "inside",
    "line_end",
    "line_end_paired",
    "comment",
    "string",
    "lines",
    "lines_of_text",
    "block",
    "block_paired",
)
"""`inside`: some tokens of a line. `line_end`: the rest of a line; `paired`: without the closing
brackets at its end, as in an editor that adds them. `comment`, `string`: words of one line.
`lines`: up to the end of a later line; `lines_of_text`: in a comment or string. `block`: the whole
body after a header, with the bracket that closes it, and without it (`paired`)."""

MAX_FILE_BYTES = 100_000
MAX_MIDDLE_CHARS = 600
MAX_LINE_CHARS = 240
MAX_INSIDE_TOKENS = 6
MAX_LINES = 10
MIN_TOKENS = 8
TRIES_PER_HOLE = 20
_CLOSERS, _OPENERS = frozenset(")]}"), frozenset("([{")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hole:
    """`middle` stood between `before` and `after`; the cursor is there now."""

    path: str
    language: str
    shape: str
    before: str
    middle: str
    after: str
    place: Place
    """The kind of text that the cursor is in, as a syntax tree shows it to the language server."""

    @property
    def line(self) -> int:
        """The line of the cursor, from 0."""
        return self.before.count("\n")


def sample_holes(
    files: Mapping[str, Sequence[Path]], *, n: int, seed: int
) -> Iterator[tuple[str, str, list[Hole]]]:
    """Yield language, shape, and at most `n` holes of that shape, spread over the files."""
    for language, paths in files.items():
        order = sorted(paths)
        random.Random(f"{seed} {language}").shuffle(order)
        found: dict[str, list[Hole]] = defaultdict(list)
        n_each = max(3, -(-n // max(1, len(order) // 2)))
        for path in order:
            if all(len(found[shape]) >= n for shape in SHAPES):
                break
            text = _text(path)
            if text is None:
                continue
            chance = random.Random(f"{seed} {path.name} {len(text)}")
            for shape, holes in _holes_of(text, str(path), language, n_each, chance).items():
                found[shape] += holes[: n - len(found[shape])]
        for shape in SHAPES:
            if found[shape]:
                yield language, shape, found[shape]


def files_by_language(root: Path, named: Sequence[str] = ()) -> dict[str, list[Path]]:
    """Return the code files below a folder by language, those of `named` or of all with a grammar.

    Raises HotseatError when there are none.
    """
    found: dict[str, list[Path]] = defaultdict(list)
    for path in code_files(root):
        language = language_of_path(path.name)
        if language is not None and (language in named or not named) and has_grammar(language):
            found[language].append(path)
    if not found:
        raise HotseatError(
            f"There are no code files in {root} that can be parsed",
            hint="Name a folder of code files, or other languages",
        )
    return dict(found)


def _text(path: Path) -> str | None:
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            return None
        text = path.read_bytes().decode()
    except (OSError, UnicodeDecodeError):
        return None
    return None if "\0" in text or "\r" in text else text


def _holes_of(
    text: str, path: str, language: str, n: int, chance: random.Random
) -> dict[str, list[Hole]]:
    tokens = token_spans(text, language)
    if len(tokens) < MIN_TOKENS:
        return {}
    sampler = _Sampler(text, path, language, tokens, n, chance)
    for _ in range(TRIES_PER_HOLE * n):
        sampler.sample_at(chance.randrange(1, len(tokens)))
    blocks = [span[1:] for span in _spans(text, language) if span[0] == "block"]
    chance.shuffle(blocks)
    for start, end in blocks[: 3 * n]:
        sampler.block(start, end)
    return sampler.found


def _spans(text: str, language: str) -> list[tuple[str, int, int]]:
    """Return the removable spans of a text, in characters."""
    data = text.encode()
    spans = removable_spans(text, language)
    if len(data) == len(text):
        return spans
    return [(kind, len(data[:s].decode()), len(data[:e].decode())) for kind, s, e in spans[:200]]


class _Sampler:
    """Of one text: at most `n` holes of each shape, in `found`."""

    def __init__(
        self,
        text: str,
        path: str,
        language: str,
        tokens: Sequence[TokenSpan],
        n: int,
        chance: random.Random,
    ) -> None:
        self.found: dict[str, list[Hole]] = defaultdict(list)
        self._text, self._path, self._language = text, path, language
        self._tokens, self._n, self._chance = tokens, n, chance

    def sample_at(self, i: int) -> None:
        """Add the holes that begin with token `i`, or with the white space before it."""
        text, token = self._text, self._tokens[i]
        start = token.start if self._chance.random() < 0.7 else self._tokens[i - 1].end
        if "\n" in text[start : token.start]:
            start = token.start
        if token.place is not Place.CODE:
            self._in_text(i, start)
            return
        self._inside(i, start)
        self._to_line_end(i, start)
        self._to_later_line(start)

    def block(self, start: int, end: int) -> None:
        """Add the body of a header. The cursor is at the header's end, or on the line below it."""
        text = self._text
        header_end = len(text[:start].rstrip())
        if text[header_end:start].count("\n") != 1:
            return
        begin = header_end if self._chance.random() < 0.5 else start
        if text[begin:end].count("\n") > MAX_LINES:
            return
        self._add("block_paired", begin, end)
        following = text[end:].lstrip()
        closed = len(text) - len(following) + 1
        if following[:1] == "}" and not text[closed : self._line_end(closed)].strip():
            self._add("block", begin, closed)

    def _add(self, shape: str, start: int, end: int, place: Place = Place.CODE) -> None:
        hole = Hole(
            path=self._path,
            language=self._language,
            shape=shape,
            before=self._text[:start],
            middle=self._text[start:end],
            after=self._text[end:],
            place=place,
        )
        if len(self.found[shape]) < self._n and _is_askable(hole):
            self.found[shape].append(hole)

    def _line_end(self, at: int) -> int:
        end = self._text.find("\n", at)
        return len(self._text) if end < 0 else end

    def _stripped_end(self, start: int, end: int) -> int:
        return start + len(self._text[start:end].rstrip())

    def _until(self, i: int, end: int) -> Iterator[TokenSpan]:
        while i < len(self._tokens) and self._tokens[i].start < end:
            yield self._tokens[i]
            i += 1

    def _inside(self, i: int, start: int) -> None:
        line_end = self._line_end(start)
        n_tokens = len(self._tokens)
        last = min(i + self._chance.randrange(MAX_INSIDE_TOKENS), n_tokens - 2)
        while last >= i and self._tokens[last].end > line_end:
            last -= 1
        if last < i or any(t.place is not Place.CODE for t in self._tokens[i : last + 2]):
            return
        following = self._tokens[last + 1]
        if following.start < line_end:
            ends = self._tokens[last].end, following.start
            self._add("inside", start, ends[self._chance.random() >= 0.6])

    def _to_line_end(self, i: int, start: int) -> None:
        end = self._stripped_end(start, self._line_end(start))
        if any(token.place is Place.COMMENT for token in self._until(i, end)):
            return
        self._add("line_end", start, end)
        # What an editor has added after the cursor: the closers that the line ends with.
        n_closers = 0
        while end > start and self._text[end - 1] in ")]};,":
            end -= 1
            n_closers += self._text[end] in _CLOSERS
        chars = [self._text[token.start : token.end] for token in self._until(i, end)]
        n_open = sum((char in _OPENERS) - (char in _CLOSERS) for char in chars)
        if n_closers and n_open == 0:
            self._add("line_end_paired", start, end)

    def _to_later_line(self, start: int) -> None:
        end = start
        for _ in range(self._chance.randrange(2, MAX_LINES)):
            end = self._line_end(end + 1)
        if end < len(self._text):
            self._add("lines", start, self._stripped_end(start, end))

    def _in_text(self, i: int, start: int) -> None:
        tokens = self._tokens
        group, place = tokens[i].group, tokens[i].place
        if tokens[i - 1].group != group:
            return  # the comment or string begins here: then the cursor is in code
        last, line_end = i, self._line_end(start)
        n_words = self._chance.randrange(1, 7)
        while last + 1 < len(tokens) and tokens[last + 1].group == group and last - i < n_words:
            if tokens[last + 1].end > line_end:
                break
            last += 1
        is_inside = last + 1 < len(tokens) and tokens[last + 1].group == group
        shape = "comment" if place is Place.COMMENT else "string"
        if is_inside or (shape == "comment" and tokens[last].end == line_end):
            self._add(shape, start, tokens[last].end, place)
        end = start
        for _ in range(self._chance.randrange(2, 5)):
            end = self._line_end(end + 1)
        leaves = any(token.group != group for token in self._until(i, end))
        following = next((token for token in tokens[i:] if token.start >= end), None)
        if not leaves and following is not None and following.group == group:
            self._add("lines_of_text", start, self._stripped_end(start, end), place)


def _is_askable(hole: Hole) -> bool:
    """Whether a user could get that suggestion: some text, and not in the middle of a name."""
    if not hole.middle.strip() or len(hole.middle) > MAX_MIDDLE_CHARS:
        return False
    line = hole.before[hole.before.rfind("\n") + 1 :] + hole.after.partition("\n")[0]
    if len(line) > MAX_LINE_CHARS:
        return False
    ends_inside = any(text.endswith("\\") for text in (hole.before, hole.middle))
    if hole.place is not Place.CODE and ends_inside:
        return False  # between the parts of an escape
    length = line_or_block_at(hole.before[-MAX_LINE_CHARS:], hole.after[:1], hole.language)
    return length is not LineOrBlock.NOTHING
