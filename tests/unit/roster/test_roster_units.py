"""Sizes, durations and shares as people write them."""

from __future__ import annotations

import pytest

from hotseat.roster.units import parse_budget, parse_duration_s, parse_share, parse_size


@pytest.mark.parametrize(
    ("text", "size_bytes"),
    [
        ("6GB", 6_000_000_000),
        ("6 gib", 6 * 2**30),
        ("986MB", 986_000_000),
        ("1.5k", 1500),
        ("512MiB", 512 * 2**20),
        ("98_362_432", 98_362_432),
        (4096, 4096),
    ],
)
def test_sizes(text: object, size_bytes: int) -> None:
    assert parse_size(text) == size_bytes


@pytest.mark.parametrize(
    "text", ["", "GB", "-1GB", "6 elephants", "1e9", "iB", True, None, "9" * 400]
)
def test_what_is_no_size(text: object) -> None:
    with pytest.raises(ValueError):
        parse_size(text)


@pytest.mark.parametrize(
    ("text", "seconds"), [("10m", 600), ("1h30m", 5400), ("90s", 90), (300, 300), ("300", 300)]
)
def test_durations(text: object, seconds: float) -> None:
    assert parse_duration_s(text) == seconds


@pytest.mark.parametrize("text", [-1, "-1", 0, "0s", "for ever", "10 minutes", "48h", "", True])
def test_a_duration_is_finite_and_more_than_zero(text: object) -> None:
    with pytest.raises(ValueError):
        parse_duration_s(text)


@pytest.mark.parametrize(
    ("text", "share"), [("40%", 0.4), (0.25, 0.25), (1, 1.0), ("12.5 %", 0.125)]
)
def test_shares(text: object, share: float) -> None:
    assert parse_share(text) == pytest.approx(share)


@pytest.mark.parametrize("text", [0, 1.1, "0%", "101%", "half", True, float("nan")])
def test_what_is_no_share(text: object) -> None:
    with pytest.raises(ValueError):
        parse_share(text)


@pytest.mark.parametrize(
    ("text", "mapping"),
    [
        ("6GB", {"limit": "6GB"}),
        ("40% of VRAM", {"share": "40%", "of": "vram"}),
        ("40%", {"share": "40%"}),
        ({"limit": 1}, {"limit": 1}),
    ],
)
def test_a_budget_on_one_line_stands_for_a_mapping(text: object, mapping: object) -> None:
    assert parse_budget(text) == mapping
