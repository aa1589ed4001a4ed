"""`hotseat bench kv` with a tiny model on real engines."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from hotseat.lab.bench.kept_prompts import KeptSettings, bench_kept
from hotseat.roster.shipped import shipped_roster
from support.tiny_gguf import write_model


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="not applicable: Linux only")
async def test_the_figures_are_of_restored_prompts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    expert = shipped_roster("starter").experts[0]
    settings = KeptSettings(
        expert=expert, gguf=write_model(tmp_path / "m.gguf"), n_rounds=1, n_switches=1
    )
    result = await bench_kept(settings, lambda _what: None)
    assert result["return"]["tokens_read_again"] == 1
    assert result["equal"]["text"] is True
    assert result["equal"]["log_probabilities_differ_by"] < 1e-3
    assert 0 < result["bound"]["kept_peak_bytes"] <= result["bound"]["limit_bytes"]
    assert result["memory_files"]["before_the_end"] > 0
    assert result["memory_files"]["after_the_end"] == 0
    assert set(result["switch"]["parts_kept"]) == {
        "spawn_ms",
        "map_ms",
        "warm_up_ms",
        "first_token_ms",
    }
