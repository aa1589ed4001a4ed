"""`hotseat bench memory` on six conversations on which nothing was tuned."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from hotseat.domain.errors import HotseatError
from hotseat.lab.evaluate.embedded_turns import EmbeddedTurns
from hotseat.lab.evaluate.long_memory import bench_long_memory
from hotseat.lab.evaluate.memory import bench_memory

CONVERSATIONS = Path(__file__).parents[3] / "cases" / "memory" / "conversations.jsonl"
WORDS_SHARED = ("decision", "fact", "preference", "update")


async def test_what_was_said_is_recalled() -> None:
    result = await bench_memory(CONVERSATIONS, lambda _what: None)
    found = result["recall_at_5"]
    assert sum(found[kind] for kind in WORDS_SHARED) / len(WORDS_SHARED) >= 0.85
    assert found["time"] >= 0.5
    assert result["latest_first"] >= 0.7
    assert result["embedder"] is None


async def test_a_line_that_is_no_conversation_is_named(tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text('{"id": "a", "turns": []}\n')
    with pytest.raises(HotseatError, match="line 1, is not a conversation"):
        await bench_memory(file, lambda _what: None)


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
