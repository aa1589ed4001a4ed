"""What the worker last answered about one document, and for which text. Pure.

Owns the answers and the place that they are of, which follows the edits. Asks nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from hotseat.documents.buffer import Edit
from hotseat.domain.syntax import Definition, Kind
from hotseat.parsing.followed_place import FollowedPlace

_KINDS = {kind.value: kind for kind in Kind}


class LastAnswers:
    """A revision counts the edits of the document; -1 is that of no text."""

    def __init__(self) -> None:
        self.n_answers = 0
        """Grows when the answer to a question may have changed without an edit."""
        self.place: FollowedPlace | None = None
        """Where the languages were asked for; None if nothing is known of any place."""
        self.languages: tuple[str, ...] = ()
        """At that place."""
        self.definitions: Sequence[Definition] = ()
        self.looked = self.defined = -1
        """The revisions that the languages and the definitions are those of."""

    def is_at(self, byte: int | None) -> bool:
        """Return whether the languages at that offset are known, perhaps those of an older text."""
        return self.place is not None and self.place.byte == byte

    def is_sure_at(self, byte: int) -> bool:
        """Return whether they are known there, and nothing but letters was typed since."""
        return self.place == FollowedPlace(byte)

    def edited(self, edit: Edit) -> None:
        """The document was changed."""
        self.place = self.place and self.place.after(edit)

    def look_answered(
        self, revision: int, place: FollowedPlace | None, languages: tuple[str, ...]
    ) -> bool:
        """Take the languages at a place. Return whether they are others, or of another place."""
        is_other = self.place != place or languages != self.languages
        self.looked, self.place, self.languages = revision, place, languages
        self.n_answers += is_other
        return is_other

    def definitions_answered(self, revision: int, values: list[object], first_line: int) -> None:
        """Take the definitions of a piece of the document that begins at line `first_line`."""
        self.defined = revision
        self.definitions = _definitions(values, first_line)
        self.n_answers += 1

    def have_no_definitions(self, revision: int) -> None:
        """The definitions of that text cannot be found."""
        self.defined, self.definitions = revision, ()

    def tree_lost(self) -> None:
        """The worker has no tree any more. Definitions that were found are those of the text."""
        self.n_answers += self.place is not None
        self.place = None
        self.looked = -1

    def forget(self) -> None:
        """The document is another one."""
        self.place = None
        self.looked = self.defined = -1
        self.definitions = ()
        self.n_answers += 1


def _definitions(values: list[object], first_line: int) -> list[Definition]:
    found = []
    for value in values:
        match value:
            case [str(name), str(kind), int(line), str(text), bool(is_member)] if kind in _KINDS:
                found.append(
                    Definition(
                        name=name,
                        kind=_KINDS[kind],
                        first_line=line + first_line,
                        text=text,
                        is_member=is_member,
                    )
                )
    return found
