"""What other rooms may expect of each kind of engine."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import hotseat
from hotseat.domain.experts import EngineKind
from hotseat.engines.capabilities import EngineCapabilities, capabilities_of, flags
from hotseat.engines.discovery import (
    EMBEDDED,
    EngineAddress,
    ollama_address,
    openai_address,
    team_address,
)
from hotseat.engines.ollama import OllamaEngine
from hotseat.engines.openai import OpenAIEngine
from support.stub_engine import Reply, Seen, StubEngine
from support.stub_openai import StubOpenAI

OLLAMA = ollama_address("http://127.0.0.1:11434")
OPENAI = openai_address("http://127.0.0.1:8000")
TEAM = team_address("https://experts.example")


@pytest.mark.parametrize(
    ("address", "starts", "loads", "pulls", "sources_only", "owns_memory"),
    [
        (OLLAMA, False, True, True, False, False),
        (EMBEDDED, True, True, True, True, False),
        (OPENAI, False, False, False, False, True),
        (TEAM, False, False, False, False, True),
    ],
)
def test_an_address_knows_the_flags_of_its_kind(
    address: EngineAddress,
    starts: bool,
    loads: bool,
    pulls: bool,
    sources_only: bool,
    owns_memory: bool,
) -> None:
    able = address.capabilities
    assert address.can_start is starts
    assert (able.can_load, able.can_pull, able.pulls_from_sources_only, able.owns_memory) == (
        loads,
        pulls,
        sources_only,
        owns_memory,
    )


@pytest.mark.parametrize("kind", list(EngineKind))
def test_every_kind_has_flags(kind: EngineKind) -> None:
    assert isinstance(capabilities_of(kind), EngineCapabilities)


async def test_an_ollama_states_its_flags(stub: StubEngine) -> None:
    engine = OllamaEngine(stub.url)
    info = await engine.version()
    await engine.aclose()
    assert flags(info) == flags(OLLAMA.capabilities)


async def test_an_embedded_engine_states_its_flags_at_any_address(stub: StubEngine) -> None:
    async def version(_seen: Seen, reply: Reply) -> None:
        ours = {"instance": "x", "features": ["timings", "adapters", "preempts"]}
        await reply.json({"version": "0.1", "hotseat": ours})

    stub.answers["/api/version"] = version
    engine = OllamaEngine(stub.url)
    info = await engine.version()
    await engine.aclose()
    assert (info.shares_bases, info.reports_timings, info.preempts_loads) == (True, True, True)
    assert info.pulls_from_sources_only


async def test_a_server_with_openais_api_states_its_flags() -> None:
    async with StubOpenAI() as server:
        engine = OpenAIEngine(server.url)
        info = await engine.version()
        await engine.aclose()
    assert flags(info) == flags(OPENAI.capabilities)


def test_only_engines_decides_by_the_kind_of_an_engine() -> None:
    root = Path(hotseat.__file__).parent
    compares = re.compile(r"(\bis|\bis not|==|!=|\bin \() *EngineKind\.")
    found = [
        str(path.relative_to(root))
        for path in root.rglob("*.py")
        if compares.search(path.read_text()) and path.parent.name != "engines"
    ]
    assert found == ["domain/experts.py"]  # the enumeration's own properties
