"""Experts whose base is warm, while the engine does not have their own model: adapters not pulled.

The keeper weighs and loads the base. That an adapter over it is not there shows only when a request
names it; the person is told then, and others stand in.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from hotseat.domain.errors import HotseatError, ModelNotFound
from hotseat.domain.experts import Expert
from hotseat.roster.merge import weights_of

RETRY_S = 30.0
"""Until it is asked for again: somebody may have pulled it in a terminal."""


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


class MissingExperts:
    """Of one window and one engine. `changed` is called when there is something new to tell."""

    def __init__(
        self,
        changed: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._changed = changed
        self._clock = clock
        self._misses: dict[str, _Miss] = {}
        """By the name of the model."""

    def failed(self, expert: Expert, error: HotseatError) -> None:
        """Only that its model is not there counts."""
        if not isinstance(error, ModelNotFound):
            return
        is_new = expert.spec.model not in self._misses
        self._misses[expert.spec.model] = _Miss(error, self._clock())
        if is_new:
            self._changed()

    def found(self, expert: Expert) -> None:
        """It answered, or was pulled."""
        if self._misses.pop(expert.spec.model, None) is not None:
            self._changed()

    def forget_all(self) -> None:
        """The engine is another one."""
        if self._misses:
            self._misses = {}
            self._changed()

    def problem(self, expert: Expert) -> str:
        """What to tell and what to do, until it is found; else empty."""
        miss = self._misses.get(expert.spec.model)
        return str(miss.error) if miss is not None else ""

    def hint(self, expert: Expert) -> str:
        """What to do, while there is no use in asking; else empty."""
        miss = self._misses.get(expert.spec.model)
        if miss is None or self._clock() - miss.since_s > RETRY_S:
            return ""
        return miss.error.hint or miss.error.message
