"""`hotseat bench memory` on six conversations on which nothing was tuned."""

from __future__ import annotations

from pathlib import Path

import pytest

from hotseat.domain.errors import HotseatError
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
