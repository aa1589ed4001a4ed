"""What is begun before a completion is requested: the reading of a prompt, an early start.

Decides whether it is worth beginning, and for which text. `prefetcher.py` runs it.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from hotseat.completion.snapshot import Snapshot, take_snapshot
from hotseat.completion.timing.client_debounce import ClientDebounce
from hotseat.documents.store import Document
from hotseat.domain.experts import Expert, Roster
from hotseat.domain.text import Position
from hotseat.session.suggest.availability import Availability
from hotseat.session.suggest.engine_handle import EngineHandle
from hotseat.session.suggest.models.known_models import window_tokens
from hotseat.session.suggest.prefetcher import Prefetcher


class EarlyWork:
    """Of one window. `is_secret`: models may not see the document with that URI. `end_request` ends
    the request that waits for a document. `may_begin`: no pause of the user's own forbids it."""

    def __init__(
        self,
        engine: EngineHandle,
        availability: Availability,
        prefetcher: Prefetcher,
        *,
        is_secret: Callable[[str], bool],
        end_request: Callable[[str], None],
        may_begin: bool = True,
    ) -> None:
        self._engine = engine
        self._availability = availability
        self._prefetcher = prefetcher
        self._is_secret = is_secret
        self._end_request = end_request
        self._may_begin = may_begin
        self._client_debounce = ClientDebounce()

    def asked(self, now_s: float) -> None:
        """A request came, at that time on the clock of `time.perf_counter`."""
        self._client_debounce.asked(now_s)

    def keyed(self) -> bool:
        """Note that a character was typed. Return whether to `begin_early`: the editor is about to
        request a completion, but waits first."""
        self._client_debounce.keyed(time.perf_counter())
        return self._may_begin and self._client_debounce.is_time_to_begin

    def begin_early(
        self, document: Document, position: Position, language: str | None, roster: Roster
    ) -> None:
        """Ask the engine now what the editor is about to request; its request finds the stream."""
        expert = self._availability.route(language, roster).served_by
        if expert is None or language is None or self._is_secret(document.uri):
            return
        snapshot = _snapshot(document, position, language, expert)
        self._prefetcher.begin_early(expert, snapshot, lambda: self._end_request(document.uri))

    def warm_up(
        self, document: Document, position: Position, language: str | None, roster: Roster
    ) -> bool:
        """Have the model read the text before the cursor, so that the first key finds it read.

        False while it cannot, or while a completion reads the same anyway.
        """
        expert, source = roster.expert_for(language), self._engine.source
        if expert is None or language is None or not self._availability.is_ready(expert):
            return False
        if source is not None and source.is_busy:
            return False
        if self._prefetcher.is_completing(document.uri):
            return True  # the text has been read
        snapshot = _snapshot(document, position, language, expert)
        if not snapshot.prefix.strip() or self._is_secret(document.uri):
            return False
        self._prefetcher.read_ahead(expert, snapshot)
        return True


def _snapshot(document: Document, position: Position, language: str, expert: Expert) -> Snapshot:
    return take_snapshot(
        document,
        position,
        language,
        window_tokens=window_tokens(expert),
        began_s=time.perf_counter(),
    )
