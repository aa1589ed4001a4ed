"""The language of a piece of code, or none where two are almost as likely."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache

from hotseat.languages.snippets.features import features_of
from hotseat.languages.snippets.table import Table, read_table

MIN_LEAD = 7.0
"""Natural logarithm of the odds by which the best language has to lead. Features of one text are
not independent, so that this is less certain than it looks."""
PROSE = "plaintext"
"""What the table calls text in a human language, with or without marks of Markdown."""
MIN_FEATURES = 6
"""Of the table, in the text. A text with fewer is prose, or too short."""


def language_of_snippet(text: str, *, min_lead: float = MIN_LEAD) -> str | None:
    """Return the VS Code id of the language, or None if nothing is likely enough.

    Knows the languages of the table. Takes about 0.3 ms for 64 tokens; the first call reads the
    table, which takes some 20 ms.
    """
    ranked = ranking(text)
    if len(ranked) < 2 or ranked[0][1] - ranked[1][1] < min_lead or ranked[0][0] == PROSE:
        return None
    return ranked[0][0]


def ranking(text: str) -> Sequence[tuple[str, float]]:
    """Return all languages with the logarithm of their likelihood, the most likely first.

    Empty if the text has too few known features.
    """
    table = _table()
    counts = Counter(feature for feature in features_of(text) if feature in table.logs)
    if len(counts) < MIN_FEATURES:
        return ()
    sums = [0.0] * len(table.languages)
    for feature in counts:
        for i, log in enumerate(table.logs[feature]):
            sums[i] += log
    return sorted(zip(table.languages, sums, strict=True), key=lambda one: -one[1])


@cache
def _table() -> Table:
    return read_table()
