"""A request for a suggestion: the cursor, the filter, the outcomes, and the order of all that."""

from __future__ import annotations

from typing import Any, cast

import pytest

from hotseat.completion.answer import Stage
from hotseat.documents.store import Document, DocumentStore
from hotseat.domain.experts import Roster
from hotseat.domain.text import Position
from hotseat.session.after_key_queue import AfterKeyQueue
from hotseat.session.editor_events import EditorEvents
from hotseat.session.suggest.acceptance import Outcomes
from hotseat.session.suggest.suggester import Suggester
from hotseat.session.suggest.suggestion import LastCompletion, Suggestion
from hotseat.session.suggest.suggestion_filter import SuggestionFilter
from hotseat.session.suggest.suggestion_service import SuggestionService
from hotseat.syntax.document_syntax import Syntax
from support.fake_timers import FakeTimers

URI = "file:///a.go"
AT = Position(0, 3)


class Parts:
    """The parts around the service. They record what it calls, in its order."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.text = "x"
        self.is_shown = True
        self.typed_meanwhile = False

    def completion_asked(self, _document: Document, _position: Position, _now_s: float) -> None:
        self.calls.append("cursor")

    async def settle(self, document: Document) -> None:
        if self.typed_meanwhile:
            document.revision += 1

    def language_at_cursor(self, _document: Document) -> str:
        return "go"

    def begin(self, language: str | None) -> LastCompletion:
        return LastCompletion(id="1", language=language, served_by="go", outcome="shown")

    async def suggest(
        self, record: LastCompletion, *_args: object, invoked: bool, selected: object = None
    ) -> Suggestion | None:
        self.calls.append("by command" if invoked else "while typing")
        if not self.text:
            record.drop(Stage.SYNTAX_CHECK)
            return None
        return Suggestion(id="1", text=self.text, position=AT, expert="go")

    def filtered(self, suggestion: Suggestion, *_args: object, **_how: Any) -> Suggestion | None:
        self.calls.append("filter")
        return suggestion if self.is_shown else None

    def resolve(self, _id: str, outcome: str) -> None:
        self.calls.append(f"status: {outcome}")

    def resolved(self, _id: str, outcome: str, _now_s: float) -> None:
        self.calls.append(f"outcome: {outcome}")

    def nothing(self, _now_s: float) -> None:
        self.calls.append("nothing shown")


class Desk:
    def __init__(self) -> None:
        self.timers = FakeTimers()
        self.parts = Parts()
        documents = DocumentStore(Syntax)
        documents.open(URI, "go", 1, "abc\n")
        self.queue = AfterKeyQueue(lambda: None, later=self.timers.call_later)
        self.service = SuggestionService(
            documents,
            roster=Roster,
            events=cast(EditorEvents, self.parts),
            after_key=self.queue,
            suggester=cast(Suggester, self.parts),
            suggestion_filter=cast(SuggestionFilter, self.parts),
            outcomes=cast(Outcomes, self.parts),
            on_change=lambda: self.parts.calls.append("status"),
            clock=self.timers.clock,
        )


async def test_a_suggestion_passes_the_filter() -> None:
    desk = Desk()
    suggestion = await desk.service.suggest(URI, AT)
    assert suggestion is not None
    assert suggestion.text == "x"
    assert desk.parts.calls == ["cursor", "while typing", "filter", "status"]


async def test_a_key_during_the_wait_for_the_region_supersedes_the_request() -> None:
    desk = Desk()
    desk.parts.typed_meanwhile = True
    assert await desk.service.suggest(URI, AT) is None
    assert desk.parts.calls == ["cursor", "status"]


async def test_the_filter_may_hide_it() -> None:
    desk = Desk()
    desk.parts.is_shown = False
    assert await desk.service.suggest(URI, AT, invoked=True) is None
    assert desk.parts.calls == ["cursor", "by command", "filter", "status"]


async def test_an_empty_answer_clears_the_screen_after_the_key() -> None:
    desk = Desk()
    desk.parts.text = ""
    assert await desk.service.suggest(URI, AT) is None
    assert "nothing shown" not in desk.parts.calls
    desk.timers.advance(0.1)
    assert desk.parts.calls[-1] == "nothing shown"


async def test_one_debug_line_names_the_stage_that_dropped_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG", "hotseat.session.suggest")
    desk = Desk()
    await desk.service.suggest(URI, AT)
    desk.parts.text = ""
    await desk.service.suggest(URI, AT)
    shown, dropped = (record.getMessage() for record in caplog.records)
    assert shown == "textDocument/inlineCompletion id=1 ms=0.0 source=engine stage=shown"
    assert dropped == "textDocument/inlineCompletion id=1 ms=0.0 source=engine stage=syntax check"


async def test_a_file_that_is_not_open_gets_nothing() -> None:
    desk = Desk()
    assert await desk.service.suggest("file:///b.go", AT) is None
    assert desk.parts.calls == []


def test_what_became_of_it_is_recorded_after_the_keys_before() -> None:
    desk = Desk()
    desk.queue.add(lambda: desk.parts.calls.append("key"))
    desk.service.resolved("1", "accepted")
    assert desk.parts.calls == ["key", "status: accepted", "outcome: accepted", "status"]
