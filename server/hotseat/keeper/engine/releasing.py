"""The keeper's part in unloading by hand: which models are meant, and what becomes of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from hotseat.domain.demand import Want
from hotseat.domain.errors import EngineUnavailable, HotseatError
from hotseat.domain.experts import canonical_model_name
from hotseat.keeper.engine.connection import EngineConnection
from hotseat.keeper.engine.watch import STOPPED
from hotseat.residency.messages import Event, ModelsReleased
from hotseat.residency.released_models import (
    Release,
    ReleaseAnswer,
    ReleaseOutcome,
    answer_release,
)
from hotseat.residency.scheduler import Scheduler

_STAY = (ReleaseOutcome.HELD, ReleaseOutcome.FOREIGN)


class Releasing:
    """`windows` returns the wants of each window. `feed` takes events for the scheduler, `on_lost`
    the error when the engine is given up."""

    def __init__(
        self,
        scheduler: Scheduler,
        connection: EngineConnection,
        *,
        windows: Callable[[], Iterable[Sequence[Want]]],
        feed: Callable[[Event], None],
        on_lost: Callable[[HotseatError], None],
    ) -> None:
        self._scheduler = scheduler
        self._connection = connection
        self._windows = windows
        self._feed = feed
        self._on_lost = on_lost

    def release(
        self, releases: Sequence[Release] | None, *, stops_engine: bool
    ) -> list[ReleaseAnswer]:
        """Unload models (None: all), and leave the engine if the user stops it and it is Hotseat's
        own. Return what becomes of each."""
        scheduler = self._scheduler
        if releases is None:
            releases = [Release(model=name) for name in sorted(self._known())]
        answers = [
            answer_release(
                release,
                records=scheduler.records(),
                windows=self._windows(),
                busy=scheduler.busy,
                runners=scheduler.runners,
            )
            for release in releases
        ]
        stops_engine = stops_engine and self._connection.address.can_start
        if stops_engine:
            self._on_lost(EngineUnavailable(STOPPED))
        names = frozenset(a.model for a in answers if a.outcome not in _STAY)
        self._feed(ModelsReleased(names, stops_engine=stops_engine))
        return answers

    def released(self) -> tuple[str, ...]:
        """Return the names of the models that the user has unloaded, aliases included."""
        scheduler = self._scheduler
        aliases = (
            canonical_model_name(r.spec.model)
            for r in scheduler.records()
            if scheduler.released.holds(r.spec, scheduler.runners)
        )
        return tuple(sorted({*scheduler.released.names, *aliases}))

    def _known(self) -> set[str]:
        """Return the models that are wanted, or take memory."""
        held = (r.spec for r in self._scheduler.records() if r.occupies)
        wanted = (want.spec for want in self._scheduler.demand.wants)
        return {canonical_model_name(spec.model) for spec in (*held, *wanted)}
