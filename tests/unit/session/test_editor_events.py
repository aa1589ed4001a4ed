"""What the editor reports: what is done at once, and what waits for the completion request."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest

from hotseat.attention.attention import Attention
from hotseat.documents.store import Change, DocumentStore
from hotseat.domain.experts import Expert, ModelSpec, Roster
from hotseat.domain.text import Position, Range
from hotseat.session.after_key_queue import AfterKeyQueue
from hotseat.session.attention_loop import AttentionLoop
from hotseat.session.cursors import Cursors
from hotseat.session.editor_events import EditorEvents, is_one_character
from hotseat.session.open_file_context import OpenFileContext
from hotseat.session.suggest.acceptance import Outcomes
from hotseat.session.suggest.suggester import Suggester
from hotseat.syntax.document_syntax import Syntax
from support.fake_timers import FakeTimers

GO = Expert(name="go", languages=("go",), spec=ModelSpec("go:1b"))
A, B = "file:///w/a.go", "file:///w/b.html"


class FakeEarlyWork:
    """Begins a completion early when a test says that the editor waits before it asks."""

    def __init__(self) -> None:
        self.begins_early = False
        self.suggested = ""
        self.n_keys = 0
        self.begun: list[tuple[Position, str | None]] = []

    def takes(self, text: str) -> bool:
        return bool(text) and self.suggested.startswith(text)

    def keyed(self) -> bool:
        self.n_keys += 1
        return self.begins_early

    def begin_early(
        self, _document: object, position: Position, language: str | None, _roster: Roster
    ) -> None:
        self.begun.append((position, language))


class Desk:
    def __init__(self) -> None:
        self.timers = FakeTimers()
        self.documents = DocumentStore(Syntax)
        self.suggester = FakeEarlyWork()
        self.cursors = Cursors()
        self.queue = AfterKeyQueue(lambda: None, later=self.timers.call_later)
        self.roster = Roster(experts=(GO,))
        self.attention = AttentionLoop(
            Attention(None, lambda uri: uri),
            roster=lambda: self.roster,
            link=lambda: None,
            with_awaited=lambda demand: demand,
            on_change=lambda: None,
            on_demand=lambda: None,
            clock=self.timers.clock,
            later=self.timers.call_later,
        )
        self.events = EditorEvents(
            self.documents,
            roster=lambda: self.roster,
            cursors=self.cursors,
            attention=self.attention,
            after_key=self.queue,
            open_files=OpenFileContext(
                self.documents,
                language_of=self.cursors.file_language,
                is_secret=lambda uri: False,
            ),
            suggester=cast(
                Suggester, SimpleNamespace(early=self.suggester, takes=self.suggester.takes)
            ),
            outcomes=Outcomes(self.documents),
            clock=self.timers.clock,
        )

    def key(self, line: int, character: int, text: str, version: int = 2, uri: str = A) -> str:
        at = Position(line, character)
        return self.events.changed(uri, version, [(Range(at, at), text)])

    def text(self, uri: str = A) -> str:
        document = self.documents.get(uri)
        assert document is not None
        return document.buffer.text()


def test_a_key_changes_the_text_at_once_and_attention_later() -> None:
    desk = Desk()
    desk.events.opened(A, "go", 1, "package a\n")
    assert desk.key(0, 9, "b") == "done"
    assert desk.text() == "package ab\n"
    assert desk.cursors.position(A) == Position(0, 10)
    assert not desk.attention.state.typed, "put off until the completion is on its way"
    desk.timers.advance(0.01)
    assert desk.attention.state.typed


def test_what_builds_on_a_key_comes_after_it() -> None:
    desk = Desk()
    desk.events.opened(A, "go", 1, "package a\n")
    desk.key(0, 9, "b")
    desk.events.opened(B, "html", 1, "<p>\n")
    assert desk.attention.state.focused == B
    assert desk.attention.state.settled == "go", "the key was counted before the next file"


def test_an_edit_of_a_file_that_is_not_open_is_reported() -> None:
    desk = Desk()
    assert desk.key(0, 0, "x") != "done"
    assert desk.suggester.n_keys == 0


def test_the_completion_begins_with_the_key_if_the_editor_waits_before_it_asks() -> None:
    desk = Desk()
    desk.events.opened(A, "go", 1, "package a\n")
    desk.key(0, 9, "b", version=2)
    assert desk.suggester.begun == []
    desk.suggester.begins_early = True
    desk.key(0, 10, "c", version=3)
    desk.key(0, 11, "\n", version=4)
    assert desk.suggester.begun == [(Position(0, 11), "go")]


def test_the_completion_begins_with_the_change_that_accepts_a_suggestion() -> None:
    desk = Desk()
    desk.events.opened(A, "go", 1, "package a\n")
    desk.suggester.begins_early = True
    desk.suggester.suggested = "main() {"
    desk.key(0, 9, "pasted text", version=2)
    assert desk.suggester.begun == []
    desk.key(0, 9, "main() {", version=3)
    assert [position for position, _ in desk.suggester.begun] == [Position(0, 17)]


AT = Position(1, 2)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([(Range(AT, AT), "x")], True),
        ([(Range(AT, AT), "é")], True),
        ([(Range(AT, AT), "\n")], False),
        ([(Range(AT, AT), "xy")], False),
        ([(Range(AT, AT), "")], False),
        ([(Range(AT, Position(1, 3)), "x")], False),
        ([(Range(AT, AT), "x"), (Range(AT, AT), "y")], False),
        ([(None, "x")], False),
        ([], False),
    ],
)
def test_one_typed_character(changes: list[Change], expected: bool) -> None:
    assert is_one_character(changes) == expected


def test_focus_moves_the_attention_to_the_region_under_the_cursor() -> None:
    desk = Desk()
    desk.events.opened(A, "go", 1, "package a\n")
    desk.events.opened(B, "html", 1, "<p>\n")
    desk.events.focused(A)
    assert desk.attention.state.focused == A
    assert desk.attention.state.focused_language == "go"
    desk.events.focused(None)
    assert desk.attention.state.focused is None


def test_window_focus_and_visible_files() -> None:
    desk = Desk()
    desk.events.opened(A, "go", 1, "package a\n")
    desk.events.visible([A, B])
    desk.events.window_focused(False)
    assert desk.attention.state.visible == (A, B)
    assert not desk.attention.state.window_focused


def test_a_cursor_in_a_file_that_is_not_open_is_ignored() -> None:
    desk = Desk()
    desk.events.cursor_moved(B, Position(3, 0))
    assert desk.cursors.position(B) == Position(0, 0)
    assert desk.attention.state.focused is None


def test_a_closed_file_has_no_cursor_and_no_attention() -> None:
    desk = Desk()
    desk.events.opened(A, "go", 1, "package a\n")
    desk.key(0, 9, "b")
    assert desk.events.closed(A) == "done"
    assert desk.cursors.position(A) == Position(0, 0)
    assert desk.attention.state.focused is None
    assert desk.attention.state.open_languages == frozenset()
