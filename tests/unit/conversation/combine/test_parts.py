"""The parts of a question to several experts."""

from __future__ import annotations

from hotseat.conversation.combine.parts import WrittenPart, joined, merged_ending, plan_parts
from hotseat.conversation.routing.routing import Asked, route_question
from hotseat.domain.experts import Expert, ModelSpec, Roster

WEB = Expert(name="web", languages=("html", "css"), spec=ModelSpec("w:1b"))
SQL = Expert(name="sql", languages=("sql",), spec=ModelSpec("s:1b"))
GO = Expert(name="go", languages=("go",), spec=ModelSpec("g:1b"))
ROSTER = Roster(experts=(WEB, SQL, GO))


def test_languages_of_one_expert_are_one_part() -> None:
    parts = plan_parts(["html", "sql", "css"], ROSTER)
    assert [(part.expert.name, part.language) for part in parts] == [
        ("web", "html"),
        ("sql", "sql"),
    ]
    assert "html and css" in parts[0].instruction
    assert plan_parts(["html", "css"], ROSTER) == ()


def test_languages_without_an_expert_have_no_part() -> None:
    assert plan_parts(["sql", "haskell"], ROSTER) == ()
    off = Roster(experts=(WEB, SQL, GO), disabled_languages=frozenset({"go"}))
    assert plan_parts(["sql", "go"], off) == ()


def test_a_question_has_parts_only_if_it_plainly_asks_for_several_things() -> None:
    def parts(question: str) -> tuple[str, ...]:
        return route_question(Asked(question=question)).parts

    assert set(parts("The create table for orders, and a Go function which inserts one.")) == {
        "sql",
        "go",
    }
    assert parts("Why does my left join return rows twice?") == ()
    assert parts("Unlike Java, what is a slice in Go?") == ()


def test_the_joined_answer_names_who_was_chosen_and_who_answered() -> None:
    parts = [
        WrittenPart(chosen="sql", answered="sql", language="sql", text="A"),
        WrittenPart(chosen="go", answered="general", language="go", text="B", note="go was lost"),
    ]
    assert joined(parts) == (
        "**sql** · sql\n\nA\n\n**go** · general, instead of go (go was lost)\n\nB"
    )
    assert merged_ending(parts) == "*Made from drafts by sql and general instead of go.*"
