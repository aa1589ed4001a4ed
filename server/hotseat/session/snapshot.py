"""A document around the cursor, as it was when somebody asked."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hotseat.completion.prompt.window import window_chars
from hotseat.completion.request import N_PREDICT
from hotseat.documents.store import Document
from hotseat.domain.experts import Expert
from hotseat.domain.text import Position
from hotseat.residency.memory import DEFAULT_NUM_CTX

MAX_WINDOW_TOKENS = 1280
"""Prompt and answer. A cold prompt of 1,000 tokens takes a 135M model 7 s on one core; the context
that a model is loaded with is for asking, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Taken before the first await. `prefix` and `suffix` are all that a prompt can hold."""

    uri: str
    version: int
    language: str
    position: Position
    prefix: str
    suffix: str
    invoked: bool
    began_s: float

    def behind(self, text: str) -> Snapshot:
        """As it will be once `text` is accepted. Only the line of the position is true."""
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
    """Prompt and answer together."""
    num_ctx = expert.spec.option("num_ctx")
    return min(num_ctx if isinstance(num_ctx, int) else DEFAULT_NUM_CTX, MAX_WINDOW_TOKENS)
