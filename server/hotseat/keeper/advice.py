"""What the keepers' states call for: facts that the user should know, each with its remedy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from hotseat.keeper.state import KeeperState
from hotseat.residency.engine_memory.contests import CONTEST_HINT


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    subject: str
    detail: str
    hint: str


def advice(states: Iterable[KeeperState]) -> list[Advice]:
    """Return one entry for each model that Hotseat leaves to another client."""
    return [
        Advice(
            subject="memory",
            detail=f"{model.expert}: {model.error.removesuffix(CONTEST_HINT).strip()}",
            hint=CONTEST_HINT,
        )
        for state in states
        for model in state.models
        if model.contested
    ]
