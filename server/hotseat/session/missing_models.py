"""Experts whose own model the engine does not have: adapters that were not pulled.

The keeper estimates and loads the base model. That the adapter over it is missing shows only when a
request names it. The status then reports the expert as failed, and other experts answer instead.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from hotseat.domain.errors import HotseatError, ModelNotFound
from hotseat.domain.experts import Expert
from hotseat.engines.capabilities import EngineCapabilities
from hotseat.engines.pull_hint import pull_hint

RETRY_S = 30.0
"""Until the engine is asked for a missing model again: it may have been pulled in a terminal."""


def missing_hint(expert: Expert, engine: EngineCapabilities) -> str:
    """Return what to do about an expert whose base is warm and whose own model is missing; empty
    where the engine says it better."""
    return pull_hint(expert, engine, has_base=True) if engine.can_pull else ""


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
        """Return the error with its hint until the model is found; empty if it is not missing."""
        miss = self._misses.get(expert.spec.model)
        return str(miss.error) if miss is not None else ""

    def hint(self, expert: Expert) -> str:
        """Return what to do, for `retry_s` after the last failure; empty if a retry is useful."""
        miss = self._misses.get(expert.spec.model)
        if miss is None or self._clock() - miss.since_s > self._retry_s:
            return ""
        return miss.error.hint or miss.error.message
