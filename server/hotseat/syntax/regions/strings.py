"""Regions in string literals: of Python, Go, JavaScript, TypeScript, Java, Ruby, PHP, Rust, and by
text alone of C#, Kotlin, Scala, Swift and Dart.

Owns when the tree is believed. Where it has an error, which may be the very string that is being
typed, and shows no string at the cursor, the text decides.
"""

from __future__ import annotations

from hotseat.syntax.regions import quoted, string_by_text, string_by_tree
from hotseat.syntax.regions.place import Found, Place
from hotseat.syntax.regions.string_by_tree import STRINGS

TREE_HOSTS: frozenset[str] = frozenset(STRINGS)
HOSTS: frozenset[str] = quoted.LANGUAGES


def look(place: Place, language: str, *, text: Place | None = None) -> Found | None:
    """`language` is one of `HOSTS`. `text`: the same place, for what is found without the tree."""
    tree = place.tree
    if tree is not None and language in TREE_HOSTS:
        string, is_code = string_by_tree.string_around(
            tree.root_node, place.byte, STRINGS[language]
        )
        if string is not None:
            return string_by_tree.region_of(string, place, language)
        if is_code or not tree.root_node.has_error:
            return None
    return string_by_text.look(text or place, language)
