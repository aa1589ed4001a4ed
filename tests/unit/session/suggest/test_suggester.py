"""One window's suggestions, with an engine that writes what a test says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotseat.documents.store import Document, DocumentStore
from hotseat.domain.experts import Roster
from hotseat.domain.text import Position, Range
from hotseat.engines.ollama import OllamaEngine
from hotseat.engines.protocol import GenerateRequest
from hotseat.keeper.link import KeeperLink
from hotseat.session.open_file_context import OpenFileContext
from hotseat.session.suggest.suggest_settings import SuggestSettings
from hotseat.session.suggest.suggester import Suggester
from hotseat.session.suggest.suggestion import Suggestion
from hotseat.syntax.document_syntax import Syntax
from support.suggest_fixtures import EXPERT, URI, FakeEngine, FakeLink, turns

ROSTER = Roster(experts=(EXPERT,))


class Bench:
    """A document, a suggester, and its engine."""

    def __init__(self, text: str = "x = \n", language: str = "python", **settings: Any) -> None:
        self.store = DocumentStore(Syntax)
        self.store.open(URI, language, 1, text)
        self.language = language
        self.engine = FakeEngine()
        self.secrets: set[str] = set()
        self.open_files = OpenFileContext(
            self.store, language_of=lambda _: language, is_secret=self.secrets.__contains__
        )
        self.link = FakeLink()
        link = cast("KeeperLink", self.link)
        self.suggester = Suggester(
            self.store, lambda: link, self.open_files, settings=SuggestSettings(**settings)
        )
        self.suggester.use_engine(cast("OllamaEngine", self.engine))
        self.version = 1

    @property
    def document(self) -> Document:
        document = self.store.get(URI)
        assert document is not None
        return document

    def edit(self, start: Position, end: Position, text: str) -> None:
        self.version += 1
        self.store.change(URI, self.version, [(Range(start, end), text)])

    async def suggest(self, line: int, character: int, **how: Any) -> Suggestion | None:
        at = Position(line, character)
        return await self.suggest_in(self.document, at, **how)

    async def suggest_in(self, document: Document, at: Position, **how: Any) -> Suggestion | None:
        record = self.suggester.begin(self.language)
        return await self.suggester.suggest(record, document, at, ROSTER, **how)

    @property
    def asked(self) -> list[GenerateRequest]:
        return [request for request in self.engine.requests if request.n_predict > 1]


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    bench = Bench()
    yield bench
    await bench.suggester.aclose()


def text_of(suggestion: Suggestion | None) -> str:
    return suggestion.text if suggestion else ""


async def test_the_same_place_is_asked_once(bench: Bench) -> None:
    bench.engine.pieces = ["compute(1)"]
    assert text_of(await bench.suggest(0, 4)) == "compute(1)"
    assert text_of(await bench.suggest(0, 4)) == "compute(1)"
    assert len(bench.asked) == 1
    assert bench.suggester.counts == {
        "asked": 2,
        "fromCache": 1,
        "fromStream": 0,
        "fromEngine": 1,
        "early": 0,
    }


async def test_a_rejected_suggestion_may_come_again_at_the_same_place(bench: Bench) -> None:
    bench.engine.pieces = ["compute(1)"]
    first = await bench.suggest(0, 4)
    assert first is not None
    bench.suggester.resolve(first.id, "rejected")
    assert text_of(await bench.suggest(0, 4)) == "compute(1)"
    assert len(bench.asked) == 1


async def test_a_model_with_nothing_to_say_is_asked_again_only_by_hand(bench: Bench) -> None:
    bench.engine.pieces = ["\n\n"]
    assert await bench.suggest(0, 4) is None
    assert await bench.suggest(0, 4) is None
    assert len(bench.asked) == 1
    assert "nothing to say" in ((bench.suggester.last and bench.suggester.last.note) or "")
    bench.engine.pieces = ["1"]
    assert text_of(await bench.suggest(0, 4, invoked=True)) == "1"


async def test_the_note_says_which_stage_withheld_a_suggestion(bench: Bench) -> None:
    bench.engine.pieces = ["= = %"]
    for source in ("engine", "cache"):
        assert await bench.suggest(0, 4) is None
        last = bench.suggester.last
        assert last is not None
        assert (last.source, last.stage, last.outcome) == (source, "syntax check", "empty")
        assert last.note == (
            "the syntax check withheld the suggestion of code: its text does not parse there"
        )


async def test_the_record_names_what_came_before_any_stage(bench: Bench) -> None:
    bench.engine.pieces = ["1"]
    bench.suggester.use_engine(cast("OllamaEngine", bench.engine))
    record = bench.suggester.begin("cobol")
    at = Position(0, 4)
    assert await bench.suggester.suggest(record, bench.document, at, ROSTER) is None
    assert (record.stage, record.note) == ("routing", "there is no expert for cobol")
    bench.secrets.add(URI)
    record = bench.suggester.begin("python")
    assert await bench.suggester.suggest(record, bench.document, at, ROSTER) is None
    assert record.stage == "secret file"


async def test_the_newest_request_for_a_document_ends_the_one_before(bench: Bench) -> None:
    bench.engine.hold = asyncio.Event()
    first = asyncio.ensure_future(bench.suggest(0, 4))
    await turns()
    record = bench.suggester.last
    assert record is not None
    second = asyncio.ensure_future(bench.suggest(0, 4))
    await turns()
    assert (await first, record.stage) == (None, "superseded")
    bench.engine.hold.set()
    await second


async def test_a_model_that_does_not_end_is_ended() -> None:
    bench = Bench(generation_s={"line": -1.0, "block": 3.0})
    bench.engine.pieces = ["a", "b", "c"]
    bench.engine.hold = asyncio.Event()
    assert text_of(await asyncio.wait_for(bench.suggest(0, 4), 5)) == "a"
    assert bench.engine.n_closed == 1
    await bench.suggester.aclose()


async def test_requests_overtaken_twice_wait_for_a_pause(bench: Bench) -> None:
    bench.engine.hold = asyncio.Event()
    bench.engine.pieces = ["zzz"]
    tasks = []
    for n in range(4):
        bench.edit(Position(0, 4 + n), Position(0, 4 + n), "q")
        tasks.append(asyncio.ensure_future(bench.suggest(0, 5 + n)))
        for _ in range(20):
            await asyncio.sleep(0)
    assert len(bench.asked) == 2  # the third and fourth wait
    bench.engine.hold.set()
    assert [text_of(await task) for task in tasks] == ["", "", "", "zzz"]
    assert bench.suggester.last is not None
    assert bench.suggester.last.delay_ms > 0


async def test_only_the_tokens_that_are_shown_say_how_sure_the_model_is() -> None:
    bench = Bench("def f(x):\n    \n")
    bench.engine.pieces = ["\n", "    ", "return", " x", "\n\n\n", "y"]
    bench.engine.logprobs = [-9.0, -8.0, -0.1, -0.2, -7.0, -6.0]
    suggestion = await bench.suggest(1, 4)
    assert suggestion is not None
    assert (suggestion.text, suggestion.logprobs) == ("return x", (-0.1, -0.2))
    bench.edit(Position(1, 4), Position(1, 4), "ret")
    suggestion = await bench.suggest(1, 7)
    assert suggestion is not None
    assert (suggestion.text, suggestion.logprobs) == ("urn x", (-0.1, -0.2))
    bench.edit(Position(1, 7), Position(1, 7), "urn")
    suggestion = await bench.suggest(1, 10)
    assert suggestion is not None
    assert (suggestion.text, suggestion.logprobs) == (" x", (-0.2,))
    assert len(bench.asked) == 1
    await bench.suggester.aclose()


async def test_reading_ahead_asks_for_one_token_and_gives_way(bench: Bench) -> None:
    bench.engine.hold = asyncio.Event()
    assert bench.suggester.early.warm_up(bench.document, Position(0, 4), "python", ROSTER)
    await turns()
    (reading,) = bench.engine.requests
    assert reading.n_predict == 1
    assert reading.prompt.startswith("x =")
    bench.engine.pieces = ["1\n"]
    assert text_of(await bench.suggest(0, 4)) == "1"
    assert bench.engine.n_closed >= 1


async def test_reading_ahead_leaves_what_is_computed_ahead_alone() -> None:
    bench = Bench(ahead_after_s=0.0, ahead_after_request_s=0.0)
    bench.engine.pieces = ["compute(1)"]
    assert await bench.suggest(0, 4) is not None
    assert bench.suggester.early.warm_up(bench.document, Position(0, 4), "python", ROSTER)
    bench.engine.pieces = [" + 2"]
    await turns()
    bench.edit(Position(0, 4), Position(0, 4), "compute(1)")
    assert text_of(await bench.suggest(0, 14)) == " + 2"
    assert bench.suggester.counts["fromCache"] == 1
    assert len(bench.asked) == 2
    await bench.suggester.aclose()


async def test_reading_ahead_waits_for_something_to_read(bench: Bench) -> None:
    assert not bench.suggester.early.warm_up(bench.document, Position(0, 0), "python", ROSTER)
    assert not bench.suggester.early.warm_up(bench.document, Position(0, 4), "cobol", ROSTER)
    assert bench.engine.requests == []


async def test_a_file_that_holds_secrets_is_not_shown_to_models(bench: Bench) -> None:
    bench.secrets.add(URI)
    bench.engine.pieces = ["1"]
    assert await bench.suggest(0, 4) is None
    assert not bench.suggester.early.warm_up(bench.document, Position(0, 4), "python", ROSTER)
    assert bench.engine.requests == []
    assert bench.suggester.last is not None
    assert "secrets" in bench.suggester.last.note


async def test_what_looks_like_a_secret_is_masked_on_the_way_to_the_model() -> None:
    key = "AKIA" + "QZ7RTVWX3NPLM2KD"
    bench = Bench(f'aws = "{key}"\nx = \n')
    bench.engine.pieces = ["1"]
    assert text_of(await bench.suggest(1, 4)) == "1"
    assert key not in bench.engine.requests[0].prompt
    assert "aws = " in bench.engine.requests[0].prompt
    await bench.suggester.aclose()


async def test_definitions_of_other_open_files_come_before_the_text() -> None:
    bench = Bench("import shop\n\nfirst = shop.price_of_order(a, 0.2)\nsecond = \n")
    other = "def price_of_order(order, tax):\n    return order.sum * tax\n"
    bench.store.open("file:///shop.py", "python", 1, other)
    for document in bench.store:
        document.syntax.set_language("python")
    while not bench.open_files._index_slice():
        pass
    bench.engine.pieces = ["1"]
    assert await bench.suggest(3, 9) is not None
    prompt = bench.engine.requests[0].prompt
    assert prompt.startswith("# ")
    assert "def price_of_order(order, tax)" in prompt
    assert prompt.endswith("second =")
    await bench.suggester.aclose()


async def test_a_model_that_is_not_downloaded_is_no_slow_one(bench: Bench) -> None:
    bench.suggester._missing.listed(frozenset({"other:1b"}))
    assert await bench.suggest(0, 4) is None
    assert bench.suggester.last is not None
    assert bench.suggester.last.note == "code is not downloaded"
    bench.suggester._missing.pulled(EXPERT)
    bench.engine.pieces = ["1"]
    assert text_of(await bench.suggest(0, 4)) == "1"


async def test_nothing_of_other_files_is_sent_where_the_user_does_not_want_it() -> None:
    bench = Bench("second = price_of_order(\n", sends_open_files=False)
    other = "def price_of_order(order, tax):\n    return order.sum * tax\n"
    bench.store.open("file:///shop.py", "python", 1, other)
    for document in bench.store:
        document.syntax.set_language("python")
    while not bench.open_files._index_slice():
        pass
    bench.engine.pieces = ["1"]
    assert await bench.suggest(0, 24) is not None
    assert bench.engine.requests[0].prompt == "second = price_of_order("
    await bench.suggester.aclose()


async def test_a_pause_of_the_users_own_forbids_to_begin_early() -> None:
    starts = {}
    for debounce_s in (0.0, 0.2):
        bench = Bench(debounce_s=debounce_s)
        early = bench.suggester.early
        for i in range(20):  # an editor that asks 50 ms after each key
            early._client_debounce.keyed(i * 0.2)
            early.asked(i * 0.2 + 0.05)
        starts[debounce_s] = early.keyed()
        await bench.suggester.aclose()
    assert starts == {0.0: True, 0.2: False}


async def test_another_document_ends_what_is_under_way(bench: Bench) -> None:
    bench.engine.hold = asyncio.Event()
    other = "file:///b.py"
    bench.store.open(other, "python", 1, "y = ")
    first = asyncio.ensure_future(bench.suggest(0, 4))
    await turns()
    document = bench.store.get(other)
    assert document is not None
    bench.engine.hold.set()
    bench.engine.pieces = ["2"]
    second = await bench.suggest_in(document, Position(0, 4))
    assert text_of(second) == "2"
    assert await first is None


SOURCE = """\
def total(orders, tax=0.2):
\t\"\"\"What they cost, é€😀.\"\"\"
    result = 0
    for order in orders:\r
        result += order.price * (1 + tax)  # with tax
    return {"sum": result, 'n': len(orders)}


