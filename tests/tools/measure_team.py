"""Measure what the ingress and replicas of `hotseat team` add to the first byte of an answer.

Two applications run in one Ray: ours, and a bare one that passes each request through the same
number of Serve's deployments to the same kind of engine, without keys, limits, metrics, or memory.
Requests alternate between them; the bare one is asked twice, for the noise.
Usage: `python tests/tools/measure_team.py N`, with the extra `team`; prints JSON, in milliseconds.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import httpx

from hotseat.team.config import TeamConfig, TeamModel, from_plain
from hotseat.team.daemon import running_ray
from hotseat.team.engine import TeamEngine
from hotseat.team.keys import add_key
from support.tiny_gguf import write_model

PORT = 18_431


class BareReplica:
    def __init__(self, plain: dict[str, Any]) -> None:
        self._engine = TeamEngine(from_plain(plain))
        self._is_started = False

    async def check_health(self) -> None:
        if not self._is_started:
            self._is_started = True
            await self._engine.start()

    async def ask(self, path: str, body: bytes) -> AsyncGenerator[bytes, None]:
        async with self._engine.client.stream("POST", path, content=body) as answer:
            async for piece in answer.aiter_raw():
                yield piece


class BareIngress:
    def __init__(self, replicas: Any) -> None:
        self._replicas = replicas.options(stream=True)

    def __serve_build_asgi_app__(self) -> Any:
        async def app(scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] == "lifespan":
                for phase in ("startup", "shutdown"):
                    await receive()
                    await send({"type": f"lifespan.{phase}.complete"})
                return
            body, more = b"", True
            while more:
                message = await receive()
                body += message.get("body", b"")
                more = message.get("more_body", False)
            path = "/" + scope["path"].removeprefix("/bare").lstrip("/")
            await send({"type": "http.response.start", "status": 200, "headers": []})
            async for piece in self._replicas.ask.remote(path, body):
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            await send({"type": "http.response.body", "body": b""})

        return app


def first_byte_ms(client: httpx.Client, path: str) -> float:
    body = {"model": "go", "prompt": "x", "options": {"num_predict": 4}}
    began_s = time.perf_counter()
    with client.stream("POST", path, json=body) as answer:
        assert answer.status_code == 200, answer.read()
        for _ in answer.iter_raw():
            took_s = time.perf_counter() - began_s
            break
        for _ in answer.iter_raw() if not answer.is_stream_consumed else ():
            pass
    return took_s * 1000


def summary(times: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(times, n=20)
    return {"p50_ms": round(statistics.median(times), 2), "p95_ms": round(cuts[18], 2)}


def main(n: int) -> None:
    folder = Path(tempfile.mkdtemp(prefix="measure-team-"))
    model = TeamModel(name="go", source=f"file:{write_model(folder / 'go.gguf')}", context=512)
    config = TeamConfig(models=(model,), keys_path=folder / "keys", bytes_per_replica=500_000_000)
    key = add_key(config.keys_path, "anna")
    with running_ray({"host": "127.0.0.1", "port": PORT}) as serve:
        from hotseat.team.deployment import build

        serve.run(build({"team": config.to_plain()}), name="ours", route_prefix="/ours")
        replica = serve.deployment(ray_actor_options={"num_cpus": 0})(BareReplica)
        ingress = serve.deployment(ray_actor_options={"num_cpus": 0})(serve.ingress()(BareIngress))
        bare = ingress.bind(replica.bind(config.to_plain()))
        serve.run(bare, name="bare", route_prefix="/bare")
        ours: list[float] = []
        plain: list[float] = []
        again: list[float] = []
        with httpx.Client(
            base_url=f"http://127.0.0.1:{PORT}",
            headers={"Authorization": f"Bearer {key}"},
            timeout=60,
            trust_env=False,
        ) as client:
            for i in range(n + 20):
                mine = first_byte_ms(client, "/ours/api/generate")
                other = first_byte_ms(client, "/bare/api/generate")
                third = first_byte_ms(client, "/bare/api/generate")
                if i >= 20:  # The first ones load the model and open connections.
                    ours.append(mine)
                    plain.append(other)
                    again.append(third)
    found = {
        "n": n,
        "ours": summary(ours),
        "bare": summary(plain),
        "bare_again": summary(again),
        "ours_minus_bare": summary([a - b for a, b in zip(ours, plain, strict=True)]),
        "bare_minus_bare": summary([a - b for a, b in zip(again, plain, strict=True)]),
    }
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    # Ray's workers import the classes by this name.
    from tools.measure_team import main as imported_main

    imported_main(int(sys.argv[1]) if len(sys.argv) > 1 else 300)
