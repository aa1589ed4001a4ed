"""When a prompt is read ahead: where the user stays, once for each document and model."""

from __future__ import annotations

from hotseat.attention.state import DWELL_S, AttentionState, update
from hotseat.documents.store import Document, DocumentStore
from hotseat.domain.events import AttentionEvent, Edited, Focused, Opened, WindowFocused
from hotseat.domain.experts import Expert, ModelSpec, Roster
from hotseat.domain.text import Position
from hotseat.session.suggest.read_ahead import ReadAhead
from hotseat.syntax.document_syntax import Syntax

GO = Expert(name="go", languages=("go",), spec=ModelSpec("go:1b"))
SQL = Expert(name="sql", languages=("sql",), spec=ModelSpec("sql:1b"))
A, B = "file:///a.go", "file:///b.sql"


class Desk:
    def __init__(self) -> None:
        self.now_s = 1000.0
        self.documents = DocumentStore(Syntax)
        self.documents.open(A, "go", 1, "package a\n")
        self.documents.open(B, "sql", 1, "SELECT\n")
        self.state = AttentionState()
        self.roster = Roster(experts=(GO, SQL))
        self.is_warm = True
        self.read: list[tuple[str, Position, str | None]] = []
        self.read_ahead = ReadAhead(
            self.documents,
            self._prefetch,
            attention=lambda: self.state,
            roster=lambda: self.roster,
            cursor=lambda uri: Position(0, 6),
            clock=lambda: self.now_s,
        )

    def _prefetch(
        self, document: Document, position: Position, language: str | None, _roster: Roster
    ) -> bool:
        if self.is_warm:
            self.read.append((document.uri, position, language))
        return self.is_warm

    def attend(self, *events: AttentionEvent) -> None:
        for event in events:
            self.state = update(self.state, event, self.now_s)
        self.read_ahead.read_where_settled()


def test_the_prompt_is_read_once_where_the_user_is() -> None:
    desk = Desk()
    desk.attend(Opened(A, "go"))
    desk.read_ahead.read_where_settled()
    assert desk.read == [(A, Position(0, 6), "go")]


def test_it_is_read_as_soon_as_the_model_is_warm() -> None:
    desk = Desk()
    desk.is_warm = False
    desk.attend(Opened(A, "go"))
    desk.is_warm = True
    desk.read_ahead.read_where_settled()
    assert len(desk.read) == 1


def test_a_file_that_the_user_only_passes_is_not_read() -> None:
    desk = Desk()
    desk.attend(Opened(A, "go"), Edited(A, "go"))
    desk.now_s += 10
    desk.attend(Opened(B, "sql"))
    assert [uri for uri, _, _ in desk.read] == [A]
    desk.now_s += DWELL_S
    desk.read_ahead.read_where_settled()
    assert [uri for uri, _, _ in desk.read] == [A, B]


def test_another_model_for_the_same_file_reads_it_again() -> None:
    desk = Desk()
    desk.attend(Opened(A, "go"))
    other = Expert(name="go", languages=("go",), spec=ModelSpec("other:1b"))
    desk.roster = Roster(experts=(other,))
    desk.read_ahead.read_where_settled()
    assert len(desk.read) == 2


def test_nothing_is_read_without_focus_expert_or_document() -> None:
    desk = Desk()
    desk.state = update(desk.state, WindowFocused(False), desk.now_s)
    desk.attend(Opened(A, "go"))
    desk.attend(WindowFocused(True), Focused(None))
    desk.roster = Roster()
    desk.attend(Focused(A))
    desk.roster = Roster(experts=(GO,))
    desk.documents.close(A)
    desk.read_ahead.read_where_settled()
    assert desk.read == []
