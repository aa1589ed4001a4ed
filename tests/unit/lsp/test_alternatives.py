"""The items of one answer: the suggestion, and its alternatives."""

from __future__ import annotations

from hotseat.domain.text import Position
from hotseat.lsp.convert import items_to
from hotseat.session.suggest.suggestion import Suggestion


def test_alternatives_are_items_of_their_own_for_the_same_range() -> None:
    suggestion = Suggestion(
        id="7", text="one", position=Position(1, 4), expert="py", alternatives=("two", "three")
    )
    items = items_to(suggestion)
    assert [item["insertText"] for item in items] == ["one", "two", "three"]
    assert [item["command"]["arguments"] for item in items] == [["7"], ["7.1"], ["7.2"]]
    assert items[0]["range"] == items[1]["range"] == items[2]["range"]
