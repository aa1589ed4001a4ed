"""The life of one model in the engine, as a transition table. An illegal move raises."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hotseat.domain.experts import ModelSpec
from hotseat.domain.residency import ModelState

_S = ModelState
_NEVER_S = float("-inf")
_ABSENT, _FAILED = _S.ABSENT, _S.FAILED
MOVES: dict[ModelState, frozenset[ModelState]] = {
    # WARM straight from ABSENT: found in memory, loaded by another program or an earlier keeper.
    _S.ABSENT: frozenset({_S.LOADING, _S.WARM, _S.FAILED}),
    _S.LOADING: frozenset({_S.WARM, _S.ABSENT, _S.FAILED}),
    # ABSENT straight from WARM: gone unasked (daemon's eviction, crash, keep-alive).
    _S.WARM: frozenset({_S.UNLOADING, _S.ABSENT}),
    _S.UNLOADING: frozenset({_S.ABSENT, _S.WARM}),
    _S.FAILED: frozenset({_S.ABSENT, _S.LOADING, _S.WARM}),
}


class IllegalMove(RuntimeError):
    """A bug of ours: the scheduler tried a move that the table does not have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRecord:
    """What is known of one model. Times are seconds of the caller's monotonic clock."""

    spec: ModelSpec
    state: ModelState = ModelState.ABSENT
    since_s: float = 0.0
    size_bytes: int | None = None
    """In memory: measured if it has been, else estimated; None until either."""
    measured: bool = False
    ours: bool = False
    """Loaded by Hotseat. Others' models are never unloaded by it."""
    load_s: float | None = None
    """How long its last load took."""
    loaded_s: float = _NEVER_S
    """When that was."""
    used: bool = True
    """It has been demanded since its load. False: the load was speculative, so far."""
    error: str = ""
    n_failures: int = 0
    n_losses: int = 0
    """How often in a row it left memory right after its load."""
    contested: bool = False
    """Another client keeps loading it with other options: left to it until `retry_at_s`."""
    alias_of: str = ""
    """Warm in the runner of this model, which the engine lists: it has no bytes of its own."""
    retry_at_s: float = 0.0
    renew_at_s: float = 0.0
    keep_until_s: float = 0.0
    """Until then the model is kept although no window wants it."""
    cancelling: bool = False

    @property
    def occupies(self) -> bool:
        """It takes memory, or may."""
        return self.state is not _ABSENT and self.state is not _FAILED

    @property
    def was_found(self) -> bool:
        """An earlier keeper of Hotseat's loaded it, and this one did not."""
        return self.ours and self.state is _S.WARM and self.loaded_s == _NEVER_S

    def move(self, state: ModelState, now_s: float) -> ModelRecord:
        """Raises IllegalMove, changing nothing, for a move that is not in the table."""
        if state not in MOVES[self.state]:
            raise IllegalMove(f"{self.spec.key}: {self.state} -> {state}")
        error = self.error if state is ModelState.FAILED else ""
        return replace(self, state=state, since_s=now_s, error=error, cancelling=False)
