"""What programmers talk about when they talk about a language, without naming it.

One module per family of languages. For each language there are three lists, of terms that decide
alone (weight 3), that are likely signs (2) and slight ones (1). Terms are separated by commas, and
match whole words in all their forms ("borrowed" is "borrow"). `a + b` is a sign where both are in
the question, in any order; `a + b|c` where `a` is and one of the others. The language `general` has
the words of questions about work and not about code.
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
LISTS: Mapping[str, tuple[str, str, str]] = {
    language: lists for family in _FAMILIES for language, lists in family.TERMS.items()
}
"""Language → its terms of weight 3, 2 and 1."""
