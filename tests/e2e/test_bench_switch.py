"""`hotseat bench switch`, all of it, with tiny models and an impatient person."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import psutil
import pytest

from hotseat.embedded.schedule import Schedule
from hotseat.lab.bench.switch import SwitchProgress, SwitchSettings, bench_switch
from hotseat.lab.bench.switch_walk import N_CTX, TimedVisit
from hotseat.lab.simulate.replay_window import ReplayPace, ReplayWindow
from hotseat.lab.simulate.traces import TraceVisit
from support.stub_engine import StubEngine
from support.tiny_gguf import write_model

pytestmark = pytest.mark.slow

LANGUAGES = ("python", "html", "sql")
NAMED = {"stall_s", "stall_p50_ms", "stall_p95_ms", "first_token_p50_ms", "peak_bytes", "loads"}


def round_trips(n_rounds: int) -> list[TraceVisit]:
    """From one language to the next, and round again."""
    return [
        TraceVisit(
            session="1",
            developer="d",
            commit=str(i),
            t_s=0.0,
            path=f"src/{language}/{i}",
            language=language,
            dwell_s=10.0,
        )
        for i in range(n_rounds)
        for language in LANGUAGES
    ]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Nothing in it may change but the cache."""
    for name in ("data", "config", "cache", "run"):
        monkeypatch.setenv(f"XDG_{name.upper()}_HOME", str(tmp_path / name))
    monkeypatch.setenv("HOTSEAT_RUNTIME_DIR", str(tmp_path / "run"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return tmp_path


def check_shape(result: dict[str, Any], n_switches: int) -> None:
    assert list(result)[:4] == ["reactive", "focus", "hotseat", "stall_ratio"]
    for name in ("reactive", "focus", "hotseat"):
        arm = result[name]
        assert arm.keys() >= NAMED, name
        assert (arm["switches"], arm["visits"]) == (n_switches, n_switches), name
        assert arm["first_tokens"] > 0, name
        assert arm["load_p50_ms"] > 0, name
        assert arm["stalls"] <= arm["switches"], name


@pytest.mark.parametrize(
    "schedule", [Schedule.HOTSEAT, pytest.param(Schedule.OLLAMA, marks=pytest.mark.extra)]
)
@pytest.mark.extra
async def test_three_arms_on_an_engine_of_its_own(home: Path, schedule: Schedule) -> None:
    seen: list[tuple[str, int]] = []

    def visits(arm: str, _replay_window: ReplayWindow, visits: list[TimedVisit]) -> None:
        seen.append((arm, len(visits)))

    settings = SwitchSettings(
        visits=round_trips(4),
        minutes=0.08,
        n_seats=1,
        gguf=write_model(home / "tiny.gguf"),
        schedule=schedule,
        pace=ReplayPace(first_key_s=(0.3, 0.4), loads_a_stay=2.0, compression=100.0),
    )
    before = {p.pid for p in psutil.Process().children(recursive=True)}
    result = await bench_switch(settings, SwitchProgress(visits=visits))
    n_switches = max(n for _, n in seen)
    assert n_switches >= 3
    check_shape(result, n_switches)
    assert seen == [
        (a, n) for a in ("reactive", "focus", "hotseat") for n in range(1, n_switches + 1)
    ]
    reactive = result["reactive"]
    # One seat, and every visit is in another language: every switch misses.
    assert reactive["stalls"] == n_switches
    # Looked for in the engine's list: on a busy machine one may come and go between two looks.
    assert 0 < reactive["loads"] <= n_switches
    assert reactive["stall_s"] > 0.02 * n_switches
    # Two medians of different visits: one that was left before its first token has only a stall.
    assert min(reactive["first_token_p50_ms"], reactive["stall_p50_ms"]) > 0
    engine = {"kind": "embedded", "max_loaded_models": 1, "schedule": schedule}
    assert result["engine"] == {**result["engine"], **engine}
    for name in ("reactive", "focus", "hotseat"):
        assert result[name]["most_models"] == 1, name
        assert 0 < result[name]["peak_bytes"] <= result["budget_bytes"], name
    assert result["stall_ratio"] == pytest.approx(
        result["hotseat"]["stall_s"] / reactive["stall_s"], abs=0.001
    )
    assert {p.pid for p in psutil.Process().children(recursive=True)} <= before
    assert list(home.glob("cache/hotseat/*")) == []
    assert not (home / "data").exists()
    assert not (home / "run").exists() or os.listdir(home / "run") == []


@pytest.mark.extra
async def test_three_arms_on_an_engine_of_the_persons(home: Path) -> None:
    async with StubEngine() as stub:
        stub.models = {"a:1b": 1000, "b:1b": 1000, "c:1b": 1000, "other:7b": 5000}
        stub.contexts = dict.fromkeys(stub.models, N_CTX)
        settings = SwitchSettings(
            visits=round_trips(4),
            minutes=0.05,
            n_seats=2,
            engine_url=stub.url,
            models=("a:1b", "b:1b", "c:1b"),
            pace=ReplayPace(first_key_s=(0.3, 0.4), loads_a_stay=2.0, compression=100.0),
        )
        result = await bench_switch(settings, SwitchProgress())
        assert stub.resident == {}, "all that it loaded is unloaded again"
        assert "other:7b" not in {seen.body.get("model") for seen in stub.requests}
        threads = {seen.body["options"].get("num_thread") for seen in stub.seen("load")}
        assert threads == {1}, "every arm loads with the same options"
    check_shape(result, result["reactive"]["switches"])
    assert result["reactive"]["switches"] >= 4
    assert result["engine"] == {"kind": "ollama", "version": "0.33.0", "max_loaded_models": None}
    # This engine never evicts, and reactive has no budget: that is said, not hidden.
    assert result["reactive"]["most_models"] == 3
    assert result["focus"]["most_models"] == result["hotseat"]["most_models"] == 2
    assert result["focus"]["loads"] > result["reactive"]["loads"] == 3
