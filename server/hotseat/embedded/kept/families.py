"""The models whose KV state may be restored. Pure."""

from __future__ import annotations

RESTORABLE = frozenset({"llama", "qwen2", "qwen3"})
"""Values of `general.architecture` for which a test compares text and log-probabilities after a
restore with those of a cold read (`tests/contract/test_kept_families.py`). gemma3 is not among
them: with its sliding window, log-probabilities differ after a restore."""


def is_restorable(family: str, *, has_sliding_window: bool) -> bool:
    """Return whether a state of a model gives the same answer as a cold read.

    A sliding window drops what a later prompt may need, whatever the family.
    """
    return family in RESTORABLE and not has_sliding_window
