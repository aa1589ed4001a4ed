"""How probable it is that a change belongs at one more place: boosted trees over `features`.

The trees are data (`trees.py`), fitted on the histories of projects that no figure is reported for.
The thresholds put precision before the number of offers; docs/next-edit.md has what they give.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from functools import cache

from hotseat.next_edit.trees import BASE, TREES

THRESHOLD = 0.8
"""For a change that the user has made twice."""
THRESHOLD_ONCE = 0.95
"""For a change that the user has made once."""
THRESHOLD_AFTER = 0.6
"""After two offers of the kind were accepted."""
Node = tuple[int, float, "Node", "Node"] | float
"""Feature, threshold, the branch for values up to it, the branch above; or a leaf's value."""


def probability(features: Mapping[str, float]) -> float:
    """Return the probability, 0 to 1. The features are in the order in which they were fitted."""
    values = list(features.values())
    odds = BASE
    for tree in trees():
        node = tree
        while not isinstance(node, float):
            feature, threshold, low, high = node
            node = low if values[feature] <= threshold else high
        odds += node
    return 1 / (1 + math.exp(-odds))


@cache
def trees() -> tuple[Node, ...]:
    """Return the trees of `TREES`."""
    return tuple(_node(iter(tree.split())) for tree in TREES.split(";"))


def _node(words: Iterator[str]) -> Node:
    word = next(words)
    if word.startswith("="):
        return float(word[1:])
    feature, _, threshold = word.partition("<")
    low = _node(words)
    return int(feature), float(threshold), low, _node(words)
