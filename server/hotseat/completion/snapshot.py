"""The text around the cursor, as it was when a completion was requested."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hotseat.completion.postprocess.line_or_block import LineOrBlock, line_or_block_at
from hotseat.completion.prompt.window import window_chars
from hotseat.documents.store import Document
from hotseat.domain.text import Position

N_PREDICT_LINE = 96
"""Tokens of an answer. Most lines end themselves long before; one that opens a bracket goes on to
its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectedItem:
    """The item that is selected in the editor's list of completions: `text` will replace what
    stands between `start` and the cursor, and a suggestion has to go on from it."""

    start: Position
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Taken before the first await. `prefix` and `suffix` are as long as a prompt can hold."""

    uri: str
    revision: int
    """`Document.revision`: the client's version may stay the same."""
    language: str
    position: Position
    prefix: str
    suffix: str
    invoked: bool = False
    """The user requested the completion by a command."""
    began_s: float = 0.0
    """When the request came, on the clock of `time.perf_counter`."""

    @property
    def is_in_name(self) -> bool:
        """The cursor is inside a name, where nothing is suggested."""
        length = line_or_block_at(self.prefix, self.suffix, self.language)
        return length is LineOrBlock.NOTHING

    def after(self, text: str) -> Snapshot:
        """Return the snapshot as it will be once `text` is accepted.

        Only the line of its position is right; the character is not adjusted.
        """
        line = self.position.line + text.count("\n")
        position = Position(line, self.position.character)
        return replace(self, prefix=self.prefix + text, position=position)


def take_snapshot(
    document: Document,
    position: Position,
    language: str,
    *,
    window_tokens: int,
    began_s: float,
    invoked: bool = False,
) -> Snapshot:
    """Return the text around `position` that fits into a model's window of `window_tokens`."""
    n_chars = window_chars(window_tokens, N_PREDICT_LINE)
    position = document.clamped(position)
    return Snapshot(
        uri=document.uri,
        revision=document.revision,
        language=language,
        position=position,
        prefix=document.prefix(position, n_chars),
        suffix=document.suffix(position, n_chars),
        invoked=invoked,
        began_s=began_s,
    )
