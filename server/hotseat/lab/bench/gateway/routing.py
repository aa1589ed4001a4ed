"""How often the gateway's routing finds the expert of the file that a request is about. Asks no
model."""

from __future__ import annotations

from collections.abc import Sequence

from hotseat.domain.experts import Roster
from hotseat.gateway.choice import AUTO, LastExperts, route_of
from hotseat.gateway.subject import subject_of_messages
from hotseat.lab.bench.gateway.conversations import Conversation
from hotseat.lab.bench.gateway.shapes import Agent, Talk


def routing_accuracy(conversations: Sequence[Conversation], roster: Roster) -> dict[str, float]:
    """Return the shares of requests that the language's expert would get, if all can call tools.

    Every conversation is held by each agent: `with_tools` are opencode's requests.
    """
    right: dict[bool, list[bool]] = {True: [], False: []}
    for agent in Agent:
        for number, steps in enumerate(conversations):
            talk, last = Talk(agent=agent, number=number, steps=steps), LastExperts()
            for step in steps:
                request = talk.next_request()
                subject = subject_of_messages(request.body["messages"])
                route = route_of(roster, AUTO, subject, last.of(subject.conversation))
                wanted = roster.expert_for(step.language)
                right[request.has_tools].append(route.experts[0] == wanted)
                last.note(subject.conversation, route.experts[0].name)
                talk.take_answer("Done.")
    return {
        "with_tools": round(sum(right[True]) / len(right[True]), 4),
        "without_tools": round(sum(right[False]) / len(right[False]), 4),
        "n_with_tools": len(right[True]),
        "n_without_tools": len(right[False]),
    }
