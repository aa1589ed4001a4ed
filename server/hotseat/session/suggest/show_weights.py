"""The filter's weights: the user's own file, those learned on this machine, or those that Hotseat
comes with.

Owns which of them count, and when they are fitted again: in a thread, while the user does not type,
at most once an hour. No key waits for it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

from platformdirs import user_data_path

from hotseat.completion.filter.features import Features
from hotseat.completion.filter.refit import (
    MIN_OUTCOMES,
    JudgedFeatures,
    Refit,
    refit,
    within_bounds,
)
from hotseat.completion.filter.score import PRIOR, Weights, parse_weights
from hotseat.domain.errors import HotseatError
from hotseat.storage.learned_weights import LearnedWeights, LearnedWeightsFile
from hotseat.storage.outcome_store import OutcomeRow, OutcomeStore

log = logging.getLogger(__name__)

_MAX_BYTES = 100_000
CHECK_S = 60.0
"""How often a window looks whether another one has fitted, or the user has reset, the weights."""
REFIT_EVERY_S = 3600.0
IDLE_S = 30.0
"""So long after the last edit, the user does not type."""
_PAUSE_S = 0.002
"""After each step of a fit, so that another thread of this process never waits long for it."""
_FEATURES = tuple(field.name for field in fields(Features))
_NO_VERDICT = frozenset({"closed", "expired"})
"""How a suggestion ended that the user may never have looked at."""


def weights_path() -> Path:
    return user_data_path("hotseat") / "show-weights.json"


def read_weights(path: Path | None = None) -> Weights:
    """Return the weights; a file that cannot be used is reported in the log, and Hotseat's own
    count."""
    path = path or weights_path()
    try:
        with path.open("rb") as file:
            return parse_weights(file.read(_MAX_BYTES + 1).decode("utf-8-sig"))
    except FileNotFoundError:
        return PRIOR
    except OSError as error:
        problem = str(error.strerror)
    except ValueError as error:  # UnicodeDecodeError is one
        problem = str(error)
    log.warning("%s is not used: %s. Hotseat's own weights count", path, problem)
    return PRIOR


def usable(learned: LearnedWeights) -> Weights | None:
    """Return the learned weights; None if they were not fitted from the weights that Hotseat has
    now, or are none that a fit can have made."""
    if dict(learned.shipped) != dict(PRIOR) or not within_bounds(learned.weights, PRIOR):
        return None
    return learned.weights


def judged_features(row: OutcomeRow) -> JudgedFeatures | None:
    """Return what a recorded outcome says of its features; None where the user gave no verdict.

    A hidden suggestion counts if the user then typed it, or something else.
    """
    is_taken = row.outcome != "dismissed"
    if not is_taken and (row.how in _NO_VERDICT or (row.hidden and row.how != "edit")):
        return None
    features = Features(**{name: getattr(row, name) for name in _FEATURES})
    return JudgedFeatures(features=features, is_taken=is_taken)


def filter_sentence(file: LearnedWeightsFile | None = None) -> str:
    """Return one sentence on where the filter's weights come from, for doctor and statistics."""
    file = file or LearnedWeightsFile()
    if weights_path().exists():
        return f"Its weights are those of {weights_path()}."
    learned = file.read()
    if file.problem:
        return f"Its weights are Hotseat's own; {file.path} is not used: {file.problem}."
    if not learned.weights or usable(learned) is None:
        return (
            "Its weights are Hotseat's own; they are fitted to your outcomes when there are "
            f"{MIN_OUTCOMES} or more."
        )
    day = time.strftime("%Y-%m-%d", time.localtime(learned.fitted_at_s))
    return (
        f"Its weights were fitted to {learned.n_outcomes} of your outcomes on {day}: log-loss "
        f"{learned.loss_fitted:.3f}, with Hotseat's own {learned.loss_shipped:.3f}."
    )


