"""The passes of `hotseat bench team`, in one Ray on this machine, in folders of its own."""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx

from hotseat.client.distinct_models import write_copy
from hotseat.client.engine_process import gguf_file_of, work_folder
from hotseat.domain.errors import HotseatError
from hotseat.lab.bench.team import figures
from hotseat.lab.bench.team.developers import Walk, clients, timed, walk
from hotseat.lab.bench.team.figures import Times
from hotseat.lab.simulate.team import workload
from hotseat.lab.simulate.team.size import fleet
from hotseat.lab.simulate.team.virtual import Server, VirtualTeam
from hotseat.roster.shipped import shipped_roster
from hotseat.team.config import DeveloperLimits, TeamConfig, TeamModel
from hotseat.team.daemon import running_ray
from hotseat.team.engine import TeamEngine
from hotseat.team.keys import add_key
from hotseat.team.serve_config import APPLICATION, max_ongoing, serve_config

N_DEVELOPERS, N_MODELS, N_REPLICAS, N_SEATS_EACH = 20, 8, 2, 2
ACCELERATION = 5.0
"""Stays in files are shorter by this; the time from opening one to the first key is not."""
WARM_S, PASS_S = 20.0, 75.0
N_COLD = 8
CONTEXT = 512
STARTER_MODEL = "smollm2:135m"
ROOM = 1.02
"""Memory for so much more than the models that are meant to fit."""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamBench:
    gguf: Path | None = None
    pass_s: float = PASS_S
    warm_s: float = WARM_S


async def bench_team(settings: TeamBench, say: Say) -> dict[str, Any]:
    """Return the figures of `hotseat bench team --json`. Raises HotseatError."""
    sessions = workload.sample()
    groups = workload.model_names(sessions, N_MODELS)
    names = [name for group in groups for name in group]
    everyone = shipped_roster("starter").everyone()
    starter = next(expert for expert in everyone if expert.spec.model == STARTER_MODEL)
    size_bytes = settings.gguf.stat().st_size if settings.gguf else starter.size_bytes or 0
    with work_folder(size_bytes * (2 * len(names) + 1)) as folder, _own_data(folder):
        say(f"using {settings.gguf or STARTER_MODEL}")
        gguf = settings.gguf or await gguf_file_of(starter, folder, lambda _step: None)
        config = await _config(gguf, names, folder)
        say("measuring one model")
        config = replace(config, bytes_per_replica=await _room(config))
        keys = [add_key(config.keys_path, f"dev{i}") for i in range(N_DEVELOPERS)]
        say("starting Ray with two replicas")
        async with _serving(config) as url, clients(url, keys) as developers:
            bench = _Bench(settings, config, sessions, groups, developers, say)
            return await bench.run()


class _Bench:
    def __init__(
        self,
        settings: TeamBench,
        config: TeamConfig,
        sessions: workload.Sessions,
        groups: Sequence[tuple[str, ...]],
        developers: Sequence[httpx.AsyncClient],
        say: Say,
    ) -> None:
        self._settings = settings
        self._config = config
        self._sessions = sessions
        self._groups = groups
        self._developers = developers
        self._say = say

    async def run(self) -> dict[str, Any]:
        times = await self._times()
        self._say(f"a load adds {times.load_s:.2f} s to a first token of {times.first_s:.2f} s")
        arms: dict[bool, list[Walk]] = {False: [], True: []}
        loads = {False: 0, True: 0}
        # Each arm comes first once, so that a machine that gets busier harms both.
        for seed, order in enumerate(((False, True), (True, False))):
            for sends_hints in order:
                self._say(f"router{' with hints' if sends_hints else ''}, {seed + 1} of 2")
                before = await self._loads()
                arms[sends_hints].append(await self._walk(self._groups, seed, sends_hints))
                loads[sends_hints] += await self._loads() - before
        real = {
            name: figures.arm(arms[hints], loads[hints], times.first_s)
            for name, hints in (("router", False), ("router_hints", True))
        }
        self._say(f"real: {real}")
        walks = [one for found in arms.values() for one in found]
        errors = [error for one in walks for error in one.errors]
        stays = [visit.stay_s for visits in self._sessions for visit in visits]
        simulated = self._simulated(times)
        return {
            "real": {
                **real,
                "stall_ratio": figures.ratio(
                    real["router_hints"]["stall_s"], real["router"]["stall_s"]
                ),
                "requests": sum(len(one.firsts_s) for one in walks) + len(errors),
                "errors": len(errors),
                "first_errors": errors[:3],
                "acceleration": ACCELERATION,
                "dwell_over_load": round(
                    figures.mean(stays) / ACCELERATION / max(times.load_s, 1e-6), 1
                ),
                "warm_first_s": round(times.first_s, 4),
                "load_s": round(times.load_s, 4),
            },
            "simulated": {
                **simulated,
                "stall_ratio": figures.ratio(
                    simulated["router_hints"]["stall_s"], simulated["router"]["stall_s"]
                ),
                "deviation": {
                    name: figures.deviation(simulated[name]["stall_s"], real[name]["stall_s"])
                    for name in real
                },
                "fleet": fleet(times.load_s, times.first_s, times.answer_s),
            },
        }

    async def _walk(self, groups: Sequence[tuple[str, ...]], seed: int, sends_hints: bool) -> Walk:
        asks = workload.asks(
            self._sessions, N_DEVELOPERS, groups, acceleration=ACCELERATION, seed=seed
        )
        return await walk(
            self._developers, asks, for_s=self._settings.pass_s, sends_hints=sends_hints
        )

    async def _times(self) -> Times:
        """Measure first tokens with every model in memory, at the same rate, and cold ones."""
        warm = Walk()
        for name in self._groups[0] * 2:
            await timed(self._developers[0], name, warm)
        asks = workload.asks(
            self._sessions, N_DEVELOPERS, self._groups[:1], acceleration=ACCELERATION, seed=9
        )
        self._say("everything in memory")
        warm = await walk(self._developers, asks, for_s=self._settings.warm_s, sends_hints=False)
        self._say("loads")
        names = [name for group in self._groups[::-1] for name in group]
        quick, cold = Walk(), Walk()
        for name in names[:N_COLD]:  # The other group first: each of them is cold.
            await timed(self._developers[0], name, cold)
            await timed(self._developers[0], name, quick)
        if errors := [*warm.errors, *cold.errors, *quick.errors]:
            raise HotseatError(f"The server does not answer: {errors[0]}")
        return Times(
            first_s=figures.mean(warm.firsts_s),
            answer_s=figures.mean(warm.answers_s),
            load_s=max(0.0, figures.mean(cold.firsts_s) - figures.mean(quick.firsts_s)),
        )

    async def _loads(self) -> int:
        text = (await self._developers[0].get("/metrics")).text
        lines = (line for line in text.splitlines() if line.startswith("hotseat_team_loads_total "))
        return int(next(lines).rpartition(" ")[2])

    def _simulated(self, times: Times) -> dict[str, Any]:
        names = self._config.names
        server = Server(
            replicas=N_REPLICAS,
            bound_bytes=N_SEATS_EACH,
            sizes=dict.fromkeys(names, 1),
            limit=max_ongoing(self._config),
            load_s=times.load_s,
            first_s=times.first_s,
            answer_s=times.answer_s,
        )
        found = {}
        for name, hints in (("router", False), ("router_hints", True)):
            stalls: list[float] = []
            loads = 0
            for seed in range(2):
                asks = workload.asks(
                    self._sessions,
                    N_DEVELOPERS,
                    self._groups,
                    acceleration=ACCELERATION,
                    seed=seed,
                )
                result = VirtualTeam(server, asks, sends_hints=hints).run(self._settings.pass_s)
                stalls += result.stalls_s
                loads += result.loads
            firsts = [times.first_s + stall for stall in stalls]
            found[name] = {
                "stall_s": round(sum(stalls), 3),
                "p50": round(figures.percentile(firsts, 0.5), 4),
                "p95": round(figures.percentile(firsts, 0.95), 4),
                "loads": loads,
                "requests": len(firsts),
            }
        return found