class Shop:
    name = "x" ; items = []
"""
_POSITIONS = st.builds(Position, st.integers(-1, 12), st.integers(-1, 60))
_TEXTS = st.one_of(
    st.text(max_size=8),
    st.sampled_from(["\n", "\r\n", "(", '"""', "\ud83d", "<|endoftext|>", "    ", "\t"]),
)
_OUTPUTS = st.lists(
    st.one_of(
        st.text(max_size=12),
        st.sampled_from(
            ["\n", "}", ")", "    return x\n", "<fim_middle>", "```python\n", "return {", "a" * 500]
        ),
    ),
    max_size=8,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    steps=st.lists(st.tuples(_POSITIONS, _POSITIONS, _TEXTS, _POSITIONS, _OUTPUTS), max_size=5),
    language=st.sampled_from(["python", "go"]),
)
def test_whatever_is_typed_and_answered_the_editor_goes_on(
    steps: list[tuple[Position, Position, str, Position, list[str]]], language: str
) -> None:
    async def run() -> None:
        bench = Bench(SOURCE, language)
        try:
            for start, end, text, cursor, pieces in steps:
                bench.edit(start, end, text)
                before = bench.document.buffer.text()
                bench.engine.pieces = pieces
                suggestion = await bench.suggest(cursor.line, cursor.character)
                assert bench.document.buffer.text() == before
                assert bench.suggester.last is not None
                assert bench.suggester.last.outcome in ("shown", "empty")
                if suggestion is not None:
                    assert suggestion.text
                    assert "<fim_" not in suggestion.text
        finally:
            await bench.suggester.aclose()

    asyncio.run(run())


