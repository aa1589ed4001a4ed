"""Requests for the decision log, without a keeper."""

from __future__ import annotations

import asyncio

import pytest

from hotseat.domain.errors import EngineUnavailable
from hotseat.keeper.decision_requests import DecisionRequests


async def test_all_that_wait_get_the_answer() -> None:
    sent: list[str] = []
    requests = DecisionRequests(lambda: sent.append("asked"), answer_s=1000.0)
    asked = [asyncio.create_task(requests.ask()) for _ in range(2)]
    await asyncio.sleep(0)
    requests.answered([])
    assert [await task for task in asked] == [[], []]
    assert len(sent) == 2
    requests.answered([])  # an answer that is not waited for any more


async def test_no_answer_is_an_error_with_a_hint() -> None:
    requests = DecisionRequests(lambda: None, answer_s=0.001)
    with pytest.raises(EngineUnavailable) as caught:
        await requests.ask()
    assert caught.value.hint
