"""One suggestion, and the record of the newest request for one."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from hotseat.completion.filter.features import Features
from hotseat.completion.postprocess.line_or_block import Mode
from hotseat.domain.text import Position


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """`text` goes in at `position`. The item that is sent replaces `replaced`, which stands before
    it, by itself: the editor's list of completions was open."""

    id: str
    text: str
    position: Position
    expert: str
    logprobs: tuple[float, ...] = ()
    """Of its tokens, where the engine reports them."""
    mode: Mode = "line"
    parses: bool | None = None
    """The code parses no worse with it than without; None if it was not checked."""
    cached: bool = False
    """It came from the cache, without a request to the engine."""
    replaced: str = ""
    alternatives: tuple[str, ...] = ()
    """Other texts for the same place, for a request by hand."""
    start: Position | None = None
    """Where `replaced` begins."""


@dataclass(slots=True, kw_only=True)
class StreamCounts:
    """What one stream cost; shared by all requests that follow it."""

    called_s: float | None = None
    first_token_s: float | None = None
    ended_s: float | None = None
    n_prompt_tokens: int | None = None
    n_cached_tokens: int | None = None
    n_tokens: int | None = None
    """Tokens written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Certainty:
    """What the filter knew of a suggestion beside its text. Logarithms are natural."""

    score: float
    mode: Mode
    parses: bool | None
    mean_logprob: float | None
    first_logprob: float | None
    joint_logprob: float | None

    @classmethod
    def of(cls, features: Features, score: float) -> Certainty:
        return cls(
            score=score,
            mode=features.mode,
            parses=features.parses,
            mean_logprob=features.mean_logprob,
            first_logprob=features.first_logprob,
            joint_logprob=features.joint_logprob,
        )

    def to_wire(self) -> dict[str, Any]:
        return {
            "score": self.score,
            "mode": self.mode,
            "parses": self.parses,
            "meanLogprob": self.mean_logprob,
            "firstLogprob": self.first_logprob,
            "jointLogprob": self.joint_logprob,
        }


@dataclass(slots=True, kw_only=True)
class LastCompletion:
    """What became of a request, for the status and the log. Times in ms."""

    id: str
    language: str | None
    began_s: float = 0.0
    """When the request came, on the clock of `time.perf_counter`."""
    dropped_by: str = ""
    """The stage that withheld a suggestion: a `completion.answer.Stage`, or one of this room (see
    `stage`). Empty while nothing did."""
    expert: str | None = None
    served_by: str | None = None
    outcome: str = "empty"
    """`shown`, `empty`, `superseded`, `failed`; later `accepted` or `rejected`."""
    note: str = ""
    before_engine_ms: float | None = None
    """From the request to the engine's call: ours."""
    first_token_ms: float | None = None
    """From the engine's call to its first text."""
    source: str = "engine"
    """`engine`, `cache`, or `stream`: one that ran already."""
    engine_ms: float | None = None
    """From the engine's call to the end of what was wanted of it."""
    delay_ms: float = 0.0
    """The wait for a pause in the typing, and for a stream that then differed."""
    total_ms: float | None = None
    n_prompt_tokens: int | None = None
    n_cached_tokens: int | None = None
    n_tokens: int | None = None
    """Tokens written."""
    text: str = ""
    certainty: Certainty | None = None

    @property
    def stage(self) -> str:
        """`shown`, or the stage that dropped the suggestion.

        Before the pipeline that is `secret file`, `routing` (no model can answer), `engine` (it
        failed) or `superseded` (a newer request, or a newer text).
        """
        return "shown" if self.outcome == "shown" else self.dropped_by or self.outcome

    def drop(self, stage: str, note: str = "", *, outcome: str = "empty") -> None:
        """Note that there will be no suggestion, and why. What the note says already stays before
        it: that another model stands in, and the remedy."""
        self.outcome, self.dropped_by = outcome, stage
        self.note = "; ".join(filter(None, (self.note, note)))

    def note_stream(self, counts: StreamCounts) -> None:
        """Note what the stream that answered has cost so far."""
        if counts.called_s is not None:
            self.before_engine_ms = max(0.0, counts.called_s - self.began_s) * 1000
            if counts.first_token_s is not None:
                self.first_token_ms = (counts.first_token_s - counts.called_s) * 1000
            if counts.ended_s is not None:
                self.engine_ms = (counts.ended_s - counts.called_s) * 1000
        self.n_prompt_tokens = counts.n_prompt_tokens
        self.n_cached_tokens = counts.n_cached_tokens
        self.n_tokens = counts.n_tokens

    def to_wire(self) -> dict[str, Any]:
        """Return the JSON of `lastCompletion` in the status."""
        names = {
            "served_by": "servedBy",
            "before_engine_ms": "beforeEngineMs",
            "first_token_ms": "firstTokenMs",
            "engine_ms": "engineMs",
            "delay_ms": "delayMs",
            "total_ms": "totalMs",
            "n_prompt_tokens": "nPromptTokens",
            "n_cached_tokens": "nCachedTokens",
            "n_tokens": "nTokens",
        }
        on_wire = [field.name for field in fields(self) if field.name not in _NOT_ON_THE_WIRE]
        certainty = None if self.certainty is None else self.certainty.to_wire()
        found = {names.get(name, name): getattr(self, name) for name in on_wire}
        return {**found, "certainty": certainty}


_NOT_ON_THE_WIRE = frozenset({"began_s", "dropped_by"})
