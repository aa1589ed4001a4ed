"""Offers of one window: what an edit brings up, and when there is none. No model is loaded."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

from hotseat.documents.store import Change, Document, DocumentStore
from hotseat.domain.syntax import NameUse
from hotseat.domain.text import Position, Range
from hotseat.lab.evaluate.next_edit.replay import uses_by
from hotseat.session.next_edit.offered import OfferedEdit
from hotseat.session.next_edit.recorder import MAX_CHANGES, EditRecorder
from hotseat.session.next_edit.service import MAX_IGNORED, NextEdits, Rewrite, Situation
from hotseat.syntax.document_syntax import Syntax
from hotseat.syntax.service import SyntaxService

A = "file:///shop/a.py"
TEXT = "def f(prices):\n    amount = sum(prices)  # of all\n    print(amount)\n    return amount\n"


class Desk:
    """One window with one Python file, as the editor sees it."""

    def __init__(self, text: str = TEXT, *, is_on: bool = True) -> None:
        self.documents = DocumentStore(Syntax)
        self.recorder = EditRecorder(is_on=is_on)
        self.asked: list[Situation] = []
        self.rewrite: Rewrite | None = None
        self.is_secret = False
        self.gate = asyncio.Event()
        self.gate.set()
        self._uses = uses_by(SyntaxService(time.thread_time).uses)
        self.next_edits = NextEdits(
            self.documents,
            self.recorder,
            uses=self._use,
            language_of=lambda uri: "python",
            is_secret=lambda uri: self.is_secret,
            ask_model=self._ask,
        )
        self.version = 1
        self.documents.open(A, "python", 1, text)
        self.recorder.opened(self.document)

    @property
    def document(self) -> Document:
        document = self.documents.get(A)
        assert document is not None
        return document

    def change(self, line: int, start: int, end: int, text: str) -> None:
        self.make((Range(Position(line, start), Position(line, end)), text))

    def make(self, *changes: Change) -> None:
        self.version += 1
        self.documents.change(A, self.version, changes)
        self.recorder.changed(A, changes)

    async def offer(self, version: int | None = None) -> OfferedEdit | None:
        return await self.next_edits.next_edit(A, Position(1, 9), version=version)

    async def _use(
        self, text: str, language: str | None, places: Sequence[tuple[int, int]]
    ) -> list[NameUse] | None:
        await self.gate.wait()
        return self._uses(text, language or "", list(places))

    async def _ask(self, situation: Situation) -> Rewrite | None:
        self.asked.append(situation)
        return self.rewrite


def rename(desk: Desk) -> None:
    """Key by key, as a user does."""
    desk.change(1, 4, 10, "")
    for i, letter in enumerate("total_sum"):
        desk.change(1, 4 + i, 4 + i, letter)


async def test_the_uses_of_a_renamed_name_are_offered_until_all_are_made() -> None:
    desk = Desk()
    rename(desk)
    while (offer := await desk.offer()) is not None:
        assert offer.version == desk.version
        desk.make((offer.range, offer.text))
    assert desk.document.buffer.text() == TEXT.replace("amount", "total_sum")
    assert len(desk.asked) == 1  # only where no rule had an offer


async def test_an_offer_is_for_the_version_that_was_asked_about() -> None:
    desk = Desk()
    rename(desk)
    assert await desk.offer(version=desk.version - 1) is None
    assert await desk.offer(version=desk.version) is not None


async def test_a_text_that_changes_meanwhile_gets_no_offer() -> None:
    desk = Desk()
    rename(desk)
    desk.gate.clear()
    asking = asyncio.create_task(desk.offer())
    await asyncio.sleep(0)
    desk.change(0, 0, 0, "#")
    desk.gate.set()
    assert await asking is None


async def test_a_dismissed_change_is_not_offered_any_more() -> None:
    desk = Desk()
    rename(desk)
    offer = await desk.offer()
    assert offer is not None
    desk.next_edits.resolved(offer.id, "rejected")
    assert await desk.offer() is None


async def test_an_offer_that_is_passed_over_again_and_again_goes_away() -> None:
    desk = Desk()
    rename(desk)
    for i in range(MAX_IGNORED):
        assert await desk.offer() is not None
        desk.change(1, 30 + i, 30 + i, " ")
    assert await desk.offer() is None


async def test_nothing_is_kept_or_offered_when_switched_off() -> None:
    desk = Desk(is_on=False)
    rename(desk)
    assert await desk.offer() is None
    assert desk.asked == []


async def test_a_client_that_never_asks_costs_a_bounded_number_of_changes() -> None:
    desk = Desk()
    for _ in range(MAX_CHANGES + 2):
        desk.make((Range(Position(3, 0), Position(3, 0)), " "))
    assert await desk.offer() is None
    rename(desk)
    assert await desk.offer() is not None


async def test_a_document_that_is_opened_again_starts_afresh() -> None:
    desk = Desk()
    rename(desk)
    assert await desk.offer() is not None
    desk.documents.open(A, "python", 1, TEXT)
    desk.recorder.opened(desk.document)
    desk.version = 1
    assert await desk.offer() is None


async def test_a_model_is_asked_where_no_rule_has_an_offer() -> None:
    desk = Desk("a = 1\nb = 2\n")
    desk.change(0, 4, 5, "3")
    desk.rewrite = Rewrite(first_line=1, n_lines=1, lines=("b = 4",), expert="edits")
    offer = await desk.offer()
    assert offer is not None
    assert (offer.expert, offer.text) == ("edits", "b = 4")
    assert offer.range == Range(Position(1, 0), Position(1, 5))
    assert [hunk.new for hunk in desk.asked[0].hunks] == [("a = 3",)]


async def test_no_model_sees_a_secret_file_or_an_unchanged_one() -> None:
    desk = Desk("a = 1\nb = 2\n")
    assert await desk.offer() is None
    desk.change(0, 4, 5, "3")
    desk.is_secret = True
    assert await desk.offer() is None
    assert desk.asked == []
