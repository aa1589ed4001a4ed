"""What a window learns of each model by using it, for the requests that follow."""

from __future__ import annotations

from collections.abc import Callable

from hotseat.completion.model import CompletionModel
from hotseat.completion.prompt.fim_templates import FimChoice
from hotseat.completion.request import MAX_WINDOW_TOKENS
from hotseat.domain.errors import EngineRejected
from hotseat.domain.experts import Expert, ModelSpec
from hotseat.engines.protocol import Chunk
from hotseat.keeper.link import KeeperLink
from hotseat.session.shared.context_window import WindowShares, context_tokens

MIN_READ_TOKENS = 16
"""Fewer are no measure of how fast a model reads."""
SMOOTHING = 0.7
CONTEXT_TOKENS = 256
CONTEXT_RATE = 250.0
"""Prompt tokens a second: from there on, context is read in a second."""


def window_tokens(expert: Expert) -> int:
    """Return the tokens of prompt and answer together that a completion may use."""
    return min(context_tokens(expert), MAX_WINDOW_TOKENS)


class KnownModels:
    """The models of one engine. `link` returns the connection to the keeper, once there is one."""

    def __init__(self, link: Callable[[], KeeperLink | None]) -> None:
        self._link = link
        self._window_shares = WindowShares()
        self._context_tokens: dict[ModelSpec, int] = {}
        self._tokens_per_s: dict[ModelSpec, float] = {}
        """Prompt tokens that each model reads a second, smoothed."""

    def model(self, expert: Expert, fim: FimChoice) -> CompletionModel:
        """Return what is known now of the expert's model, whose prompts have the format `fim`."""
        share = self._window_shares.share(expert.spec)
        return CompletionModel(
            fim=fim,
            window_tokens=int(window_tokens(expert) * share),
            context_tokens=self._room_for_context(expert.spec),
            tokens_per_s=self._tokens_per_s.get(expert.spec),
        )

    def shrink_window(self, spec: ModelSpec, error: EngineRejected) -> bool:
        """Use a smaller window from now on if the prompt was too long; return whether it is so."""
        return self._window_shares.shrink(spec, error)

    def note_reading(self, spec: ModelSpec, chunk: Chunk) -> None:
        """Learn from the last part of a stream how fast the model reads, if the engine reports
        it."""
        if chunk.n_cached_tokens is None:
            return
        n_read = (chunk.n_prompt_tokens or 0) - chunk.n_cached_tokens
        if n_read >= MIN_READ_TOKENS and chunk.prompt_eval_ms:
            rate = 1000 * n_read / chunk.prompt_eval_ms
            self._tokens_per_s[spec] = rate + SMOOTHING * (
                self._tokens_per_s.get(spec, rate) - rate
            )

    def _room_for_context(self, spec: ModelSpec) -> int:
        """Return the tokens of the prompt for other files: none if the model reads slowly.

        This is decided once for a model: each change would make it read the whole prompt again.
        """
        if (known := self._context_tokens.get(spec)) is not None:
            return known
        rate = self._tokens_per_s.get(spec)
        link = self._link()
        if rate is None:
            reports_rate = link is not None and link.state.engine.reports_timings
            return 0 if reports_rate else CONTEXT_TOKENS
        self._context_tokens[spec] = CONTEXT_TOKENS if rate >= CONTEXT_RATE else 0
        return self._context_tokens[spec]