async def _config(gguf: Path, names: Sequence[str], folder: Path) -> TeamConfig:
    models = []
    for number, name in enumerate(names, 1):
        path = folder / f"{name}.gguf"
        try:
            await asyncio.to_thread(write_copy, gguf, path, number)
        except OSError as error:
            raise HotseatError(f"{gguf} cannot be copied: {error.strerror or error}") from error
        models.append(TeamModel(name=name, source=f"file:{path}", context=CONTEXT))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return TeamConfig(
        models=tuple(models),
        keys_path=folder / "team.keys",
        port=port,
        replicas=N_REPLICAS,
        limits=DeveloperLimits(concurrent=4),
    )


async def _room(config: TeamConfig) -> int:
    """Return the bytes in which exactly the wanted number of models fits, estimated or measured."""
    first = config.models[0]
    engine = TeamEngine(replace(config, models=(first,)))
    try:
        await engine.start()
        if first.name in engine.problems:
            raise HotseatError(engine.problems[first.name])
        body = {"model": first.name, "prompt": "x" * 200, "options": {"num_predict": 8}}
        await engine.client.post("/api/generate", json={**body, "stream": False}, timeout=60)
        sizes = (engine.expected_bytes[first.name], await engine.size_bytes(first.name))
    finally:
        await engine.aclose()
    room = int(N_SEATS_EACH * max(sizes) * ROOM)
    if room >= (N_SEATS_EACH + 1) * min(sizes):
        raise HotseatError(
            f"A copy takes {sizes[1] // 10**6} MB, and {sizes[0] // 10**6} MB were expected",
            hint="Use a larger file with --gguf",
        )
    return room


@asynccontextmanager
async def _serving(config: TeamConfig) -> AsyncIterator[str]:
    rendered = serve_config(config)
    try:
        with running_ray(rendered["http_options"]) as ray_serve:
            from hotseat.team.deployment import build

            application = build(rendered["applications"][0]["args"])
            ray_serve.run(application, name=APPLICATION, route_prefix="/", blocking=False)
            url = f"http://{config.host}:{config.port}"
            await _until_ready(url)
            yield url
    except (RuntimeError, ConnectionError, TimeoutError) as error:
        raise HotseatError(f"Ray could not serve: {error}", hint="Is the machine busy?") from None


async def _until_ready(url: str, for_s: float = 60.0) -> None:
    deadline_s = time.monotonic() + for_s
    async with httpx.AsyncClient(trust_env=False) as client:
        while True:
            try:
                if (await client.get(f"{url}/healthz", timeout=5)).status_code == 200:
                    return
            except httpx.HTTPError:
                pass
            if time.monotonic() > deadline_s:
                raise HotseatError("The server does not answer", hint="The machine may be busy")
            await asyncio.sleep(0.2)


@contextmanager
def _own_data(folder: Path) -> Iterator[None]:
    """Let the replicas keep their models in `folder`, not in the user's store."""
    before = os.environ.get("XDG_DATA_HOME")
    os.environ["XDG_DATA_HOME"] = str(folder / "data")
    try:
        yield
    finally:
        del os.environ["XDG_DATA_HOME"]
        if before is not None:
            os.environ["XDG_DATA_HOME"] = before
