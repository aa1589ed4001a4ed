"""Where a suggestion may be made, and for which text it is good."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import cast

import pytest

from hotseat.completion.snapshot import SelectedItem
from hotseat.documents.store import DocumentStore
from hotseat.domain.experts import Roster
from hotseat.domain.text import Position, Range
from hotseat.engines.protocol import Engine
from hotseat.keeper.link import KeeperLink
from hotseat.lsp.convert import item_to
from hotseat.session.suggest.suggester import Suggester
from hotseat.session.suggest.suggestion import Suggestion
from hotseat.syntax.document_syntax import Syntax
from support.suggest_fixtures import EXPERT, URI, FakeEngine, FakeLink, turns

ROSTER = Roster(experts=(EXPERT,))


class Window:
    """One open document, and a model that writes always the same."""

    def __init__(self, text: str, written: str) -> None:
        self.store = DocumentStore(Syntax)
        self.store.open(URI, "python", 1, text)
        self.engine = FakeEngine(written)
        link = cast("KeeperLink", FakeLink())
        self.suggester = Suggester(self.store, lambda: link)
        self.suggester.use_engine(cast("Engine", self.engine))

    async def suggest(
        self, line: int, character: int, selected: SelectedItem | None = None
    ) -> Suggestion | None:
        document = self.store.get(URI)
        assert document is not None
        record = self.suggester.begin("python")
        position = Position(line, character)
        return await self.suggester.suggest(record, document, position, ROSTER, selected=selected)


@pytest.fixture
async def window() -> AsyncIterator[Callable[[str, str], Window]]:
    windows: list[Window] = []

    def opened(text: str, written: str) -> Window:
        windows.append(Window(text, written))
        return windows[-1]

    yield opened
    for each in windows:
        await each.suggester.aclose()


Opened = Callable[[str, str], Window]


@pytest.mark.parametrize(
    ("text", "character"), [("foobar = 1\n", 3), ("x = 1234\n", 6), ("naïve_éà = 1\n", 7)]
)
async def test_inside_a_name_no_model_is_asked(text: str, character: int, window: Opened) -> None:
    inside = window(text, "baz")
    assert await inside.suggest(0, character) is None
    assert inside.engine.requests == []
    assert inside.suggester.last is not None
    assert inside.suggester.last.note == "the cursor is inside a name"


async def test_a_suggestion_goes_on_from_the_item_selected_in_the_editors_list(
    window: Opened,
) -> None:
    menu = window("import os\nos.pa\n", "(a)")
    found = await menu.suggest(1, 5, SelectedItem(start=Position(1, 3), text="pardir"))
    assert found is not None
    item = item_to(found)
    assert item["insertText"] == "pardir(a)"
    assert item["range"] == {
        "start": {"line": 1, "character": 3},
        "end": {"line": 1, "character": 5},
    }
    assert menu.engine.requests[0].prompt.endswith("os.pardir")


async def test_an_item_that_the_text_does_not_begin_gets_no_suggestion(window: Opened) -> None:
    menu = window("import os\nos.pa\n", "(a)")
    assert await menu.suggest(1, 5, SelectedItem(start=Position(1, 3), text="mapping")) is None
    assert menu.engine.requests == []


async def test_a_position_after_the_end_of_its_line_is_the_end(window: Opened) -> None:
    found = await window("x = \n", "1").suggest(0, 99)
    assert found is not None
    assert found.position == Position(0, 4)


@pytest.mark.parametrize("version", [1, None])
async def test_a_change_without_a_new_version_ends_the_request(
    version: int | None, window: Opened
) -> None:
    changed = window("x = \n", "1")
    changed.engine.hold = asyncio.Event()
    asked = asyncio.ensure_future(changed.suggest(0, 4))
    await turns()
    whole = Range(Position(0, 0), Position(0, 4))
    changed.store.change(URI, version, [(whole, "import os")])
    changed.engine.hold.set()
    assert await asked is None
