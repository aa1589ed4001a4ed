"""`hotseat bench chaos` and `soak` on tiny models: short forms, and the whole ones as `extra`.

Figures that depend on the machine's speed are not compared with the limits that hold on a quiet
one; what must never happen is.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psutil
import pytest

from hotseat.lab.bench.stress.chaos import ChaosSettings, bench_chaos
from hotseat.lab.bench.stress.soak import SoakSettings, bench_soak
from support.tiny_gguf import Shape, write_model

pytestmark = pytest.mark.slow

SMALL = Shape(n_embd=256, n_layers=8, n_heads=4, n_ff=768)
NEVER = ("unanswered", "answered_twice", "double_loads", "orphans", "unhealed", "server_deaths")
FLAT = 0.1


@pytest.fixture
def gguf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("data", "config", "cache", "run"):
        monkeypatch.setenv(f"XDG_{name.upper()}_HOME", str(tmp_path / name))
    monkeypatch.setenv("HOTSEAT_RUNTIME_DIR", str(tmp_path / "run"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return write_model(tmp_path / "tiny.gguf", shape=SMALL)


def quiet(_text: str) -> None:
    pass


def nothing_is_left(folder: Path, before: set[int]) -> None:
    assert {p.pid for p in psutil.Process().children(recursive=True)} <= before
    assert list(folder.glob("cache/hotseat/*")) == []
    assert not (folder / "data").exists()


def check_chaos(result: dict[str, Any], targets: set[str]) -> None:
    assert {name: result[name] for name in NEVER} == dict.fromkeys(NEVER, 0)
    assert result["text_drift"] == 0
    assert result["texts_compared"] > 0
    hit = {target for target, n in result["by_target"].items() if sum(n.values())}
    assert hit >= targets
    assert result["heal_s_p95"] is not None


async def test_chaos(gguf: Path, tmp_path: Path) -> None:
    before = {p.pid for p in psutil.Process().children(recursive=True)}
    settings = ChaosSettings(n_signals=30, minutes=0.4, gguf=gguf, keep=tmp_path / "logs")
    result = await bench_chaos(settings, quiet)
    check_chaos(result, set())  # a slow machine has time for few
    assert result["signals"] > 0
    assert (tmp_path / "logs" / "events.jsonl").read_text().count('"signal"') == result["signals"]
    nothing_is_left(tmp_path, before)


@pytest.mark.extra
@pytest.mark.timeout(4500)
async def test_chaos_with_a_thousand_signals(gguf: Path) -> None:
    result = await bench_chaos(ChaosSettings(n_signals=1000, gguf=gguf), quiet)
    check_chaos(result, {"engine", "child", "keeper", "server", "worker"})


@pytest.mark.extra
async def test_soak(gguf: Path, tmp_path: Path) -> None:
    before = {p.pid for p in psutil.Process().children(recursive=True)}
    result = await bench_soak(SoakSettings(minutes=0.3, gguf=gguf), quiet)
    assert {"server", "engine"} <= result.keys()
    assert result["windows"]["keys"] > 100
    assert result["windows"]["texts"] > 0
    assert (result["unanswered"], result["server_deaths"], result["orphans"]) == (0, 0, 0)
    for name in ("server", "engine"):
        early, late = result[name]["descriptors"]
        assert late < early + 20, name
        assert result[name]["processes"][0] == result[name]["processes"][1], name
    nothing_is_left(tmp_path, before)


@pytest.mark.extra
@pytest.mark.timeout(900)
async def test_soak_of_a_day(gguf: Path) -> None:
    result = await bench_soak(SoakSettings(minutes=10.0, hours=8.0, gguf=gguf), quiet)
    for name in ("server", "worker", "engine", "child"):
        if name in result:
            assert result[name]["growth"] < FLAT, (name, result[name])
            for kind in ("descriptors", "threads"):
                early, late = result[name][kind]
                assert late <= early + 4, (name, kind)
