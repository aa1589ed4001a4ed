"""What one window reports to the keeper: its wants and focus, its budget, the models that it uses.

Pure: times are seconds of the caller's monotonic clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from hotseat.domain.demand import Demand
from hotseat.domain.experts import ModelSpec
from hotseat.keeper.model_uses import ModelUses
from hotseat.keeper.state import WindowFocus, encode_demand, encode_spec
from hotseat.keeper.versions import PROTOCOL


class WindowReport:
    """Methods that change the report return whether the keeper must get it again."""

    def __init__(self, focus: WindowFocus, *, budget_bytes: int) -> None:
        self._focus = focus
        self._demand = Demand()
        self._silent: set[ModelSpec] = set()
        self._answers: Mapping[str, int] = {}
        self.budget_bytes = budget_bytes
        self._held_bytes = 0
        self.uses = ModelUses()

    def set_demand(self, demand: Demand, focus: WindowFocus) -> bool:
        """Replace the wants and the focus."""
        is_new = demand != self._demand or focus != self._focus
        self._demand, self._focus = demand, focus
        return is_new

    def set_budget(self, budget_bytes: int | None, held_bytes: int | None) -> bool:
        """Replace the budget, and what the window holds for models in its own process. None leaves
        a value as it is."""
        before = (self.budget_bytes, self._held_bytes)
        if budget_bytes is not None:
            self.budget_bytes = budget_bytes
        if held_bytes is not None:
            self._held_bytes = held_bytes
        return before != (self.budget_bytes, self._held_bytes)

    def set_silence(self, spec: ModelSpec, *, is_silent: bool) -> bool:
        """Note that the model is in memory and does not answer, or that it answers again.

        Silence that is reported again is new each time: the keeper believes it for a while only.
        """
        if is_silent:
            self._silent.add(spec)
            return True
        was_silent = spec in self._silent
        self._silent.discard(spec)
        return was_silent

    def set_answers(self, counts: Mapping[str, int]) -> bool:
        """Replace the numbers of answers to questions that are under way, by the model's name."""
        is_new = counts != self._answers
        self._answers = dict(counts)
        return is_new

    def message(self, now_s: float) -> dict[str, Any]:
        """Return the message with the whole report."""
        return {
            "type": "demand",
            "protocol": PROTOCOL,
            **encode_demand(self._demand, list(self.uses.ages_s(now_s))),
            "silent": [encode_spec(spec) for spec in self._silent],
            "answers": self._answers,
            "budget_bytes": self.budget_bytes,
            "held_bytes": self._held_bytes,
            "focus": asdict(self._focus),
        }
