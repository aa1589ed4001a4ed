"""tree-sitter grammars by LSP language id, loaded at their first use.

Owns the loading; the profiles state which wheel serves which language. Imports no grammar at
start-up: one takes 1 to 18 ms.
A grammar that is not installed, or does not fit the installed tree-sitter, counts as none.
"""

from __future__ import annotations

import importlib
from functools import cache
from typing import TYPE_CHECKING

from hotseat.languages.profiles import PROFILES, profile_of

if TYPE_CHECKING:
    from tree_sitter import Language

LANGUAGES: frozenset[str] = frozenset(
    profile.id for profile in PROFILES.values() if profile.grammar is not None
)
"""Languages that have a grammar among Hotseat's dependencies."""


@cache
def grammar(language: str | None) -> Language | None:
    """Return the grammar of a language; None when there is none. The first call imports it."""
    found = profile_of(language).grammar
    if found is None:
        return None
    from tree_sitter import Language

    try:
        return Language(getattr(importlib.import_module(found.module), found.function)())
    except (ImportError, AttributeError, ValueError):
        # ValueError: the grammar's ABI is older or newer than this tree-sitter reads.
        return None


def has_grammar(language: str | None) -> bool:
    """Return whether texts of a language can be parsed. The first call imports the grammar."""
    return grammar(language) is not None
