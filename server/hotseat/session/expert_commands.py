"""The user's commands about experts and the engine: pin, load, unload, pull, use an engine."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

from hotseat.domain.errors import HotseatError
from hotseat.domain.events import Asked, AttentionEvent, Pinned
from hotseat.domain.experts import Expert, Roster, canonical_model_name
from hotseat.engines.discovery import EngineAddress
from hotseat.engines.pull import pull as pull_into
from hotseat.engines.sources import ProgressSink
from hotseat.keeper.link import KeeperLink
from hotseat.keeper.state import KeeperState
from hotseat.residency.released_models import Release, ReleaseAnswer, ReleaseOutcome
from hotseat.roster.merge import weights_of
from hotseat.session.missing_models import MissingModels


class PullModel(Protocol):
    """`engines.pull.pull`: bring an expert's model into the engine at a URL."""

    def __call__(
        self, engine_url: str, wanted: Expert, *, progress: ProgressSink
    ) -> Awaitable[None]: ...


class WindowConnection(Protocol):
    """The parts of `Connection` that commands use."""

    @property
    def link(self) -> KeeperLink | None: ...

    @property
    def state(self) -> KeeperState: ...

    async def use(self, choice: str) -> EngineAddress: ...


class ExpertCommands:
    """Commands by an expert's name. Each raises HotseatError if the roster has no such expert.

    `roster` returns that of now; `attend` takes the events that commands cause.
    """

    def __init__(
        self,
        connection: WindowConnection,
        missing: MissingModels,
        *,
        roster: Callable[[], Roster],
        attend: Callable[[AttentionEvent], None],
        pull_model: PullModel = pull_into,
    ) -> None:
        self._connection = connection
        self._missing = missing
        self._roster = roster
        self._attend = attend
        self._pull_model = pull_model

    def pin(self, name: str) -> None:
        """Keep the expert's model in memory, and load it if it is not there."""
        expert = self._expert(name)
        self._try_again(expert)
        self._attend(Pinned(name, True))

    def unpin(self, name: str) -> None:
        """Let the expert's model go when memory is needed."""
        self._expert(name)
        self._attend(Pinned(name, False))

    def load(self, name: str) -> None:
        """Demand the expert's model, even if it could not be loaded before."""
        expert = self._expert(name)
        self._try_again(expert)
        self._attend(Asked(name, True))

    async def unload(self, name: str) -> ReleaseAnswer:
        """Unload the expert's model, and leave it so until the user turns to its language again,
        asks it, loads it or pins it. Return what becomes of it. Raises HotseatError.

        It stays if another expert that uses it is pinned, or has its language under a cursor.
        """
        expert = self._expert(name)
        if (link := self._connection.link) is None:
            raise HotseatError(
                "No engine is available yet", hint="Run `hotseat doctor` to see the reason"
            )
        model = canonical_model_name(expert.seat.model)
        (answer,) = await link.releases.ask([Release(model=model, experts=(name,))])
        if answer.outcome is not ReleaseOutcome.HELD:
            self._attend(Asked(name, False))
            self._attend(Pinned(name, False))
        return answer

    def sharing(self, name: str) -> tuple[str, ...]:
        """Return the other experts that use the expert's model."""
        expert = self._expert(name)
        everyone = self._roster().everyone()
        return tuple(e.name for e in everyone if e.seat == expert.seat and e.name != name)

    def weights(self, name: str) -> str:
        """Return the model whose weights the expert runs."""
        return weights_of(self._expert(name))

    async def pull(self, name: str, progress: ProgressSink) -> None:
        """Bring the expert's model into the engine, which may take minutes. Raises HotseatError."""
        expert = self._expert(name)
        engine = self._connection.state.engine
        if not engine.url:
            raise HotseatError(
                "No engine is available yet", hint="Run `hotseat doctor` to see the reason"
            )
        if not engine.can_pull:
            raise HotseatError(
                f"Hotseat cannot pull models into the server at {engine.url}",
                hint="Add the model with that server's own tools",
            )
        await self._pull_model(engine.url, expert, progress=progress)
        self._missing.pulled(expert)
        self._try_again(expert)

    async def use_engine(self, choice: str) -> EngineAddress:
        """Use `ollama`, `embedded` or the engine at a URL. Raises HotseatError for other words."""
        return await self._connection.use(choice)

    def _try_again(self, expert: Expert) -> None:
        """Forget that the expert's model was missing, and the keeper's failures to load it."""
        self._missing.found(expert)
        if (link := self._connection.link) is not None:
            link.retry(expert.seat)

    def _expert(self, name: str) -> Expert:
        roster = self._roster()
        if (expert := roster.by_name(name)) is None:
            known = ", ".join(e.name for e in roster.everyone())
            raise HotseatError(f"There is no expert '{name}'", hint=f"There are: {known}")
        return expert
