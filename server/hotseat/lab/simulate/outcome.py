"""What a policy did on one trace, in the words that all policies are compared in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

BETWEEN_SESSIONS_S = 60.0
"""From closing a window to the first focus in the next one, which opens half-way. Truly it is two
hours and more; memory keeps what it holds for every policy alike."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The engine that is simulated. One load at a time; a load takes `load_s` for every expert.

    `sizes` are bytes by language; a seat is one byte in a budget of so many.
    """

    budget_bytes: int
    sizes: Mapping[str, int]
    load_s: float = 2.0
    reaction_s: float = 1.5
    """From the focus to the first key."""


@dataclass(slots=True, kw_only=True)
class Outcome:
    """A *switch* is a visit in another language than the one before, across sessions too; a
    *stall* a switch to an expert that is not in memory at the moment of focus; `stall_s` is what
    the person waits at the first key. A load is *wasted* if its expert leaves memory, or the
    trace ends, before anybody was there."""

    switches: int = 0
    stalls: int = 0
    stall_s: float = 0.0
    loads: int = 0
    wasted_loads: int = 0
    unused: set[str] = field(default_factory=set, repr=False)
    """Loaded, in memory, and not visited yet."""

    def loaded(self, language: str, *, used: bool) -> None:
        self.loads += 1
        if not used:
            self.unused.add(language)

    def used(self, language: str) -> None:
        self.unused.discard(language)

    def gone(self, language: str) -> None:
        if language in self.unused:
            self.unused.discard(language)
            self.wasted_loads += 1

    def ended(self) -> Outcome:
        self.wasted_loads += len(self.unused)
        self.unused.clear()
        return self

    def as_json(self) -> dict[str, float]:
        figures = asdict(self)
        del figures["unused"]
        return {**figures, "stall_s": round(self.stall_s, 3)}