async def test_what_broke_is_said_once_and_the_next_goes_on() -> None:
    bench = Bench(patience_s=0.02)
    bench.engine.hold = asyncio.Event()
    bench.engine.pieces = []
    assert await bench.suggest(0, 4) is None
    assert bench.suggester.last is not None
    await turns()
    assert (bench.suggester.last.outcome, bench.engine.n_closed) == ("failed", 1)
    assert "took longer" in bench.suggester.last.note
    bench.engine.hold, bench.engine.pieces = None, ["1"]
    assert text_of(await bench.suggest(0, 4)) == "1"
    await bench.suggester.aclose()


async def test_the_keeper_hears_that_the_engine_is_at_work(bench: Bench) -> None:
    await bench.suggest(0, 4)
    assert bench.link.n_looks == len(bench.asked) == 1
    await bench.suggest(0, 4)
    assert bench.link.n_looks == 1  # the cache knew


async def begun_early(bench: Bench, line: int, character: int) -> None:
    """A completion for that place is on its way, and no request has come for it."""
    before = len(bench.asked)
    at = Position(line, character)
    bench.suggester.early.begin_early(bench.document, at, bench.language, ROSTER)
    async with asyncio.timeout(5):
        while len(bench.asked) == before:
            await asyncio.sleep(0)


