"""Whether an adapter helps, and what its card says."""

from __future__ import annotations

import math

import pytest

from hotseat.train.card import markdown
from hotseat.train.gain import paired_gain
from hotseat.train.likelihood import TextScore, bits_per_byte


def scores(*nats: float) -> list[TextScore]:
    return [TextScore(nats=n * math.log(2), n_bytes=100, n_tokens=30) for n in nats]


def test_bits_per_byte_are_of_all_texts_together() -> None:
    assert bits_per_byte(scores(100, 300)) == pytest.approx(2.0)
    assert scores(50)[0].bits_per_byte == pytest.approx(0.5)


def test_a_sure_gain_wins() -> None:
    gain = paired_gain(scores(200, 300, 250, 220), scores(150, 240, 200, 170), seed=1)
    assert gain.gain == pytest.approx(1 - 760 / 970)
    assert gain.interval[0] > 0
    assert gain.wins
    assert gain.n_better == 4
    assert gain == paired_gain(scores(200, 300, 250, 220), scores(150, 240, 200, 170), seed=1)


def test_a_gain_that_one_file_makes_is_none() -> None:
    gain = paired_gain(scores(200, 300, 250, 220), scores(203, 302, 254, 100), seed=1)
    assert gain.gain > 0
    assert not gain.wins


def test_the_card_says_what_it_is_and_what_it_gained() -> None:
    gain = paired_gain(scores(200, 300), scores(150, 240), seed=1)
    card = {
        "name": "go",
        "languages": ["go", "sql"],
        "file": "go.gguf",
        "size_bytes": 3_790_336,
        "sha256": "ab" * 32,
        "base": {"name": "m", "architecture": "llama", "sha256": "cd" * 32, "licence": None},
        "training": {
            "steps": 200, "best_step": 175, "batch": 4, "window": 256, "rank": 8, "alpha": 16.0,
            "learning_rate": 1e-3, "seed": 0, "examples": "plain", "seconds": 600.0,
            "tokens_per_s": 290,
        },
        "data": {
            "languages": {"go": {"files": 12, "bytes": 3456, "held_out_files": 3}},
            "other_files": 5,
            "left_out": {"binary": 2},
            "split": "files",
        },
        "held_out": {"all": gain.as_json()},
        "sources": [{"name": "gin", "version": "1.9", "licence": "MIT"}],
    }  # fmt: skip
    text = markdown(card)
    for said in ("go and sql", "3.79 MB", "2 binary", "| gin | 1.9 | MIT |", "22.0%", "not stated"):
        assert said in text
