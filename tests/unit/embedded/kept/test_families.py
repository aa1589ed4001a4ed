"""Which models' states may be restored."""

from __future__ import annotations

import pytest

from hotseat.embedded.kept.families import is_restorable


@pytest.mark.parametrize(
    ("family", "has_sliding_window", "restores"),
    [
        ("llama", False, True),
        ("qwen2", False, True),
        ("qwen3", False, True),
        ("llama", True, False),
        ("gemma3", True, False),
        ("gemma3", False, False),
        ("mamba", False, False),
        ("unknown", False, False),
    ],
)
def test_only_tested_families_without_a_sliding_window(
    family: str, has_sliding_window: bool, restores: bool
) -> None:
    assert is_restorable(family, has_sliding_window=has_sliding_window) is restores
