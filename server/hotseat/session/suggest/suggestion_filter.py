"""The last stage of a suggestion: whether it is shown, and the record of what becomes of it.

`completion/filter/score.py` and `gates.py` decide, `show_weights` has the weights, and `outcomes`
records.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

from hotseat.completion.answer import Stage
from hotseat.completion.cache import CursorPlace
from hotseat.completion.filter.features import Features, features_of
from hotseat.completion.filter.gates import FILTER_ALONE, gate_of
from hotseat.completion.filter.rejected import RejectedSuggestions
from hotseat.completion.filter.score import Verdict, decide
from hotseat.documents.store import Document
from hotseat.domain.experts import Roster
from hotseat.session.suggest.acceptance import Outcomes, Shown
from hotseat.session.suggest.show_weights import ShowWeights
from hotseat.session.suggest.suggestion import Certainty, LastCompletion, Suggestion

_REJECTED = "you dismissed the same suggestion here"
_PREFIX_CHARS = 3000
_SUFFIX_CHARS = 1500


class SuggestionFilter:
    """Of one window. `later` runs work that the answer does not wait for, before the next key."""

    def __init__(
        self,
        outcomes: Outcomes,
        weights: ShowWeights,
        later: Callable[[Callable[[], None]], None],
    ) -> None:
        self._outcomes = outcomes
        self._weights = weights
        self._later = later
        self._rejected = RejectedSuggestions()

    def filtered(
        self,
        suggestion: Suggestion,
        document: Document,
        roster: Roster,
        record: LastCompletion,
        *,
        asked_s: float,
        invoked: bool,
    ) -> Suggestion | None:
        """Return the suggestion if it is to be shown; else None, and `record` has the reason.

        `document` is as it was when the suggestion was made. If the user `invoked` it by a command,
        it is never hidden; else the same text is not shown again where the user dismissed it.
        """
        rule = roster.completion
        place = CursorPlace.of(
            document.prefix(suggestion.position, _PREFIX_CHARS),
            document.suffix(suggestion.position, _SUFFIX_CHARS),
        )
        if invoked:
            self._rejected.forgive(document.uri, place, suggestion.text)
        elif self._rejected.is_rejected(document.uri, place, suggestion.text):
            record.drop(Stage.FILTER, _REJECTED, outcome="hidden")
            return None
        features = _features(suggestion, document, record.language)
        threshold = 0.0 if invoked else rule.threshold
        expert = roster.by_name(suggestion.expert)
        gate = FILTER_ALONE if expert is None else gate_of(expert.spec.model)
        verdict = decide(features, threshold=threshold, weights=self._weights.now, gate=gate)
        record.certainty = Certainty.of(features, verdict.score)
        if not verdict.shown:
            record.drop(Stage.FILTER, verdict.reason, outcome="hidden")
        if verdict.shown:
            self._rejected.shown(suggestion.id, document.uri, place, suggestion.text)
        if rule.statistics:
            self._record(suggestion, document, features, verdict, roster, record, asked_s)
        return suggestion if verdict.shown else None

    def rejected(self, suggestion_id: str) -> None:
        """The user dismissed that suggestion: it does not return by itself at its place."""
        self._rejected.reject(suggestion_id)

    def _record(
        self,
        suggestion: Suggestion,
        document: Document,
        features: Features,
        verdict: Verdict,
        roster: Roster,
        record: LastCompletion,
        asked_s: float,
    ) -> None:
        now_s = time.monotonic()
        expert = roster.by_name(suggestion.expert)
        shown = Shown(
            suggestion_id=suggestion.id,
            uri=document.uri,
            position=suggestion.position,
            text=suggestion.text,
            expert=suggestion.expert,
            model=expert.spec.model if expert else "",
            shown_ms=(now_s - asked_s) * 1000,
            first_token_ms=record.first_token_ms,
            cached=suggestion.cached,
        )
        self._later(partial(self._outcomes.shown, shown, features, verdict, now_s))


def _features(suggestion: Suggestion, document: Document, language: str | None) -> Features:
    prefix = document.prefix(suggestion.position, _PREFIX_CHARS)
    suffix = document.suffix(suggestion.position, _SUFFIX_CHARS)
    return features_of(
        suggestion.text,
        prefix=prefix,
        suffix=suffix,
        language=language or "",
        mode=suggestion.mode,
        parses=suggestion.parses,
        logprobs=suggestion.logprobs,
    )
