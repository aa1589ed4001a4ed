"""What the engine is sent: the expert's model and options, and an answer that ends."""

from __future__ import annotations

from typing import Any

import pytest

from hotseat.domain.experts import Expert, ModelSpec, freeze_options
from hotseat.gateway.answering import engine_body

SPEC = ModelSpec("go:1b", freeze_options({"num_ctx": 2048, "temperature": 0.1}))
GO = Expert(name="go", languages=("go",), spec=SPEC)
HELLO = {"role": "user", "content": "Hello"}


@pytest.mark.parametrize(
    ("given", "sent"), [(None, 2048), (-1, 2048), (32_000, 2048), (100, 100), ("x", 2048)]
)
def test_the_answer_is_bounded(given: Any, sent: int) -> None:
    options = {} if given is None else {"num_predict": given}
    body = engine_body({"messages": [HELLO], "options": options}, GO)
    assert body["options"]["num_predict"] == sent


def test_options_of_loading_are_the_rosters() -> None:
    given = {"num_ctx": 8, "num_gpu": 0, "temperature": 0.9}
    body = engine_body({"messages": [HELLO], "options": given, "keep_alive": 0}, GO)
    assert body["model"] == "go:1b"
    assert "keep_alive" not in body
    assert body["options"] == {"num_ctx": 2048, "temperature": 0.9, "num_predict": 2048}


def test_the_experts_prompt_is_for_clients_that_send_none() -> None:
    expert = Expert(name="sql", languages=("sql",), spec=SPEC, prompt="You write SQL.")
    own = {"role": "system", "content": "You write SQL."}
    theirs = {"role": "system", "content": "Be brief."}
    assert engine_body({"messages": [HELLO]}, expert)["messages"] == [own, HELLO]
    assert engine_body({"messages": [theirs, HELLO]}, expert)["messages"] == [theirs, HELLO]
    assert engine_body({"prompt": "x"}, expert)["system"] == "You write SQL."
    assert "system" not in engine_body({"prompt": "x", "raw": True}, expert)


def test_images_pass_untouched() -> None:
    message = {**HELLO, "images": ["aGVsbG8="]}
    assert engine_body({"messages": [message]}, GO)["messages"] == [message]
