"""The pace at which a growing answer is taken: never late, never too often."""

from __future__ import annotations

from hotseat.session.chat.paced_text import EVERY_S, MAX_PENDING_CHARS, PacedText
from support.fake_timers import FakeTimers


class Desk:
    def __init__(self) -> None:
        self.timers = FakeTimers()
        self.texts: list[str] = []
        self.paced = PacedText(
            self.texts.append, clock=self.timers.clock, later=self.timers.call_later
        )


def test_the_first_word_is_shown_at_once_and_a_slow_models_words_each_for_itself() -> None:
    desk = Desk()
    for word in ("So ", "it ", "is."):
        desk.paced.add(word)
        desk.timers.advance(EVERY_S)
    assert desk.texts == ["So ", "it ", "is."]
    assert desk.timers.waiting == []


def test_words_of_a_fast_model_are_shown_together() -> None:
    desk = Desk()
    for _ in range(100):
        desk.paced.add("x")
        desk.timers.advance(EVERY_S / 10)
    desk.paced.flush()
    assert "".join(desk.texts) == "x" * 100
    assert len(desk.texts) <= 12


def test_a_model_that_pauses_keeps_nothing_back() -> None:
    desk = Desk()
    desk.paced.add("So ")
    desk.paced.add("it ")
    assert desk.texts == ["So "]
    desk.timers.advance(EVERY_S)
    assert desk.texts == ["So ", "it "]


def test_much_text_is_taken_at_once_and_the_end_too() -> None:
    desk = Desk()
    desk.paced.add("So ")
    desk.paced.add("x" * (MAX_PENDING_CHARS + 1))
    assert len(desk.texts) == 2
    desk.paced.add("end")
    desk.paced.flush()
    desk.paced.flush()
    assert desk.texts[2:] == ["end"]
    assert desk.timers.waiting == []
