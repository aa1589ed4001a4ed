"""Who needs which model, and how badly: what attention tells residency."""

from __future__ import annotations

from dataclasses import dataclass

from hotseat.domain.experts import ModelSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Want:
    """One model that a window wants."""

    expert: str
    spec: ModelSpec
    probability: float
    """Of being needed within the horizon, 0 to 1."""
    demanded: bool
    """True: the person is there now. False: speculative."""
    pinned: bool = False
    reason: str = ""
    """For people: `focused file is Go`, `visible beside it`, `left 40 s ago`."""
    size_hint_bytes: int | None = None
    """The roster's size of the model's file, if it says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """Everything one window (or all of them, merged) wants; strongest first."""

    wants: tuple[Want, ...] = ()

    def want_for(self, spec: ModelSpec) -> Want | None:
        return next((w for w in self.wants if w.spec == spec), None)
