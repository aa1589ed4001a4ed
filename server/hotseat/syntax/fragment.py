"""The errors in a piece of text with a suggestion in it.

Owns parsing only the part that a suggestion changes. Where the piece begins and ends is for the
caller to choose (`completion/postprocess/fragment_parser.py`). The parse cannot be interrupted:
the language server has it done by another process (`parsing/`).
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from hotseat.documents.columns import encode_utf8
from hotseat.languages.profiles import PROFILES
from hotseat.syntax.errors import n_errors
from hotseat.syntax.grammars import grammar
from hotseat.syntax.parse_guard import has_too_many_levels
from hotseat.syntax.parse_once import point_after

if TYPE_CHECKING:
    from tree_sitter import Language, Tree

_NAMED = frozenset(profile.id for profile in PROFILES.values() if profile.names_parse_alike)
_SOME_NAME = "some_name"
_NAME_BEFORE = re.compile(r"(?<![\w$@#\\'\"`<-])[^\W\d]\w*\Z")
"""The part of a name before the cursor."""
_NAME_AFTER = re.compile(r"\w*")
_OWN_MEANING = frozenset(
    {"self", "super", "this", "true", "false", "null", "none", "nil"}
    # Of Go, Rust and TypeScript: their grammars have other rules after these than after names.
    | {"make", "new", "mut", "crate", "macro_rules", "unique"}
)


class Fragment:
    """The text `before` and `after` a cursor, in one language; see `FragmentSyntax`.

    The first text inserted is parsed with all of the piece, later ones only where they differ.
    """

    def __init__(self, before: str, after: str, language: str | None) -> None:
        self._grammar = grammar(language)
        self._name, self._is_inside = "", _begins_name(after) > 0
        if language in _NAMED and (name := _NAME_BEFORE.search(before)) is not None:
            self._name, before = name.group(), before[: name.start()]
        self._before, self._after = encode_utf8(before), encode_utf8(after)
        self._start_point = point_after(self._before)
        self._first: tuple[Tree, int, tuple[int, int]] | None = None
        """A tree, and where the text inserted in it ends."""

    async def n_errors_with(self, text: str) -> int | None:
        """Return the number of errors with `text` at the cursor; see `count_errors`."""
        return self.count_errors(text)

    def count_errors(self, text: str) -> int | None:
        """Return the number of errors with `text` at the cursor.

        None without a grammar, and for a text that must not be parsed.
        """
        if self._grammar is None:
            return None
        from tree_sitter import Parser  # here, because it costs 17 ms of every start

        before = self._before + encode_utf8(self._with_name(text))
        data = before + self._after
        if has_too_many_levels(data, self._grammar):
            return None
        end, end_point = len(before), point_after(before)
        parser = Parser(self._grammar)
        if self._first is None:
            tree = parser.parse(data)
            self._first = tree, end, end_point
            return n_errors(tree.root_node)
        first, old_end, old_end_point = self._first
        old = first.copy()
        old.edit(len(self._before), old_end, end, self._start_point, old_end_point, end_point)
        return n_errors(parser.parse(data, old).root_node)

    def _with_name(self, text: str) -> str:
        """Return `text` after the part of a name that the cursor follows.

        The parser's recovery from errors depends on the length of a name, and on a letter that
        could be a string's prefix. So a name that is no keyword stands for all names.
        """
        if not self._name or self._grammar is None:
            return text
        end = _begins_name(text)
        name, rest = self._name + text[:end], text[end:]
        goes_on = not rest and self._is_inside
        if goes_on or rest[:1] in ("'", '"', "`") or name in _words(self._grammar):
            return name + rest
        return _SOME_NAME + rest


def _begins_name(text: str) -> int:
    """Return how many characters at the beginning of `text` go on with a name."""
    found = _NAME_AFTER.match(text)
    return found.end() if found is not None else 0


@cache
def _words(language: Language) -> frozenset[str]:
    """Return the keywords of a grammar."""
    kinds = (
        language.node_kind_for_id(i)
        for i in range(language.node_kind_count)
        if not language.node_kind_is_named(i)
    )
    return _OWN_MEANING | {kind for kind in kinds if kind is not None and kind.isidentifier()}
