"""A place in a text, followed through edits. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from hotseat.documents.buffer import Edit


@dataclass(frozen=True, slots=True)
class FollowedPlace:
    """The byte offset of a cursor. `is_sure`: what was true of the text there still is."""

    byte: int
    is_sure: bool = True

    def after(self, edit: Edit) -> FollowedPlace | None:
        """Return the place after an edit; None if its text was replaced.

        Letters and digits typed at the place change neither the kind of text nor its language.
        """
        if edit.whole:
            return None
        if edit.start_byte == self.byte == edit.old_end_byte:
            is_word = edit.text.isalnum() or edit.text == "_"
            return FollowedPlace(edit.new_end_byte, self.is_sure and is_word)
        if edit.old_end_byte <= self.byte:
            more = edit.new_end_byte - edit.old_end_byte
            return FollowedPlace(self.byte + more, is_sure=False)
        if edit.start_byte >= self.byte:
            return self
        return None
