"""How long a model has left requests without a byte."""

from __future__ import annotations

from hotseat.domain.experts import ModelSpec
from hotseat.session.suggest.models.model_silence import ModelSilence

SEAT = ModelSpec("go:1b")


class Clock:
    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def test_an_open_request_without_a_byte_is_silence() -> None:
    clock = Clock()
    silence = ModelSilence(clock)
    with silence.request(SEAT):
        clock.now_s += 3
        assert silence.quiet_s(SEAT) == 3
        silence.heard(SEAT)
        assert silence.quiet_s(SEAT) == 0
    assert silence.quiet_s(SEAT) == 0


def test_requests_that_the_next_key_cancels_add_up() -> None:
    clock = Clock()
    silence = ModelSilence(clock)
    for _ in range(4):
        with silence.request(SEAT):
            clock.now_s += 1.2
        clock.now_s += 2.0
    with silence.request(SEAT):
        clock.now_s += 0.1
        assert round(silence.quiet_s(SEAT), 3) == 4.9


def test_requests_too_short_for_an_answer_do_not_add_up() -> None:
    clock = Clock()
    silence = ModelSilence(clock)
    for _ in range(100):  # a user who types fast on a model that is a little slower
        with silence.request(SEAT):
            clock.now_s += 0.2
    with silence.request(SEAT):
        assert silence.quiet_s(SEAT) == 0


def test_what_was_long_ago_does_not_count() -> None:
    clock = Clock()
    silence = ModelSilence(clock)
    with silence.request(SEAT):
        clock.now_s += 4
    clock.now_s += 3600
    with silence.request(SEAT):
        clock.now_s += 1
        assert silence.quiet_s(SEAT) == 1


def test_a_marked_model_is_marked_until_it_is_heard() -> None:
    heard: list[ModelSpec] = []
    silence = ModelSilence(Clock())
    silence.on_heard = heard.append
    silence.mark(SEAT)
    assert silence.is_marked(SEAT)
    silence.heard(SEAT)
    silence.heard(SEAT)
    assert not silence.is_marked(SEAT)
    assert heard == [SEAT]
