"""Experts whose model the engine does not have: it must be downloaded first.

The engine's list shows it. While that is not known, the error of a request does: the keeper loads
the base model, and an adapter over it is missed only when a request names it. Other experts answer
instead.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from hotseat.domain.errors import HotseatError, ModelNotFound
from hotseat.domain.experts import Expert, canonical_model_name
from hotseat.engines.capabilities import EngineCapabilities
from hotseat.engines.pull_hint import pull_command, pull_hint
from hotseat.roster.merge import weights_of

RETRY_S = 30.0
"""Until the engine is asked for a missing model again: it may have been pulled in a terminal."""


def missing_hint(expert: Expert, engine: EngineCapabilities) -> str:
    """Return what to do about an expert whose base is warm and whose own model is missing; empty
    where the engine says it better."""
    return pull_hint(expert, engine, has_base=True) if engine.can_pull else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """What an expert lacks."""

    model: str
    """The model whose weights it runs, or its own if only the adapter is missing."""
    size_bytes: int | None
    """According to the roster; None if it does not say."""
    problem: str
    """Why it cannot be downloaded, with what to do; else empty."""


@dataclass(frozen=True, slots=True)
class _Miss:
    error: ModelNotFound
    since_s: float


class MissingModels:
    """The missing models of one window and one engine.

    `changed` is called when `problem` or `hint` changes for an expert; `clock` returns seconds.
    `hint_of` returns what to do about the missing model of an expert.
    """

    def __init__(
        self,
        changed: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
        *,
        retry_s: float = RETRY_S,
        hint_of: Callable[[Expert], str] = lambda expert: "",
    ) -> None:
        self._changed = changed
        self._clock = clock
        self._retry_s = retry_s
        self._hint_of = hint_of
        self._misses: dict[str, _Miss] = {}
        """By the name of the model."""
        self._listed: frozenset[str] | None = None

    def listed(self, names: frozenset[str] | None) -> None:
        """The engine has the models of these canonical names; None if that is not known."""
        if names != self._listed:
            self._listed = names
            self._changed()

    def lacks(self, expert: Expert) -> str:
        """Return the model that the engine does not have: the base under the expert's adapter, or
        its own. Empty if it has both, or its list is not known."""
        if self._listed is None:
            return ""
        models = (weights_of(expert), expert.spec.model)
        return next((m for m in models if canonical_model_name(m) not in self._listed), "")

    def download(self, expert: Expert, engine: EngineCapabilities) -> Download | None:
        """Return what must be downloaded for the expert; None if nothing is known to be missing."""
        if not (model := self.lacks(expert)):
            return None
        lacks_weights = model == weights_of(expert)
        can_pull = pull_command(expert, engine, has_base=not lacks_weights) is not None
        return Download(
            model=model,
            size_bytes=expert.size_bytes if lacks_weights else None,
            problem="" if can_pull else pull_hint(expert, engine, has_base=not lacks_weights),
        )

    def pulled(self, expert: Expert) -> None:
        """The engine has all that the expert needs."""
        if self._listed is not None:
            models = (weights_of(expert), expert.spec.model)
            self.listed(self._listed.union(map(canonical_model_name, models)))

    def failed(self, expert: Expert, error: HotseatError) -> None:
        """A request to the expert failed. Only ModelNotFound is recorded."""
        if not isinstance(error, ModelNotFound):
            return
        if hint := self._hint_of(expert):
            error = ModelNotFound(error.model, hint=hint)
        is_new = expert.spec.model not in self._misses
        self._misses[expert.spec.model] = _Miss(error, self._clock())
        if is_new:
            self._changed()

    def found(self, expert: Expert) -> None:
        """The expert answered, or its model was pulled."""
        if self._misses.pop(expert.spec.model, None) is not None:
            self._changed()

    def forget_all(self) -> None:
        """Another engine is in use, which may have the models."""
        if self._misses:
            self._misses = {}
            self._changed()

    def problem(self, expert: Expert) -> str:
        """Return the error with its hint while the expert's adapter is missing and the weights
        under it are there; else empty."""
        miss = self._misses.get(expert.spec.model)
        if miss is not None:
            return str(miss.error)
        if self.lacks(expert) != expert.spec.model or expert.spec.model == weights_of(expert):
            return ""  # the keeper reports weights that are missing
        return str(ModelNotFound(expert.spec.model, hint=self._hint_of(expert)))

    def hint(self, expert: Expert) -> str:
        """Return what to do, for `retry_s` after the last failure; empty if a retry is useful."""
        miss = self._misses.get(expert.spec.model)
        if miss is None or self._clock() - miss.since_s > self._retry_s:
            return ""
        return miss.error.hint or miss.error.message
