"""The tokens by which a text is written, with those that are merged on the way to them. Pure.

Both ways of llama.cpp (`src/llama-vocab.cpp`) merge adjacent pieces, the best pair first and the
leftmost of equals: SentencePiece by the score of the joined piece (`tokenizer.ggml.model: llama`),
byte-pair encoding by the rank of the pair (`gpt2`).
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

Pair = tuple[str, str]
Cost = Callable[[str, str], float | None]
"""How late a pair is merged; None if it is not."""

SPACE = "\u2581"
"""What SentencePiece writes for a blank."""
_PIECES = re.compile(r"\n+|\u2581*[^\u2581\n]+|\u2581+")
"""No token of code crosses the border of a word, except in runs of blanks or newlines."""
_SPLITS = (
    # GPT-2's own, and the one that Qwen, Llama 3 and others have in common; `re` has no \p{L}.
    re.compile(r"'(?:s|t|re|ve|m|ll|d)| ?[^\W\d_]+| ?\d+| ?(?:[^\s\w]|_)+|\s+(?!\S)|\s+"),
    re.compile(
        r"'(?:s|t|re|ve|m|ll|d)|(?:[^\r\n\w]|_)?[^\W\d_]+|\d{1,3}| ?(?:[^\s\w]|_)+[\r\n]*"
        r"|\s*[\r\n]+|\s+(?!\S)|\s+"
    ),
)


def merges(symbols: Sequence[str], cost: Cost) -> Iterator[Pair]:
    """Yield the pairs that are merged, in order."""
    pieces: list[str | None] = list(symbols)
    after = [*range(1, len(pieces)), -1]
    before = [-1, *range(len(pieces) - 1)]
    queue: list[tuple[float, int, int, Pair]] = []

    def offer(left: int, right: int) -> None:
        if left < 0 or right < 0:
            return
        pair = (pieces[left] or "", pieces[right] or "")
        if (at := cost(*pair)) is not None:
            heapq.heappush(queue, (at, left, right, pair))

    for i in range(len(pieces) - 1):
        offer(i, i + 1)
    while queue:
        _, left, right, pair = heapq.heappop(queue)
        if after[left] != right or (pieces[left], pieces[right]) != pair:
            continue  # one of the two has been merged with another since
        pieces[left], pieces[right] = "".join(pair), None
        after[left] = after[right]
        if after[right] >= 0:
            before[after[right]] = left
        yield pair
        offer(before[left], left)
        offer(left, after[left])


def used_of_scores(texts: Iterable[str], scores: Mapping[str, float]) -> set[str]:
    """Return the pieces of a SentencePiece vocabulary that the texts need."""

    def cost(left: str, right: str) -> float | None:
        score = scores.get(left + right)
        return None if score is None else -score

    words: set[str] = set()
    for text in texts:
        words.update(_PIECES.findall(text.replace(" ", SPACE)))
    return _used(words, cost) & scores.keys()


def used_of_ranks(texts: Iterable[str], ranks: Mapping[Pair, int]) -> set[str]:
    """Return the tokens of a byte-pair vocabulary that the texts need, in its alphabet of bytes.

    The texts are split as two families of models do, since each has another expression for it.
    """
    words: set[str] = set()
    for text in texts:
        for split in _SPLITS:
            words.update(split.findall(text))
    alphabet = byte_alphabet()
    written = {"".join(alphabet[byte] for byte in word.encode()) for word in words}
    return _used(written, lambda left, right: ranks.get((left, right)))


def _used(words: Iterable[str], cost: Cost) -> set[str]:
    found: set[str] = set()
    for word in words:
        found.update(word)
        found.update(left + right for left, right in merges(word, cost))
    return found


def byte_alphabet() -> list[str]:
    """Return the character that stands for each byte in GPT-2's vocabularies.

    Printable bytes stand for themselves, the others for the characters from U+0100 on
    (`bytes_to_unicode` of OpenAI's gpt-2, src/encoder.py).
    """
    printable = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    others = iter(range(0x100, 0x200))
    return [chr(byte) if byte in printable else chr(next(others)) for byte in range(0x100)]
