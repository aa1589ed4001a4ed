"""Facts that a question is about."""

from __future__ import annotations

from hotseat.conversation.memory.facts import Fact, FactKind, facts_about, relevant_facts

FACTS = [
    Fact(id=1, kind=FactKind.DECISION, text="Money is stored in cents.", pinned=True),
    Fact(id=2, kind=FactKind.PROJECT, text="Money was stored as floats.", superseded_by=1),
    Fact(id=3, kind=FactKind.PROJECT, text="Cents are rounded up.", is_confirmed=False),
    Fact(id=4, kind=FactKind.PREFERENCE, text="Amounts of money are shown with a comma."),
    Fact(id=5, kind=FactKind.PREFERENCE, text="Tabs, not spaces."),
]


def test_a_search_finds_every_fact_and_a_question_only_those_that_count() -> None:
    assert {fact.id for fact in facts_about(FACTS, "How is money stored, in cents?")} == {
        1,
        2,
        3,
        4,
    }
    assert [fact.id for fact in relevant_facts(FACTS, "How is money stored, in cents?")] == [4]
    assert facts_about(FACTS, "What about penguins?") == []
