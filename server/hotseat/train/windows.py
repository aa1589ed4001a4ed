"""Training windows of tokens, in an order that depends on the seed only. Pure.

Files are concatenated with a separator token and split into windows without padding; one file gives
a few windows in a row at most, so that long files do not dominate. Languages take turns; now and
then a window comes from other languages, so that the adapter forgets less.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from hotseat.train.sources import SourceFile

Encode = Callable[[str], list[int]]

OTHERS_EVERY = 10
"""One window in so many is in another language, if there is any."""
MAX_WINDOWS_OF_FILE = 16
_N_SHUFFLED = 64
_CHARS_PER_TOKEN = 6
"""More characters than a token of code has on average; bounds the text that is encoded."""

IGNORED = -100
"""The label that torch's cross-entropy ignores."""


@dataclass(frozen=True, slots=True)
class TrainingWindow:
    """The token ids of one training example."""

    ids: tuple[int, ...]
    n_real: int
    """Number of ids before the padding."""


def examples(
    files: Sequence[SourceFile],
    others: Sequence[SourceFile],
    *,
    encode: Encode,
    separator: int,
    n_tokens: int,
    seed: int,
    fill: Callable[[SourceFile, random.Random], TrainingWindow | None] | None = None,
) -> Iterator[TrainingWindow]:
    """Yield training windows without end.

    `fill` makes a fill-in-the-middle example from a file, or returns None when it cannot. With
    `fill`, half of the windows are such examples.
    """
    by_language: dict[str, list[SourceFile]] = defaultdict(list)
    for file in files:
        by_language[file.language].append(file)
    streams = [
        _language(group, encode, separator, n_tokens, f"{seed} {language}", fill)
        for language, group in sorted(by_language.items())
    ]
    general = _language(others, encode, separator, n_tokens, f"{seed}", None) if others else None
    n = 0
    while True:
        for stream in streams:
            n += 1
            if general is not None and n % OTHERS_EVERY == 0:
                yield next(general)
            else:
                yield next(stream)


def fixed_windows(
    files: Sequence[SourceFile],
    *,
    encode: Encode,
    separator: int,
    n_tokens: int,
    n: int,
    seed: int,
) -> list[TrainingWindow]:
    """Return at most `n` windows of as many files as possible, languages in turn, for
    evaluation."""
    by_language: dict[str, list[TrainingWindow]] = defaultdict(list)
    for file in sorted(files, key=lambda f: f.digest):
        ids = encode(_excerpt(file.text, n_tokens, random.Random(f"{seed} {file.digest}")))
        tokens = tuple([separator, *ids][:n_tokens])
        if len(tokens) >= n_tokens // 2:
            padded = tokens + (separator,) * (n_tokens - len(tokens))
            by_language[file.language].append(TrainingWindow(padded, len(tokens)))
    found: list[TrainingWindow] = []
    for at in range(max(map(len, by_language.values()), default=0)):
        found += [group[at] for _, group in sorted(by_language.items()) if at < len(group)]
    return found[:n]


def _language(
    files: Sequence[SourceFile],
    encode: Encode,
    separator: int,
    n_tokens: int,
    seed: str,
    fill: Callable[[SourceFile, random.Random], TrainingWindow | None] | None,
) -> Iterator[TrainingWindow]:
    chance = random.Random(f"{seed} order")
    waiting: list[TrainingWindow] = []
    for window in _plain(files, encode, separator, n_tokens, random.Random(seed)):
        if fill is not None and (filled := fill(chance.choice(files), chance)) is not None:
            yield filled
        waiting.append(window)
        if len(waiting) >= _N_SHUFFLED:
            yield waiting.pop(chance.randrange(len(waiting)))


def _plain(
    files: Sequence[SourceFile],
    encode: Encode,
    separator: int,
    n_tokens: int,
    chance: random.Random,
) -> Iterator[TrainingWindow]:
    tokens: list[int] = []
    order = list(files)
    while True:
        chance.shuffle(order)
        for file in order:
            text = _excerpt(file.text, n_tokens * MAX_WINDOWS_OF_FILE, chance)
            tokens += [separator, *encode(text)[: n_tokens * MAX_WINDOWS_OF_FILE]]
            while len(tokens) >= n_tokens:
                yield TrainingWindow(tuple(tokens[:n_tokens]), n_tokens)
                del tokens[:n_tokens]


def _excerpt(text: str, n_tokens: int, chance: random.Random) -> str:
    """Return a part of the text with about `n_tokens` tokens, from the beginning of a line."""
    n_chars = n_tokens * _CHARS_PER_TOKEN
    if len(text) <= n_chars:
        return text
    at = chance.randrange(len(text) - n_chars)
    return text[text.rfind("\n", 0, at) + 1 :][:n_chars]
