"""The language of selected lines that hold regions of several."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

_MIN_SHARE = 0.3
"""An embedded language is the selection's from this share of its text, the commonest one if
several are: who selects a query with the lines that run it asks about the query."""
_MIN_SHARE_OF_TEMPLATE = 0.6
"""The same in a file whose tags hold expressions: `<li v-for="t in todos">{{ t }}</li>` is the
template's."""
_TEMPLATES = frozenset({"vue", "svelte", "astro", "php"})
_STEP_CHARS = 8
_MAX_SAMPLES = 96
"""Finding the language of one place takes up to some 50 µs."""


def language_of_lines(
    lines: Sequence[str],
    file_language: str | None,
    language_at: Callable[[int, int], str | None],
) -> str | None:
    """Return the language of lines, by samples of their text that are evenly apart.

    `language_at` takes the index in `lines` and a column in characters.
    """
    places = [
        (i, column)
        for i, line in enumerate(lines[: _MAX_SAMPLES * _STEP_CHARS])
        for column in range(0, min(len(line), _MAX_SAMPLES * _STEP_CHARS), _STEP_CHARS)
        if line[column:].strip()
    ]
    step = -(-len(places) // _MAX_SAMPLES) or 1
    counts = Counter(language_at(*place) for place in places[::step])
    share = _MIN_SHARE_OF_TEMPLATE if file_language in _TEMPLATES else _MIN_SHARE
    least = share * counts.total()
    for language, count in counts.most_common():
        if language != file_language and language is not None and count >= least:
            return language
    return file_language
