"""The conversations that `hotseat bench gateway` replays, and its figures."""

from __future__ import annotations

from pathlib import Path

import pytest

from hotseat.domain.errors import HotseatError
from hotseat.domain.experts import Expert, ModelSpec, Roster
from hotseat.lab.bench.gateway.conversations import (
    N_CONVERSATIONS,
    PAUSE_S,
    chosen,
    languages_of,
    n_switches,
    of_trace,
    sample,
)
from hotseat.lab.bench.gateway.figures import Pass, figures
from hotseat.lab.bench.gateway.routing import routing_accuracy
from hotseat.lab.bench.gateway.shapes import Agent, Talk
from hotseat.lab.bench.gateway.walk import Timed
from hotseat.lab.simulate.traces import COLUMNS
from hotseat.serving.openai.request import chat_body


def test_the_sample_switches_languages_and_pauses() -> None:
    talks = chosen(sample(), 4)
    assert len(talks) == N_CONVERSATIONS
    assert len(languages_of(talks)) == 4
    assert all(n_switches(steps) for steps in talks)
    assert all(PAUSE_S[0] <= s.pause_s <= PAUSE_S[1] for steps in talks for s in steps)


def test_routing_finds_the_experts_without_a_model() -> None:
    talks = chosen(sample(), 4)
    experts = tuple(
        Expert(name=f"expert-{language}", languages=(language,), spec=ModelSpec(f"{language}:1b"))
        for language in languages_of(talks)
    )
    found = routing_accuracy(talks, Roster(experts=experts))
    assert found["without_tools"] >= 0.95
    assert found["with_tools"] >= 0.90


@pytest.mark.parametrize("agent", list(Agent))
def test_the_wire_shapes(agent: Agent) -> None:
    steps = chosen(sample(), 4)[0]
    talk = Talk(agent=agent, number=3, steps=steps)
    requests = []
    for _ in steps:
        requests.append(talk.next_request())
        talk.take_answer("Done.")
    assert [r.place for r in requests] == [(3, i) for i in range(len(steps))]
    assert all(r.has_tools == (agent is Agent.OPENCODE) for r in requests)
    if agent is Agent.OPENCODE:
        assert chat_body(requests[-1].body)["messages"][-1]["role"] == "tool"
    contexts = {r.body.get("options", {}).get("num_ctx") for r in requests}
    assert len(contexts) == (1 if agent is not Agent.AIDER else len(contexts))
    sizes = [len(r.body["messages"]) for r in requests]
    assert sizes == sorted(sizes), "a conversation grows"


def test_a_trace_of_one_language_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "trace.csv"
    rows = [f"{s},d1,{s},0,a{i}.py,python,60" for s in range(20) for i in range(5)]
    path.write_text("\n".join([",".join(COLUMNS), *rows]))
    with pytest.raises(HotseatError, match="12 are needed"):
        chosen(of_trace(path), 4)


def timed(number: int, first_s: float, error: str = "") -> Timed:
    return Timed(
        agent=Agent.CLINE,
        place=(number, 0),
        language="go",
        first_s=first_s,
        whole_s=first_s + 1,
        text="",
        error=error,
    )


def test_a_stall_is_what_a_warm_model_would_not_have_taken() -> None:
    def one(*firsts: float, error: str = "") -> Pass:
        requests = [timed(i, first_s, error) for i, first_s in enumerate(firsts)]
        return Pass(requests=requests, n_loads=1, most_models=2)

    found = figures(
        {
            "warm": one(0.1, 0.2),
            "direct": one(1.1, 1.2),
            "direct_one_context": one(0.6, 0.7),
            "gateway": one(0.6, 0.1, error="gone"),
            "zero_pause.direct": one(0.3, 0.2),
            "zero_pause.gateway": one(0.1, 0.4),
        }
    )
    assert found["direct"]["stall_s"] == 2.0
    assert (found["gateway"]["stall_s"], found["gateway"]["errors"]) == (0.5, 2)
    assert found["stall_ratio"]["ratio"] == 0.25
    assert found["stall_ratio_one_context"]["ratio"] == 0.5
    assert found["zero_pause"]["stall_ratio"]["ratio"] == 1.0
