"""Holes at token borders of real files, for `hotseat bench faithful`.

Owns which holes there are. The same files and seed give the same holes.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hotseat.domain.syntax import Place
from hotseat.syntax.text_spans import removable_spans
from hotseat.syntax.token_spans import TokenSpan, token_spans

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
brackets of brackets before the cursor, as in an editor that adds them. `comment`, `string`: words of
one line. `lines`: up to the end of a later line; `lines_of_text`: in a comment or string. `block`:
the whole body after a header, with the bracket that closes it, and without it (`paired`)."""

MAX_FILE_BYTES = 100_000
MAX_MIDDLE_CHARS = 600
MAX_LINE_CHARS = 240
MAX_INSIDE_TOKENS = 6
MAX_LINES = 10
_CLOSERS = {")": "(", "]": "[", "}": "{"}


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
    if len(tokens) < 8:
        return {}
    found: dict[str, list[Hole]] = defaultdict(list)

    def add(shape: str, start: int, end: int, place: Place = Place.CODE) -> None:
        hole = Hole(
            path=path,
            language=language,
            shape=shape,
            before=text[:start],
            middle=text[start:end],
            after=text[end:],
            place=place,
        )
        if len(found[shape]) < n and _is_askable(hole):
            found[shape].append(hole)

    blocks = [(s, e) for kind, s, e in _spans(text, language) if kind == "block"]
    for _ in range(20 * n):
        i = chance.randrange(1, len(tokens))
        start = tokens[i].start if chance.random() < 0.7 else tokens[i - 1].end
        if "\n" in text[start : tokens[i].start]:
            start = tokens[i].start
        place = tokens[i].place
        if place is Place.CODE:
            _inside(text, tokens, i, start, chance, add)
            _to_line_end(text, tokens, i, start, add)
            _to_later_line(text, tokens, i, start, chance, add)
        else:
            _in_text(text, tokens, i, start, chance, add)
    chance.shuffle(blocks)
    for start, end in blocks[: 3 * n]:
        _block(text, start, end, chance, add)
    return found


def _spans(text: str, language: str) -> list[tuple[str, int, int]]:
    data = text.encode()
    if len(data) == len(text):
        return list(removable_spans(text, language))
    return [
        (kind, len(data[:s].decode()), len(data[:e].decode()))
        for kind, s, e in removable_spans(text, language)[:200]
    ]


def _is_askable(hole: Hole) -> bool:
    """Whether a user could get that suggestion: some text, and not in the middle of a name."""
    if not hole.middle.strip() or len(hole.middle) > MAX_MIDDLE_CHARS:
        return False
    line = hole.before[hole.before.rfind("\n") + 1 :] + hole.after.partition("\n")[0]
    if len(line) > MAX_LINE_CHARS:
        return False
    if hole.place is not Place.CODE and hole.before.endswith("\\"):
        return False  # between the parts of an escape
    return not (_is_name(hole.before[-1:]) and _is_name(hole.after[:1]))


def _is_name(char: str) -> bool:
    return char.isalnum() or char == "_"


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _inside(text, tokens, i, start, chance, add) -> None:  # type: ignore[no-untyped-def]
    line_end = _line_end(text, start)
    last = min(i + chance.randrange(MAX_INSIDE_TOKENS), len(tokens) - 2)
    while last >= i and tokens[last].end > line_end:
        last -= 1
    if last < i or any(token.place is not Place.CODE for token in tokens[i : last + 2]):
        return
    following = tokens[last + 1]
    if following.start >= line_end:
        return
    end = tokens[last].end if chance.random() < 0.6 else following.start
    add("inside", start, end)


def _to_line_end(text, tokens, i, start, add) -> None:  # type: ignore[no-untyped-def]
    line_end = _line_end(text, start)
    line_end = start + len(text[start:line_end].rstrip())
    if any(t.place is Place.COMMENT for t in _between(tokens, i, line_end)):
        return
    add("line_end", start, line_end)
    end = line_end
    opened = 0
    # What an editor has added after the cursor: the closers that the rest of the line ends with.
    closers = 0
    while end > start and text[end - 1] in ")]};,":
        end -= 1
        closers += text[end] in _CLOSERS
    for token in _between(tokens, i, end):
        char = text[token.start : token.end]
        opened += (char in _CLOSERS.values()) - (char in _CLOSERS)
    if closers and opened == 0:
        add("line_end_paired", start, end)


def _between(tokens: Sequence[TokenSpan], i: int, end: int) -> Iterator[TokenSpan]:
    while i < len(tokens) and tokens[i].start < end:
        yield tokens[i]
        i += 1


def _to_later_line(text, tokens, i, start, chance, add) -> None:  # type: ignore[no-untyped-def]
    end = start
    for _ in range(chance.randrange(2, MAX_LINES)):
        end = _line_end(text, end + 1)
    if end < len(text):
        add("lines", start, start + len(text[start:end].rstrip()))


def _in_text(text, tokens, i, start, chance, add) -> None:  # type: ignore[no-untyped-def]
    group = tokens[i].group
    if tokens[i - 1].group != group:
        return  # the comment begins here: then the cursor is in code
    last = i
    n_words = chance.randrange(1, 7)
    line_end = _line_end(text, start)
    while last + 1 < len(tokens) and tokens[last + 1].group == group and last - i < n_words:
        if tokens[last + 1].end > line_end:
            break
        last += 1
    is_closed = last + 1 < len(tokens) and tokens[last + 1].group == group
    shape = "comment" if tokens[i].place is Place.COMMENT else "string"
    if shape == "comment" and (is_closed or tokens[last].end == line_end):
        add(shape, start, tokens[last].end, tokens[i].place)
    elif is_closed:
        add(shape, start, tokens[last].end, tokens[i].place)
    end = start
    for _ in range(chance.randrange(2, 5)):
        end = _line_end(text, end + 1)
    inside = [token for token in _between(tokens, i, end) if token.group != group]
    following = next((token for token in tokens[i:] if token.start >= end), None)
    if not inside and following is not None and following.group == group:
        add("lines_of_text", start, start + len(text[start:end].rstrip()), tokens[i].place)


def _block(text, start, end, chance, add) -> None:  # type: ignore[no-untyped-def]
    """A body: the cursor is at the end of its header, or on the line below it."""
    if "\n" not in text[start:end] and text[text.rfind("\n", 0, start) + 1 : start].strip():
        return
    header_end = len(text[:start].rstrip())
    if "\n" not in text[header_end:start] or text[header_end:start].count("\n") > 1:
        return
    begin = header_end if chance.random() < 0.5 else start
    if text[begin:end].count("\n") > MAX_LINES:
        return
    add("block_paired", begin, end)
    following = text[end:].lstrip()
    if following[:1] == "}":
        closed = len(text) - len(following) + 1
        line_end = _line_end(text, closed)
        closed += 0 if text[closed:line_end].strip() not in (";", ",", ")", ");") else 0
        if not text[closed:line_end].strip():
            add("block", begin, closed)