class ShowWeights:
    """The weights of one window. Use `start` and `aclose`.

    `active_s` returns when the last edit was (`time.monotonic`); `is_on` whether the user lets
    Hotseat learn.
    """

    def __init__(
        self,
        *,
        active_s: Callable[[], float],
        is_on: Callable[[], bool],
        outcomes: OutcomeStore | None = None,
        file: LearnedWeightsFile | None = None,
        wall_clock: Callable[[], float] = time.time,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._active_s, self._is_on = active_s, is_on
        self._outcomes = outcomes or OutcomeStore()
        self._file = file or LearnedWeightsFile()
        self._wall_clock, self._clock = wall_clock, clock
        self._own: Weights | None = None
        """Of the user's file, which nothing learned replaces."""
        self._learned: Weights | None = None
        self._tried_s: float | None = None
        self._complained = ""
        self._task: asyncio.Task[None] | None = None

    @property
    def now(self) -> Weights:
        """The weights that count now."""
        if self._own is not None:
            return self._own
        return self._learned if self._learned is not None and self._is_on() else PRIOR

    async def start(self) -> None:
        """Read the user's own weights and the learned ones, and keep the learned ones new."""
        found = await asyncio.to_thread(read_weights)
        self._own = None if found is PRIOR else found
        await asyncio.to_thread(self._read)
        if self._own is None:
            self._task = asyncio.create_task(self._run())

    async def aclose(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(CHECK_S)
            await self.check()

    async def check(self) -> None:
        """Read what another window has learned; learn where that is due. Never raises."""
        if not self._is_idle():
            return
        try:
            learned = await asyncio.to_thread(self._read)
            if self._is_due(learned):
                self._tried_s = self._clock()
                await asyncio.to_thread(self._refit, learned)
        except HotseatError as error:
            if error.message != self._complained:
                log.warning("%s", error)
            self._complained = error.message

    def _is_idle(self) -> bool:
        return self._clock() - self._active_s() >= IDLE_S

    def _is_due(self, learned: LearnedWeights) -> bool:
        """Return whether neither this window nor another tried within the hour."""
        if not self._is_on() or self._file.is_newer:
            return False
        if self._tried_s is not None and self._clock() - self._tried_s < REFIT_EVERY_S:
            return False
        # A time to come was written with a clock that was wrong.
        return not 0 <= self._wall_clock() - learned.fitted_at_s < REFIT_EVERY_S

    def _read(self) -> LearnedWeights:
        learned = self._file.read()
        if self._file.problem and self._file.problem != self._complained:
            log.warning("%s is not used: %s", self._file.path, self._file.problem)
            self._complained = self._file.problem
        self._learned = usable(learned)
        return learned

    def _refit(self, learned: LearnedWeights) -> None:
        """Fit to the outcomes since the last reset, and write the result. In a thread."""
        rows = self._outcomes.read(learned.since_s)
        judged = [one for row in rows if (one := judged_features(row)) is not None]
        found = refit(judged, PRIOR, self._goes_on)
        if found is None:
            if len(judged) < MIN_OUTCOMES and learned.weights:  # the statistics were deleted
                self._forget(learned)
            return
        if not found.is_better:
            self._forget(learned)
            return
        self._file.write(_as_learned(found, learned.since_s, self._wall_clock()))
        self._learned = found.weights
        log.info("The filter's weights were fitted to %d outcomes", found.n_outcomes)

    def _forget(self, learned: LearnedWeights) -> None:
        now_s, since_s = self._wall_clock(), learned.since_s
        empty = LearnedWeights(weights={}, shipped={}, fitted_at_s=now_s, since_s=since_s)
        self._file.write(empty)
        self._learned = None

    def _goes_on(self) -> bool:
        time.sleep(_PAUSE_S)
        return self._is_idle() and self._is_on()


def _as_learned(found: Refit, since_s: float, now_s: float) -> LearnedWeights:
    return LearnedWeights(
        weights=found.weights,
        shipped=dict(PRIOR),
        fitted_at_s=now_s,
        since_s=since_s,
        n_outcomes=found.n_outcomes,
        loss_shipped=found.loss_shipped,
        loss_fitted=found.loss_fitted,
    )
