"""The scale of a trained adapter."""

from __future__ import annotations

import pytest

from hotseat.train.scale import best_scale


@pytest.mark.parametrize(("best", "n_tried"), [(1.0, 2), (0.8, 4), (0.5, 6), (0.1, 6)])
def test_scales_are_tried_downwards_until_the_loss_rises(best: float, n_tried: int) -> None:
    scale, losses = best_scale(lambda scale: (scale - best) ** 2)
    assert scale == max(best, 0.5)
    assert len(losses) == n_tried
