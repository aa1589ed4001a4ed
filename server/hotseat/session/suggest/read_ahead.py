"""The prompt is read ahead where the user has settled, so that the first answer comes sooner.

Decides when, and once for each document and model. `EarlyWork.warm_up` does it.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from hotseat.attention.state import AttentionState
from hotseat.documents.store import Document, DocumentStore
from hotseat.domain.experts import Roster
from hotseat.domain.text import Position

Prefetch = Callable[[Document, Position, str | None, Roster], bool]
"""`EarlyWork.warm_up`: return whether the model reads the prompt now, or has read it."""


class ReadAhead:
    """`attention` and `roster` return those of now, `cursor` the position in a document by URI.

    `clock` returns seconds on the clock of the attention state.
    """

    def __init__(
        self,
        documents: DocumentStore,
        prefetch: Prefetch,
        *,
        attention: Callable[[], AttentionState],
        roster: Callable[[], Roster],
        cursor: Callable[[str], Position],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._documents = documents
        self._prefetch = prefetch
        self._attention = attention
        self._roster = roster
        self._cursor = cursor
        self._clock = clock
        self._done: tuple[str, str] | None = None
        """The document and the model of the last prompt that was read."""

    def read_where_settled(self) -> None:
        """Have the model read the prompt at the cursor, if the user stays there.

        Nothing happens while the window has no focus, or a second time for one document and model.
        """
        state, roster = self._attention(), self._roster()
        language = state.focused_language
        expert = roster.expert_for(language)
        if expert is None or state.focused is None or state.settles_in_s(self._clock()):
            return
        key = (state.focused, expert.spec.key)
        document = self._documents.get(state.focused)
        if key == self._done or document is None or not state.window_focused:
            return
        if self._prefetch(document, self._cursor(state.focused), language, roster):
            self._done = key
