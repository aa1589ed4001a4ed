"""Models that another client keeps loading with other options: Hotseat notices, and gives way.

An engine keeps one set of load options for each model. Two clients with different options make it
load the model again at each turn, so both wait for a load each time. After two take-overs within
two minutes Hotseat leaves the model to the other client for a while, and other models stand in.

Pure: times are seconds of the caller's monotonic clock, names are canonical.
"""

from __future__ import annotations

from dataclasses import dataclass

from hotseat.domain.experts import ModelSpec
from hotseat.domain.residency import ResidentModel
from hotseat.residency.settings import DEFAULTS, SchedulerSettings

CONTEST_HINT = (
    "Give both programs the same options: in experts.yaml, or as PARAMETER lines in the model's"
    " Modelfile"
)
TAKE_OVER = 1.0
RELOAD = 0.67
"""The weight of a reload: a request of Hotseat's or of another client's loaded a model of Hotseat's
again, because another client had changed its options, or because its runner was killed or unloaded.
Three reloads are a contest."""


@dataclass(slots=True)
class _Fight:
    signs: list[tuple[float, float]]
    """Time and weight."""
    until_s: float = float("-inf")
    wait_s: float = 0.0
    """The last pause; 0 before the first."""


class Contests:
    """One entry for each model that another client took over of late."""

    def __init__(self, settings: SchedulerSettings = DEFAULTS) -> None:
        self._settings = settings
        self._fights: dict[str, _Fight] = {}

    def clear(self) -> None:
        """The engine was lost."""
        self._fights.clear()

    def forgive(self, name: str) -> None:
        """The user asked for the model: try again at once."""
        self._fights.pop(name, None)

    def note(self, name: str, weight: float, now_s: float) -> bool:
        """Add a sign of another client. Return whether a pause begins with it."""
        fight = self._fights.setdefault(name, _Fight([]))
        window_s = self._settings.contest_window_s + fight.wait_s
        fight.signs = [sign for sign in fight.signs if now_s - sign[0] <= window_s]
        if not fight.signs:
            fight.wait_s = 0.0
        fight.signs.append((now_s, weight))
        if now_s < fight.until_s or sum(sign[1] for sign in fight.signs) < 2 * TAKE_OVER:
            return False
        first_s, most_s = self._settings.contest_wait_s, self._settings.contest_wait_max_s
        fight.wait_s = min(2 * fight.wait_s or first_s, most_s)
        fight.until_s = now_s + fight.wait_s
        return True

    def end_pause(self, name: str, now_s: float) -> None:
        """The other client's model has left memory: there is nothing to wait for."""
        if (fight := self._fights.get(name)) is not None:
            fight.until_s = min(fight.until_s, now_s)

    def until_s(self, name: str) -> float:
        """Return the end of the pause; -inf if the model was never contested."""
        fight = self._fights.get(name)
        return fight.until_s if fight is not None else float("-inf")

    def is_paused(self, name: str, now_s: float) -> bool:
        """Return whether the model is left to the other client now."""
        return now_s < self.until_s(name)


def contest_message(spec: ModelSpec, seen: ResidentModel) -> str:
    """Return what the user should know and do about a contested model."""
    num_ctx = spec.option("num_ctx")
    theirs = seen.context_length
    options = (
        f"context {theirs} instead of {num_ctx}"
        if isinstance(num_ctx, int) and theirs is not None and theirs != num_ctx
        else "which the engine does not list, such as num_thread"
    )
    return (
        f"Another program keeps loading {spec.model} with other options ({options}), so Hotseat"
        f" leaves it to that program for now. {CONTEST_HINT}"
    )
