"""An answer in several turns, as its client sees it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from hotseat.embedded.api import answer
from hotseat.embedded.api.answer import ResponseState
from hotseat.embedded.api.request import CheckedRequest
from hotseat.engines.upstream import UpstreamBroken
from hotseat.serving.reply import Reply
from hotseat.serving.wire import ApiError


@dataclass
class Client:
    """What it has received."""

    lines: list[dict[str, Any]] = field(default_factory=list)
    started = True

    async def line(self, value: dict[str, Any]) -> None:
        self.lines.append(value)

    async def end(self) -> None:
        pass


def asked(**options: Any) -> CheckedRequest:
    return CheckedRequest(
        model=cast(Any, None),
        card=cast(Any, None),
        name="tiny",
        is_chat=True,
        options=options,
        keep_alive_s=None,
        stream=True,
    )


def token(text: str, n: int) -> dict[str, Any]:
    counts = {"cache_n": 3, "prompt_n": 4, "predicted_n": n, "predicted_ms": 10.0 * n}
    return {"content": text, "timings": counts}


async def test_counts_run_over_all_turns_and_the_prompt_is_what_it_was() -> None:
    client = Client()
    response = ResponseState(asked(num_predict=5), cast(Reply, client), 0.0)
    response.begin("ask: ")
    await response.take(token("one ", 1))
    await response.take(token("two", 2))
    response.pause()
    assert response.prompt_so_far() == "ask: one two"
    last = {"content": "", "stop": True, "stop_type": "limit", "tokens_evaluated": 9}
    await response.take({**last, "timings": {**token("", 3)["timings"], "prompt_n": 1}})
    end = client.lines[-1]
    assert (end["eval_count"], end["prompt_eval_count"]) == (5, 7)
    assert end["eval_duration"] == 50_000_000
    assert [line["message"]["content"] for line in client.lines[:-1]] == ["one ", "two"]


async def test_an_answer_with_no_token_left_is_not_paused() -> None:
    response = ResponseState(asked(num_predict=2), cast(Reply, Client()), 0.0)
    await response.take(token("a", 1))
    assert response.may_pause
    await response.take(token("b", 2))
    assert not response.may_pause
    endless = ResponseState(asked(num_predict=-1), cast(Reply, Client()), 0.0)
    await endless.take(token("a", 99))
    assert endless.may_pause


@pytest.mark.parametrize(("has_started", "expected"), [(False, ApiError), (True, UpstreamBroken)])
async def test_a_refusal_in_a_later_turn_ends_the_stream_that_has_begun(
    monkeypatch: pytest.MonkeyPatch, has_started: bool, expected: type[Exception]
) -> None:
    """The prompt with all that was said may no longer fit."""

    async def refused(*_: object) -> None:
        raise ApiError(400, "the request exceeds the available context size")

    monkeypatch.setattr(answer, "_open", refused)
    response = ResponseState(asked(), cast(Reply, Client()), 0.0)
    response.has_started = has_started
    with pytest.raises(expected, match="context size"):
        await answer._send_part(cast(Any, None), asked(), response, {}, turn=None)
