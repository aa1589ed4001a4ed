"""Whether a suggestion fits the syntax around it, and what of it does.

What does not parse is mended and trimmed back until it does (`mend.py`), and what cannot be saved
is nothing. Parses a piece of text around the cursor (`fragment.py`), so the time it takes does not
grow with the document; it is for the end of a stream, not for every token.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from hotseat.completion.fragment import Region, Window, is_known
from hotseat.completion.mend import mended
from hotseat.languages.places import Place

if TYPE_CHECKING:
    from tree_sitter import Language

MAX_PARSES = 24
_UNSURE = frozenset({"sql", "html", "vue", "svelte", "yaml", "markdown"})
"""Their grammars take honest text for errors, or anything for sound."""


def fitting(
    text: str,
    prefix: str,
    suffix: str,
    language: str | None,
    grammar: Language | None,
    *,
    place: Place | None = None,
    region: Region = Region.FILE,
    expired: Callable[[], bool] = lambda: False,
) -> str:
    """The most of `text` with which the code parses no worse than without; empty for none.

    `prefix` and `suffix` are the text around the cursor, more of it than a prompt holds where there
    is more. `expired()` turning True ends the search: what was not found by then is nothing.
    """
    is_unsure = language in _UNSURE or place is Place.COMMENT or not is_known(prefix, region)
    if not text.strip() or grammar is None or is_unsure:
        return text
    window = Window(
        prefix,
        suffix,
        language,
        grammar,
        region=region,
        in_string=place is Place.STRING,
        expired=expired,
    )
    if window.n_errors_with(text) == 0:
        return text
    window.settle()
    tried = {""}
    for candidate in mended(text, prefix, language):
        if candidate in tried:
            continue
        if expired() or len(tried) > MAX_PARSES:
            break
        tried.add(candidate)
        if window.takes(candidate):
            return candidate
    return ""
