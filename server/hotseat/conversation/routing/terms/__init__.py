"""What programmers talk about when they talk about a language, without naming it.

One module per family of languages. For each language there are three lists, of terms that decide
alone (weight 3), that are likely signs (2) and slight ones (1). `phrases` adds to the first two;
`libraries` has what belongs to one language by name, which counts more. Terms are separated by
commas, and match whole words in all their forms ("borrowed" is "borrow"). `a + b` is a sign where
both are in the question, in any order; `a + b|c` where `a` is and one of the others. The language
`general` has the words of questions about work and not about code.
"""

from __future__ import annotations

from collections.abc import Mapping

from hotseat.conversation.routing.terms import (
    apps,
    browser,
    c_cpp,
    data,
    general,
    go_rust,
    jvm,
    markup,
    operations,
    scripting,
)
from hotseat.conversation.routing.terms.libraries import ALL as LIBRARIES
from hotseat.conversation.routing.terms.phrases import ALL as PHRASES

_FAMILIES = (
    apps,
    browser,
    c_cpp,
    data,
    general,
    go_rust,
    jvm,
    markup,
    operations,
    scripting,
)
_OTHERS: Mapping[str, tuple[str, str, str]] = {
    language: lists for family in _FAMILIES for language, lists in family.TERMS.items()
}


def _lists(language: str) -> tuple[str, str, str, str]:
    strong, likely, slight = _OTHERS.get(language, ("", "", ""))
    more_strong, more_likely = PHRASES.get(language, ("", ""))
    return (
        LIBRARIES.get(language, ""),
        f"{strong}, {more_strong}",
        f"{likely}, {more_likely}",
        slight,
    )


LISTS: Mapping[str, tuple[str, str, str, str]] = {
    language: _lists(language) for language in dict.fromkeys((*_OTHERS, *LIBRARIES))
}
"""Language → its libraries and tools by name, then its terms of weight 3, 2 and 1."""
