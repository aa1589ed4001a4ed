"""The share of the window that a model's tokens fit into."""

from __future__ import annotations

import pytest

from hotseat.domain.errors import EngineRejected
from hotseat.domain.experts import Expert, ModelSpec
from hotseat.residency.memory import DEFAULT_NUM_CTX
from hotseat.session.shared.context_window import WindowShares, context_tokens

TOO_LONG = EngineRejected("the prompt exceeds the context size", status=400)


def test_each_rejection_of_a_prompt_shrinks_the_window_of_that_model() -> None:
    shares = WindowShares(shrink=0.5, max_shrinks=2)
    assert shares.share("a") == 1.0
    assert shares.shrink("a", TOO_LONG)
    assert (shares.share("a"), shares.share("b")) == (0.5, 1.0)
    assert shares.shrink("a", TOO_LONG)
    assert not shares.shrink("a", TOO_LONG), "a smaller window is of no use"
    assert shares.share("a") == 0.25


@pytest.mark.parametrize(
    "error",
    [
        EngineRejected("the model does not support chat", status=400),
        EngineRejected("no slot with that context is free", status=503),
    ],
)
def test_other_errors_do_not(error: EngineRejected) -> None:
    shares = WindowShares()
    assert not shares.shrink("a", error)
    assert shares.share("a") == 1.0


def test_the_context_of_an_expert() -> None:
    plain = Expert(name="a", languages=(), spec=ModelSpec("a"))
    chosen = Expert(name="a", languages=(), spec=ModelSpec("a", options=(("num_ctx", 2048),)))
    assert context_tokens(plain) == DEFAULT_NUM_CTX
    assert context_tokens(chosen) == 2048
