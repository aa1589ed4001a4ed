"""`hotseat bench memory --turns N`: times on generated conversations."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from hotseat.lab.evaluate.embedded_turns import EmbeddedTurns
from hotseat.lab.evaluate.long_memory import bench_long_memory


async def test_generated_turns_measure_times_without_and_with_an_embedder() -> None:
    pytest.importorskip("numpy")

    async def embed(texts: Sequence[str]) -> list[list[float]]:
        return [[float(len(text)), 1.0] for text in texts]

    plain = await bench_long_memory(60, lambda _what: None, n_questions=10)
    assert (plain["n"], plain["n_turns"], plain["embedder"]) == (10, 60, None)
    assert plain["recall_at_5"]["all"] >= 0.8, "six words of a turn find it"
    found = await bench_long_memory(
        60, lambda _what: None, EmbeddedTurns("m", embed), n_questions=10, quiet_s=0.1
    )
    assert found["embedder"] == "m"
    assert found["embed_s"] > 0
    assert set(found["key_delay_p95_ms"]) == {"quiet", "embedding"}
    assert found["without_embedder_p95_ms"] > 0
    again = await bench_long_memory(60, lambda _what: None, n_questions=10)
    assert again["recall_at_5"] == plain["recall_at_5"], "generated turns are always the same"
