"""Who answers for a language, and what the person is told about it."""

from __future__ import annotations

import pytest

from hotseat.completion.route import route
from hotseat.domain.experts import Expert, ModelSpec, Roster


def expert(name: str, *languages: str, model: str = "") -> Expert:
    return Expert(name=name, languages=languages, spec=ModelSpec(model or f"{name}:1b"))


ROSTER = Roster(
    generalist=expert("general"),
    experts=(
        expert("go", "go"),
        expert("web", "html", "css"),
        expert("styles", "css"),
        expert("sql", "sql", model="web:1b"),
    ),
)


def check(language: str | None, warm: set[str], roster: Roster = ROSTER) -> tuple[str | None, str]:
    """(who answers, the note), with those models warm."""
    chosen = route(
        language, roster, lambda e: "" if e.seat.model in warm else "is not in memory yet"
    )
    return chosen.served_by.name if chosen.served_by else None, chosen.note


def test_the_languages_own_expert_answers_and_needs_no_note() -> None:
    assert check("go", {"go:1b", "general:1b"}) == ("go", "")


@pytest.mark.parametrize(
    ("warm", "stand_in"),
    [
        ({"styles:1b", "general:1b", "go:1b"}, "styles"),
        ({"general:1b", "go:1b"}, "general"),
        ({"go:1b"}, "go"),
    ],
)
def test_stand_ins_in_order_and_labelled(warm: set[str], stand_in: str) -> None:
    note = f"{stand_in} stands in for web, which is not in memory yet"
    assert check("css", warm) == (stand_in, note)


def test_nothing_warm_is_said() -> None:
    assert check("go", set()) == (None, "go is not in memory yet")


def test_two_experts_on_one_model_are_warm_together() -> None:
    assert check("sql", {"web:1b"}) == ("sql", "")


def test_unknown_languages_go_to_the_generalist() -> None:
    assert check("cobol", {"general:1b"}) == ("general", "")


def test_without_a_generalist_it_is_said() -> None:
    roster = Roster(experts=ROSTER.experts)
    assert check("cobol", {"go:1b"}, roster) == (None, "there is no expert for cobol")


def test_languages_that_are_switched_off() -> None:
    assert check("markdown", {"general:1b"}) == (None, "markdown is switched off")


def test_a_file_of_no_known_language() -> None:
    assert check(None, {"general:1b"}) == (None, "the language is not known")


def test_an_expert_that_is_free_answers_before_one_that_is_busy() -> None:
    def routed(busy: set[str], warm: set[str]) -> tuple[str | None, str]:
        chosen = route(
            "css",
            ROSTER,
            lambda e: "" if e.seat.model in warm else "is not in memory yet",
            lambda e: "is answering a question" if e.seat.model in busy else "",
        )
        return chosen.served_by.name if chosen.served_by else None, chosen.note

    every = {"web:1b", "styles:1b", "general:1b", "go:1b"}
    busy = "stands in for web, which is answering a question"
    assert routed({"web:1b"}, every) == ("styles", f"styles {busy}")
    assert routed({"web:1b", "styles:1b"}, every) == ("general", f"general {busy}")
    waits = "web is answering a question, and no other model is free"
    assert routed({"web:1b"}, {"web:1b"}) == ("web", waits)
    assert routed(every, every) == ("web", waits)
    cold = "go stands in for web, which is not in memory yet"
    assert routed({"go:1b"}, {"go:1b"}) == ("go", cold)
