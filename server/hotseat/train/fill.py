"""Fill-in-the-middle examples: a span of syntax removed from a file, in the prompt format of the
base's family.

The middle is a node of the syntax tree, as in suggestions; prefix and suffix are as much of the
file as fits.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass

from hotseat.completion.prompt.fim_templates import FimTemplate
from hotseat.syntax.text_spans import sound_ranges
from hotseat.train.sources import SourceFile
from hotseat.train.windows import Encode, TrainingWindow

MIN_MIDDLE_CHARS, MAX_MIDDLE_CHARS = 4, 700
_N_TRIES = 20
_SUFFIX_SHARE = 0.3
"""Share of the suffix in the tokens around the middle."""
_PLACEHOLDER = re.compile(r"(\{prefix\}|\{suffix\})")


@dataclass(frozen=True, slots=True, kw_only=True)
class FillExampleMaker:
    """Makes examples of exactly `n_tokens`, padded with `end`."""

    template: FimTemplate
    encode: Encode
    """Encodes text, which never becomes control tokens."""
    encode_control: Encode
    end: int
    """The token after the middle."""
    n_tokens: int

    def __call__(self, file: SourceFile, chance: random.Random) -> TrainingWindow | None:
        """Return one example, or None if the file has no span of a fitting size."""
        cut = cut_node(file, chance)
        if cut is None:
            return None
        start, stop = cut
        text = file.text
        middle = self.encode(text[start:stop])
        pieces = _PLACEHOLDER.split(self._pattern(file))
        fixed = {p: self.encode_control(p) for p in pieces if not _PLACEHOLDER.fullmatch(p) and p}
        n_free = self.n_tokens - len(middle) - 1 - sum(map(len, fixed.values()))
        if n_free < self.n_tokens // 4:
            return None
        reach = 8 * self.n_tokens
        suffix = self.encode(text[stop : stop + reach])[: int(n_free * _SUFFIX_SHARE)]
        n_prefix = n_free - len(suffix)
        prefix = self.encode(text[max(0, start - reach) : start])[-n_prefix:]
        texts = {"{prefix}": prefix, "{suffix}": suffix}
        ids = [token for p in pieces if p for token in (texts[p] if p in texts else fixed[p])]
        ids += [*middle, self.end]
        padding = (self.end,) * (self.n_tokens - len(ids))
        return TrainingWindow((*ids, *padding), len(ids))

    def _pattern(self, file: SourceFile) -> str:
        if not self.template.needs_path:
            return self.template.pattern
        return self.template.path_pattern.format(path=file.path) + self.template.pattern


def cut_node(file: SourceFile, chance: random.Random) -> tuple[int, int] | None:
    """Return first character and end of a syntax node, drawn at random."""
    data = file.text.encode()
    if not data:
        return None
    ranges = sound_ranges(
        file.text,
        file.dialect,
        [chance.randrange(len(data)) for _ in range(_N_TRIES)],
        min_bytes=MIN_MIDDLE_CHARS,
        max_bytes=MAX_MIDDLE_CHARS,
    )
    fitting = next(filter(None, ranges), None)
    if fitting is None:
        return None
    start, stop = chance.choice(fitting)
    n_before = len(data[:start].decode(errors="replace"))
    return n_before, n_before + len(data[start:stop].decode(errors="replace"))


Fill = Callable[[SourceFile, random.Random], TrainingWindow | None]