async def test_what_was_begun_before_it_was_asked_for_is_the_answer(bench: Bench) -> None:
    bench.engine.pieces, bench.engine.hold = ["compute(1)"], asyncio.Event()
    await begun_early(bench, 0, 4)
    request = asyncio.create_task(bench.suggest(0, 4))
    await asyncio.sleep(0)
    bench.engine.hold.set()
    assert text_of(await request) == "compute(1)"
    assert len(bench.asked) == 1
    assert bench.suggester.counts["early"] == bench.suggester.counts["fromStream"] == 1


async def test_an_older_request_gives_way_to_what_is_begun_early(bench: Bench) -> None:
    bench.engine.pieces, bench.engine.hold = ["compute(1)"], asyncio.Event()
    older = asyncio.create_task(bench.suggest(0, 4))
    for _turn in range(20):  # until its text is known to be another
        await asyncio.sleep(0)
    assert len(bench.asked) == 1
    bench.edit(Position(0, 4), Position(0, 4), "?")
    await begun_early(bench, 0, 5)
    assert await older is None
    assert bench.engine.n_closed == 1


async def test_nothing_is_begun_early_that_is_known(bench: Bench) -> None:
    await bench.suggest(0, 4)
    bench.suggester.early.begin_early(bench.document, Position(0, 4), bench.language, ROSTER)
    for _turn in range(5):
        await asyncio.sleep(0)
    assert len(bench.asked) == 1


async def test_tab_while_the_next_answer_is_computed_asks_once() -> None:
    bench = Bench(ahead_after_s=0.0, ahead_after_request_s=0.0)
    bench.engine.pieces = ["compute(1)"]
    assert await bench.suggest(0, 4) is not None
    bench.engine.pieces, bench.engine.hold = [" + 2"], asyncio.Event()
    await turns()
    assert bench.suggester.takes("compute(1)")
    bench.edit(Position(0, 4), Position(0, 4), "compute(1)")
    bench.suggester.early.begin_early(bench.document, Position(0, 14), "python", ROSTER)
    await turns()
    request = asyncio.ensure_future(bench.suggest(0, 14))
    await turns()
    bench.engine.hold.set()
    assert text_of(await request) == " + 2"
    assert len(bench.asked) == 2
    await bench.suggester.aclose()


async def test_a_request_by_hand_offers_what_else_the_model_says(bench: Bench) -> None:
    bench.engine.pieces = ["compute(1)"]
    assert await bench.suggest(0, 4) is not None
    bench.engine.pieces = ["other(2)"]
    by_hand = await bench.suggest(0, 4, invoked=True)
    assert by_hand is not None
    assert (by_hand.text, by_hand.alternatives) == ("compute(1)", ("other(2)",))
    automatic = await bench.suggest(0, 4)
    assert automatic is not None
    assert automatic.alternatives == ()
