"""Which expert answers, and under which names they are known."""

from __future__ import annotations

import pytest

from hotseat.domain.errors import HotseatError
from hotseat.domain.experts import Expert, ModelSpec, Roster
from hotseat.gateway.choice import LastExperts, experts_for, model_names, named_model
from hotseat.gateway.subject import Subject

GO = Expert(name="go", languages=("go",), spec=ModelSpec("go:1b"))
WEB = Expert(name="web", languages=("html",), spec=ModelSpec("web:1b"))
GENERAL = Expert(name="big", languages=(), spec=ModelSpec("big:7b"))
ROSTER = Roster(experts=(GO, WEB), generalist=GENERAL)
ABOUT_GO = Subject(texts=("```go\npackage main\n```",))


def names(model: str, subject: Subject, last: str | None = None) -> list[str]:
    return [expert.name for expert in experts_for(ROSTER, model, subject, last)]


def test_names() -> None:
    assert model_names(ROSTER) == ("auto", "generalist", "go", "web", "big")
    assert named_model(ROSTER, "go:latest") == "go"
    assert named_model(ROSTER, "GO") is None
    assert model_names(Roster()) == ()


def test_the_order_of_what_counts() -> None:
    earlier = Subject(texts=("And then?",), earlier=ABOUT_GO.texts)
    assert names("auto", ABOUT_GO, last="web")[0] == "go"
    assert names("auto", earlier, last="web") == ["web", "big", "go"]
    assert names("auto", earlier)[0] == "go"
    assert names("auto", Subject(texts=("Hello",)), last="gone") == ["big", "go", "web"]


def test_a_named_model_is_alone() -> None:
    assert names("web", ABOUT_GO) == ["web"]
    assert names("generalist", ABOUT_GO) == ["big"]


def test_an_empty_roster() -> None:
    with pytest.raises(HotseatError, match="roster is empty"):
        experts_for(Roster(), "auto", ABOUT_GO, None)


def test_the_oldest_conversations_are_forgotten() -> None:
    last = LastExperts(max_conversations=2)
    for conversation in ("a", "b", "a", "c", ""):
        last.note(conversation, f"expert of {conversation}")
    assert [last.of(c) for c in "abc"] == ["expert of a", None, "expert of c"]
    assert last.of("") is None
