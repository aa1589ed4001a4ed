"""The text around the cursor, as it was when a completion was requested."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hotseat.completion.prompt.window import window_chars
from hotseat.completion.request import N_PREDICT
from hotseat.documents.store import Document
from hotseat.domain.experts import Expert
from hotseat.domain.text import Position
from hotseat.session.shared.context_window import context_tokens

MAX_WINDOW_TOKENS = 1280
"""Prompt and answer together. A cold prompt of 1,000 tokens takes a 135M model 7 s on one core; the
context that a model is loaded with is larger, because questions use it too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Taken before the first await. `prefix` and `suffix` are as long as a prompt can hold.

    `began_s` is when the request came, on the clock of `time.perf_counter`.
    """

    uri: str
    version: int
    language: str
    position: Position
    prefix: str
    suffix: str
    invoked: bool
    began_s: float

    def after(self, text: str) -> Snapshot:
        """Return the snapshot as it will be once `text` is accepted.

        Only the line of its position is right; the character is not adjusted.
        """
        line = self.position.line + text.count("\n")
        position = Position(line, self.position.character)
        return replace(self, prefix=self.prefix + text, position=position)


def snapshot_of(
    document: Document,
    position: Position,
    language: str,
    expert: Expert,
    *,
    began_s: float,
    invoked: bool = False,
) -> Snapshot:
    """Return the text around `position` that fits into the window of the expert's model."""
    n_chars = window_chars(window_tokens(expert), N_PREDICT["line"])
    position = document.clamped(position)
    return Snapshot(
        uri=document.uri,
        version=document.version,
        language=language,
        position=position,
        prefix=document.prefix(position, n_chars),
        suffix=document.suffix(position, n_chars),
        invoked=invoked,
        began_s=began_s,
    )


def window_tokens(expert: Expert) -> int:
    """Return the tokens of prompt and answer together that a completion may use."""
    return min(context_tokens(expert), MAX_WINDOW_TOKENS)
