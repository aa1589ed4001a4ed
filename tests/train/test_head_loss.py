"""The loss behind the output matrix is cross-entropy, and its gradient is that of cross-entropy."""

from __future__ import annotations

import pytest


def test_loss_and_gradient_are_those_of_cross_entropy() -> None:
    torch = pytest.importorskip("torch")
    from hotseat.train.tune import _HEAD_CHUNK, _head_loss

    torch.manual_seed(1)
    n = _HEAD_CHUNK + 37
    hidden = torch.randn(n, 16, dtype=torch.float64, requires_grad=True)
    head = torch.randn(50, 16, dtype=torch.float64)
    targets = torch.randint(0, 50, (n,))
    ours = _head_loss()(hidden, head, targets)
    (gradient,) = torch.autograd.grad(ours * 3, hidden)
    theirs = torch.nn.functional.cross_entropy(hidden @ head.T, targets, reduction="sum")
    (wanted,) = torch.autograd.grad(theirs * 3, hidden)
    assert float(ours) == pytest.approx(float(theirs))
    assert torch.allclose(gradient, wanted)
