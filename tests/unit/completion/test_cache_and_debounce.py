"""What is known already, and when to ask."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotseat.completion.cache import (
    FORWARD_CHARS,
    TAIL_CHARS,
    Answer,
    Scope,
    SuggestionCache,
    place_of,
    typed_since,
)
from hotseat.completion.timing.debounce import MAX_DELAY_S, MIN_DELAY_S, PATIENT_AFTER, Debounce
from hotseat.session.suggest import in_flight_completion as flight_module
from hotseat.session.suggest.in_flight_completion import InFlightCompletion

GO = Scope(model="m", digest="d", template="qwen", language="go")


def found(cache: SuggestionCache, scope: Scope, prefix: str, suffix: str) -> str | None:
    answer = cache.find(scope, prefix, suffix)
    return None if answer is None else answer.text


def cached(prefix: str, suffix: str, text: str) -> SuggestionCache:
    cache = SuggestionCache()
    cache.put(GO, place_of(prefix, suffix), Answer(text))
    return cache


def test_a_suggestion_is_found_again_and_typed_through() -> None:
    cache = cached("x = ", "\n", "compute(1)")
    assert found(cache, GO, "x = ", "\n") == "compute(1)"
    assert found(cache, GO, "x = com", "\n") == "pute(1)"
    assert found(cache, GO, "x = con", "\n") is None
    assert found(cache, GO, "x =", "\n") is None


def test_all_of_it_typed_is_a_new_place() -> None:
    assert found(cached("x = ", "", "ab"), GO, "x = ab", "") is None


def test_nothing_to_say_is_known_too() -> None:
    cache = cached("x = ", "", "")
    assert found(cache, GO, "x = ", "") == ""
    assert found(cache, GO, "x = y", "") is None


@pytest.mark.parametrize(
    "scope",
    [
        replace(GO, model="other"),
        replace(GO, digest="pulled anew"),
        replace(GO, template="starcoder"),
        replace(GO, language="sql"),
    ],
)
def test_another_model_template_or_language_has_its_own(scope: Scope) -> None:
    assert found(cached("x = ", "", "ab"), scope, "x = ", "") is None


def test_another_text_behind_the_cursor_is_another_place() -> None:
    assert found(cached("f(", ")", "ab"), GO, "f(", "") is None


def test_a_window_that_slides_with_the_cursor_does_not_hide_it() -> None:
    text = "".join(f"line {i}\n" for i in range(1000))
    n_chars = 4000
    cache = cached((text + "ret")[-n_chars:], "", "urn total")
    assert found(cache, GO, (text + "return t")[-n_chars:], "") == "otal"


def test_the_oldest_is_forgotten() -> None:
    cache = SuggestionCache(max_entries=2)
    for name in "abc":
        cache.put(GO, place_of(name, ""), Answer(f"{name}!"))
        found(cache, GO, "a", "")
    assert [found(cache, GO, name, "") for name in "abc"] == ["a!", None, "c!"]


@given(
    prefix=st.text(max_size=80),
    suffix=st.text(max_size=20),
    text=st.text(min_size=1, max_size=FORWARD_CHARS + 20),
    n=st.integers(0, FORWARD_CHARS),
)
def test_every_leading_part_leads_to_the_rest(prefix: str, suffix: str, text: str, n: int) -> None:
    n = min(n, len(text) - 1)
    assert found(cached(prefix, suffix, text), GO, prefix + text[:n], suffix) == text[n:]
    typed = typed_since(place_of(prefix, suffix), prefix + text[:n], suffix)
    assert typed is not None
    assert (prefix + text[:n]).endswith(typed)


def test_a_place_before_the_tail_does_not_count() -> None:
    same = "y" * TAIL_CHARS
    assert typed_since(place_of("a" + same, ""), "b" + same + "c", "") == "c"


# --- the pace ---


def test_nobody_waits_while_requests_get_their_answers() -> None:
    pace = Debounce()
    for i in range(50):
        pace.asked(i * 0.1)
        assert pace.delay_s("a", invoked=False) == 0.0
        pace.answered()


def test_requests_that_are_overtaken_wait_for_a_pause() -> None:
    pace = Debounce()
    for i in range(20):
        pace.asked(i * 0.12)
        pace.overtaken()
    assert pace.delay_s("a", invoked=False) == pytest.approx(0.18, abs=0.02)
    assert pace.delay_s(" ", invoked=False) == pytest.approx(0.09, abs=0.01)
    assert pace.delay_s("a", invoked=True) == 0.0
    pace.answered()
    assert pace.delay_s("a", invoked=False) == 0.0


@given(gaps=st.lists(st.floats(0.0, 100.0), max_size=30))
def test_the_delay_is_bounded(gaps: list[float]) -> None:
    pace, now_s = Debounce(), 0.0
    for gap in gaps:
        now_s += gap
        pace.asked(now_s)
        pace.overtaken()
    delay_s = pace.delay_s("a", invoked=False)
    assert delay_s == 0.0 if len(gaps) < PATIENT_AFTER else MIN_DELAY_S <= delay_s <= MAX_DELAY_S


# --- a stream that several requests follow ---


class Writer:
    """A model that writes when it is told to."""

    def __init__(self) -> None:
        self.grown: Callable[[str], None] = lambda _: None
        self.ended = asyncio.Event()
        self.text = ""
        self.cancelled = False

    async def work(self, grown: Callable[[str], None]) -> Answer:
        self.grown = grown
        try:
            await self.ended.wait()
        except asyncio.CancelledError:
            self.cancelled = True
            raise
        return Answer(self.text)

    async def writes(self, text: str, *, ends: bool = False) -> None:
        await asyncio.sleep(0)
        self.text += text
        self.grown(self.text)
        if ends:
            self.ended.set()
        await asyncio.sleep(0)


async def test_whoever_follows_gets_what_is_left() -> None:
    writer = Writer()
    flight = InFlightCompletion(GO, place_of("x = ", ""), writer.work)
    assert flight.leads_to(GO, "x = co", "") == "co"
    assert flight.leads_to(GO, "x = ", ")") is None
    rest = asyncio.ensure_future(flight.follow("co"))
    await writer.writes("comp")
    assert not rest.done()
    await writer.writes("ute()", ends=True)
    assert await rest == Answer("mpute()")


async def test_whoever_types_something_else_learns_it_at_once() -> None:
    writer = Writer()
    flight = InFlightCompletion(GO, place_of("x = ", ""), writer.work)
    rest = asyncio.ensure_future(flight.follow("ca"))
    await writer.writes("comp")
    assert await rest is None
    assert flight.leads_to(GO, "x = ca", "") is None
    assert flight.leads_to(GO, "x = comput", "") == "comput"
    flight.abort()


async def test_far_ahead_of_the_first_token_the_newer_text_is_the_better_prompt() -> None:
    flight = InFlightCompletion(GO, place_of("x = ", ""), Writer().work)
    assert flight.leads_to(GO, "x = compute", "") is None
    flight.abort()


async def test_a_stream_that_nobody_follows_ends_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flight_module, "LINGER_S", 0.0)
    writer = Writer()
    flight = InFlightCompletion(GO, place_of("x = ", ""), writer.work)
    rest = asyncio.ensure_future(flight.follow(""))
    await writer.writes("a")
    rest.cancel()
    await asyncio.wait([flight.task])
    assert writer.cancelled


async def test_a_stream_lives_on_for_the_key_that_continues_it() -> None:
    writer = Writer()
    flight = InFlightCompletion(GO, place_of("x = ", ""), writer.work)
    first = asyncio.ensure_future(flight.follow(""))
    await writer.writes("a")
    first.cancel()
    await asyncio.sleep(0)
    second = asyncio.ensure_future(flight.follow("a"))
    await writer.writes("b", ends=True)
    assert await second == Answer("b")


async def test_what_breaks_breaks_for_whoever_follows_and_leads_nowhere() -> None:
    async def broken(_grown: Callable[[str], None]) -> Answer:
        raise ValueError("broke")

    flight = InFlightCompletion(GO, place_of("x = ", ""), broken)
    with pytest.raises(ValueError, match="broke"):
        await flight.follow("")
    assert flight.leads_to(GO, "x = ", "") is None
