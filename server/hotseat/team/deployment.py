"""The Ray Serve application: an ingress, and replicas with an engine each.

`build` is what Serve's config names. With `daemon`, the only module that imports Ray.
"""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncGenerator, Mapping
from typing import Any

from ray import serve
from ray.exceptions import RayError
from ray.serve.exceptions import RayServeException

from hotseat.domain.errors import HotseatError
from hotseat.team.app import TeamApp
from hotseat.team.config import TeamConfig, from_plain
from hotseat.team.engine import TeamEngine
from hotseat.team.forwarding import UNAVAILABLE, WITHOUT_MEMORY, Forwarding, Head, Memory, Piece
from hotseat.team.placement import shared
from hotseat.team.residence import Residence
from hotseat.team.serve_config import INGRESS, REPLICA, deployments, max_ongoing
from hotseat.team.vllm import VllmEngine

log = logging.getLogger("hotseat.team")


class Replica:
    """One engine, and what its memory holds."""

    def __init__(self, plain: dict[str, Any]) -> None:
        self._config = from_plain(plain)
        vllm, embedded = VllmEngine, TeamEngine
        self._engine = (vllm if self._config.vllm_command else embedded)(self._config)
        self._forwarding: Forwarding | None = None
        self._residence: Residence | None = None
        self._problem = ""

    async def start(self) -> None:
        """Start the engine, once. Serve calls `check_health` before it sends requests."""
        if self._forwarding is not None or self._problem:
            return
        try:
            await self._engine.start()
        except HotseatError as error:
            self._problem = str(error)
            return
        self._residence = Residence(
            self._engine,
            bound_bytes=self._config.bytes_per_replica,
            expected_bytes=self._engine.expected_bytes,
            on_unload=self._forget,
        )
        self._forwarding = Forwarding(self._config, self._engine, self._residence)

    async def check_health(self) -> None:
        """Raise what is wrong: Serve's status shows it, and another replica takes over."""
        if self._forwarding is None and not self._problem:
            await self.start()
        if self._problem:
            raise RuntimeError(self._problem)
        await self._engine.check()

    async def ask(
        self, name: str, path: str, body: bytes, developer: str
    ) -> AsyncGenerator[Piece, None]:
        """Answer a request to a model or adapter, over the base that the handle named."""
        if self._forwarding is None or self._residence is None:
            yield Head(UNAVAILABLE, message=self._problem or "the replica is starting")
            return
        if base := serve.get_multiplexed_model_id():
            await self.multiplexed(base)
        async for piece in self._forwarding.ask(name, path, body, developer):
            if isinstance(piece, Head):
                piece = piece._replace(**self._memory()._asdict())
            yield piece

    async def expect(self, base: str, probability: float) -> Memory:
        """Load a model that may be asked next, or do nothing; return what is in memory then."""
        if self._forwarding is not None and self._residence is not None:
            await self._forwarding.expect(base, probability)
            if self._residence.has(base):
                await self.multiplexed(base)
        return self._memory()

    def _memory(self) -> Memory:
        name = str(serve.get_replica_context().replica_id.unique_id)
        if self._residence is None:
            return Memory(replica=name)
        held = tuple((one.name, one.size_bytes) for one in self._residence.residents)
        return Memory(replica=name, resident=held, loads=self._residence.n_loads)

    @serve.multiplexed(max_num_models_per_replica=-1)  # type: ignore[untyped-decorator]
    async def multiplexed(self, base: str) -> str:
        """Let Serve know that requests to this model are best sent here.

        Its number of models is not limited, since Serve would drop one in use: `Residence` decides.
        """
        return base

    async def report(self) -> dict[str, Any]:
        """Return what is in memory, and which models cannot be used, for tests and benchmarks."""
        residence = self._residence
        return {
            "problem": self._problem,
            "problems": dict(self._engine.problems),
            "loads": residence.n_loads if residence else 0,
            "resident": {r.name: r.size_bytes for r in residence.residents} if residence else {},
        }

    def _forget(self, base: str) -> None:
        """Let Serve know that the model has left. Its API has no call for it in this version."""
        wrapper = getattr(self, "__serve_multiplex_wrapper", None)
        if wrapper is not None:
            wrapper.models.pop(base, None)
            wrapper._push_multiplexed_replica_info = True

    async def __del__(self) -> None:
        await self._engine.aclose()


class Ingress:
    """Both APIs over the replicas."""

    def __init__(self, plain: dict[str, Any], replicas: Any) -> None:
        self._config = from_plain(plain)
        self._replicas = replicas
        self._app: TeamApp | None = None

    def __serve_build_asgi_app__(self) -> TeamApp:
        total = self._config.replicas * max_ongoing(self._config)
        self._app = TeamApp(self._config, _Replicas(self._config, self._replicas), total=total)
        return self._app

    async def drain(self) -> int:
        """Refuse new requests; return the number that were not done in time."""
        return 0 if self._app is None else await self._app.drain(self._config.drain_s)


class _Replicas:
    """The replicas by Serve's handle."""

    def __init__(self, config: TeamConfig, handle: Any) -> None:
        self._config = config
        self._handle = handle
        self._loads: dict[str, int] = {}
        """By replica, those that have ended included."""

    async def ask(
        self, model: str, path: str, body: bytes, developer: str
    ) -> AsyncGenerator[Piece, None]:
        base = self._config.unit_of(model) or model
        # Without a model's name, any replica may answer.
        wanted = "" if path in WITHOUT_MEMORY else base
        handle = self._handle.options(stream=True, multiplexed_model_id=wanted)
        pieces = handle.ask.remote(model, path, body, developer)
        is_done = False
        try:
            async for piece in pieces:
                if isinstance(piece, Head):
                    self._note(piece)
                yield piece
            is_done = True
        except (RayServeException, RayError) as error:
            is_done = True
            yield Head(UNAVAILABLE, message=f"a replica failed: {type(error).__name__}")
        finally:
            if not is_done:
                pieces.cancel()

    async def expect(self, base: str, probability: float) -> None:
        handle = self._handle.options(multiplexed_model_id=base)
        try:
            self._note(await handle.expect.remote(base, probability))
        except (RayServeException, RayError) as error:
            log.info("The hint for %s: %s", base, type(error).__name__)

    def resident(self) -> Mapping[str, int]:
        placement = shared()
        return placement.resident() if placement is not None else {}

    def loads(self) -> int:
        return sum(self._loads.values())

    def _note(self, memory: Memory | Head) -> None:
        """Take note of what a replica has in memory; of one that failed nothing is known."""
        if not memory.replica:
            return
        self._loads[memory.replica] = memory.loads
        if (placement := shared()) is not None:
            placement.reported(memory.replica, memory.resident, now_s=time.monotonic())


def build(args: dict[str, Any]) -> serve.Application:
    """Return the application for `{"team": TeamConfig.to_plain()}`."""
    plain = args["team"]
    options = {one["name"]: one for one in deployments(from_plain(plain))}
    replica = serve.deployment(**options[REPLICA])(Replica)
    ingress = serve.deployment(**options[INGRESS])(serve.ingress()(Ingress))
    return ingress.bind(plain, replica.bind(plain))
