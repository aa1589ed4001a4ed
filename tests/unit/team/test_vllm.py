"""A replica with vLLM, of which a stand-in plays the API."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from hotseat.domain.errors import EngineUnavailable
from hotseat.team.config import TeamAdapter, TeamConfig, TeamModel, from_plain
from hotseat.team.forwarding import Forwarding, Head
from hotseat.team.residence import Residence
from hotseat.team.vllm import VllmEngine
from support import fake_vllm

COMMAND = (sys.executable, str(Path(fake_vllm.__file__)))


def config_of(folder: Path, command: tuple[str, ...] = COMMAND) -> TeamConfig:
    adapters = []
    for name in ("go", "sql", "css"):
        (folder / name).mkdir()
        (folder / name / "adapter_model.safetensors").write_bytes(bytes(100))
        adapters.append(TeamAdapter(name=name, path=folder / name))
    model = TeamModel(name="base", source=f"file:{folder}", adapters=tuple(adapters))
    return TeamConfig(
        models=(model,),
        keys_path=folder / "keys",
        bytes_per_replica=200,
        vllm_command=command,
        gpus=1,
    )


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[VllmEngine]:
    engine = VllmEngine(config_of(tmp_path))
    await engine.start()
    yield engine
    await engine.aclose()


async def ready(engine: VllmEngine) -> None:
    async with asyncio.timeout(20):
        while True:
            try:
                await engine.ensure("base")
                return
            except EngineUnavailable:
                await asyncio.sleep(0.02)


def forwarding_of(engine: VllmEngine, config: TeamConfig) -> Forwarding:
    residence = Residence(
        engine, bound_bytes=config.bytes_per_replica, expected_bytes=engine.expected_bytes
    )
    return Forwarding(config, engine, residence)


async def answer(
    forwarding: Forwarding, model: str, path: str = "/v1/completions", developer: str = "anna"
) -> tuple[Head, dict[str, Any]]:
    body = json.dumps({"model": model, "prompt": "x"}).encode()
    pieces = [piece async for piece in forwarding.ask(model, path, body, developer)]
    assert isinstance(pieces[0], Head)
    content = pieces[0].content + b"".join(p for p in pieces[1:] if isinstance(p, bytes))
    return pieces[0], json.loads(content) if content else {}


async def test_adapters_come_and_go_within_their_bytes(engine: VllmEngine, tmp_path: Path) -> None:
    config = from_plain(engine_config(tmp_path))
    forwarding = forwarding_of(engine, config)
    await ready(engine)
    assert (await answer(forwarding, "base"))[1]["models"] == ["base"]
    for name in ("go", "sql", "go", "css"):
        head, found = await answer(forwarding, name)
        assert head.status == 200
    assert found["models"] == ["base", "css", "go"], "sql was unused longest"


async def test_prompts_are_reused_only_within_a_developer(
    engine: VllmEngine, tmp_path: Path
) -> None:
    forwarding = forwarding_of(engine, from_plain(engine_config(tmp_path)))
    await ready(engine)
    salts = [
        (await answer(forwarding, "base", developer=name))[1]["seen"]["cache_salt"]
        for name in ("anna", "anna", "ben")
    ]
    assert salts[0] == salts[1] != salts[2]


async def test_ollamas_api_is_refused_with_the_one_to_use(
    engine: VllmEngine, tmp_path: Path
) -> None:
    forwarding = forwarding_of(engine, from_plain(engine_config(tmp_path)))
    await ready(engine)
    head, _ = await answer(forwarding, "base", "/api/generate")
    assert (head.status, "/v1/chat/completions" in head.message) == (400, True)


async def test_one_that_cannot_start_says_so(tmp_path: Path) -> None:
    engine = VllmEngine(config_of(tmp_path, (sys.executable, "-c", "raise SystemExit(3)")))
    await engine.start()
    assert engine.process is not None
    await asyncio.wait_for(engine.process.wait(), 20)
    with pytest.raises(EngineUnavailable, match="ended with status 3"):
        await engine.check()
    await engine.aclose()


def engine_config(folder: Path) -> dict[str, Any]:
    """The same config, as Serve passes it on."""
    adapters = tuple(TeamAdapter(name=n, path=folder / n) for n in ("go", "sql", "css"))
    model = TeamModel(name="base", source=f"file:{folder}", adapters=adapters)
    config = TeamConfig(
        models=(model,), keys_path=folder, bytes_per_replica=200, vllm_command=COMMAND, gpus=1
    )
    return json.loads(json.dumps(config.to_plain()))
