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
from hotseat.roster.merge import weights_of

RETRY_S = 30.0
"""Until the engine is asked for a missing model again: it may have been pulled in a terminal."""


def unpullable(expert: Expert, *, has_library: bool) -> str:
    """What to do where `hotseat pull` cannot bring the model of `expert` into the engine; else
    empty. `has_library`: the engine can pull a model by its name alone, as Ollama can and the
    embedded engine cannot."""
    if has_library or expert.source is not None or expert.adapter is not None:
        return ""
    return (
        f"Give `{weights_of(expert)}` a `source:` in experts.yaml, or start Ollama: "
        "the embedded engine has no library to pull it from"
    )


@dataclass(frozen=True, slots=True)
class _Miss:
    error: ModelNotFound
    since_s: float


class MissingModels:
    """The missing models of one window and one engine.

    `changed` is called when `problem` or `hint` changes for an expert; `clock` returns seconds.
    """

    def __init__(
        self,
        changed: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
        *,
        retry_s: float = RETRY_S,
    ) -> None:
        self._changed = changed
        self._clock = clock
        self._retry_s = retry_s
        self._misses: dict[str, _Miss] = {}
        """By the name of the model."""

    def failed(self, expert: Expert, error: HotseatError) -> None:
        """A request to the expert failed. Only ModelNotFound is recorded."""
        if not isinstance(error, ModelNotFound):
            return
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
