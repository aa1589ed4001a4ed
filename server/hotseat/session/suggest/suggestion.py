"""One suggestion, and what the status says of the newest request for one."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from hotseat.completion.postprocess.line_or_block import Mode
from hotseat.domain.text import Position


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """`text` goes in at `position` and replaces nothing."""

    id: str
    text: str
    position: Position
    expert: str
    logprobs: tuple[float, ...] = ()
    """Of its tokens, where the engine tells them."""
    mode: Mode = "line"
    parses: bool | None = None
    """The code parses no worse with it than without; None where nobody can tell."""
    cached: bool = False
    """Nothing was asked of the engine for it."""


@dataclass(slots=True, kw_only=True)
class StreamCounts:
    """What one stream cost: of all requests that follow it."""

    called_s: float | None = None
    first_token_s: float | None = None
    ended_s: float | None = None
    n_prompt_tokens: int | None = None
    n_cached_tokens: int | None = None


@dataclass(slots=True, kw_only=True)
class LastCompletion:
    """What became of the newest request, for the status. Times in ms."""

    id: str
    language: str | None
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
    """`engine`, `cache`, or `stream`: one that was under way already."""
    engine_ms: float | None = None
    """From the engine's call to the end of what was wanted of it."""
    delay_ms: float = 0.0
    """Waited for a pause in the typing, and for a stream that then took another way."""
    total_ms: float | None = None
    n_prompt_tokens: int | None = None
    n_cached_tokens: int | None = None
    text: str = ""

    def note_stream(self, counts: StreamCounts, began_s: float) -> None:
        """What the stream that answered has cost so far; `began_s` is when the request came."""
        if counts.called_s is not None:
            self.before_engine_ms = max(0.0, counts.called_s - began_s) * 1000
            if counts.first_token_s is not None:
                self.first_token_ms = (counts.first_token_s - counts.called_s) * 1000
            if counts.ended_s is not None:
                self.engine_ms = (counts.ended_s - counts.called_s) * 1000
        self.n_prompt_tokens = counts.n_prompt_tokens
        self.n_cached_tokens = counts.n_cached_tokens

    def to_wire(self) -> dict[str, Any]:
        names = {
            "served_by": "servedBy",
            "before_engine_ms": "beforeEngineMs",
            "first_token_ms": "firstTokenMs",
            "engine_ms": "engineMs",
            "delay_ms": "delayMs",
            "total_ms": "totalMs",
            "n_prompt_tokens": "nPromptTokens",
            "n_cached_tokens": "nCachedTokens",
        }
        return {names.get(name, name): value for name, value in asdict(self).items()}
