"""The answers that stream, and how many requests a model takes at a time."""

from __future__ import annotations

import asyncio

from hotseat.domain.experts import Expert, ModelSpec
from hotseat.session.shared.answer_streams import AnswerStreams, Runner, goes_on, runner_of

GO = Runner(name="go:1b", blob="a")


class Clock:
    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def test_names_of_the_same_weights_share_a_process() -> None:
    assert GO.is_same(Runner(name="go:1b"))
    assert GO.is_same(Runner(name="alias:1b", blob="a"))
    assert not GO.is_same(Runner(name="sql:1b", blob="b"))
    assert not Runner(name="a:1b").is_same(Runner(name="b:1b"))


def test_an_expert_is_served_by_the_process_of_its_seat() -> None:
    base = ModelSpec("base")
    expert = Expert(name="go", languages=("go",), spec=ModelSpec("hotseat/go"), shared_base=base)
    assert runner_of(expert).name == "base:latest"


def test_an_answer_flows_while_it_has_parts() -> None:
    clock = Clock()
    streams = AnswerStreams(clock)
    with streams.streaming(GO) as answer:
        assert streams.of(GO) == [answer]
        clock.now_s += 4
        assert streams.is_flowing(GO)
        answer.note_part()
        clock.now_s += 4
        assert streams.is_flowing(GO)
        clock.now_s += 4
        assert not streams.is_flowing(GO)  # nothing shows that its model works
    assert streams.of(GO) == []


def test_what_was_learned_of_slots_is_tested_again_later() -> None:
    clock = Clock()
    streams = AnswerStreams(clock)
    streams.learn_slots("http://one", 2)
    assert streams.learned_slots("http://one") == 2
    assert streams.learned_slots("http://other") is None
    clock.now_s += 3600
    assert streams.learned_slots("http://one") is None
    streams.learn_slots("http://one", 1)
    streams.forget_slots()
    assert streams.learned_slots("http://one") is None


async def test_an_answer_goes_on_only_if_another_part_comes() -> None:
    streams = AnswerStreams()
    with streams.streaming(GO) as answer:
        waits = asyncio.ensure_future(goes_on([answer]))
        await asyncio.sleep(0)
        answer.note_part()
        assert await waits
        ends = asyncio.ensure_future(goes_on([answer]))
        await asyncio.sleep(0)
    assert not await ends
    assert not await goes_on([answer])
    assert not await goes_on([])
