"""The context of a file's prompts: held still while somebody types, anew where they go on."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from hotseat.completion.context.file_index import QUIET_S, OpenFile
from hotseat.completion.context.query import ContextQuery
from hotseat.completion.context.sticky_context import (
    MOVED_LINES,
    OLD_EDIT_S,
    STALE_S,
    ContextKeeper,
)
from hotseat.completion.prompt.fim_templates import Snippet
from hotseat.documents.store import DocumentStore
from hotseat.domain.text import Position, PositionEncoding, Range
from hotseat.languages.detect import language_of
from hotseat.syntax.document_syntax import Syntax

MONEY = "def tax_of(price): pass\n\n\ndef rate_of(land): pass\n"
MAIN = "x = tax_of(1)\n" + "\n" * 30 + "y = rate_of(1)\n" + "\n" * 30


def uri_of(path: str) -> str:
    return f"file:///w/{path}"


class Window:
    """An editor's window as the keeper sees it; the clock stands still unless it is set."""

    def __init__(self, secret: str = "secret") -> None:
        self.store = DocumentStore(Syntax, PositionEncoding.UTF16)
        self.keeper = ContextKeeper(lambda uri: secret in uri)
        self.now_s = 100.0

    def open(self, path: str, text: str) -> None:
        uri = uri_of(path)
        self.store.open(uri, language_of(uri, None) or "", 1, text)
        document = self.store.get(uri)
        assert document is not None
        document.syntax.set_language(language_of(uri, None))

    def close(self, path: str) -> None:
        self.store.close(uri_of(path))
        self.keeper.closed(uri_of(path))

    def type(self, path: str, line: int, character: int, text: str) -> None:
        here = Position(line, character)
        self.replace(path, Range(here, here), text)

    def replace(self, path: str, range_: Range | None, text: str) -> None:
        uri = uri_of(path)
        self.store.change(uri, None, [(range_, text)])
        self.keeper.changed(uri, [(range_, text)], self.now_s)

    @property
    def files(self) -> Sequence[OpenFile]:
        return [OpenFile(document=d, language=language_of(d.uri, None)) for d in self.store]

    def catch_up(self) -> None:
        """Parse and look at everything that has changed; the writing has paused."""
        self.now_s += QUIET_S
        assert self.keeper.index(self.files, self.now_s, lambda: False)

    def context(self, path: str, line: int, *, n_tokens: int = 500) -> tuple[Snippet, ...]:
        document = self.store.get(uri_of(path))
        assert document is not None
        query = ContextQuery(
            document=document,
            language=language_of(document.uri, None),
            line=line,
            first_line=max(0, line - 60) // 32 * 32,
            last_line=line + 10,
            n_tokens=n_tokens,
        )
        return self.keeper.context(
            query,
            self.files,
            now_s=self.now_s,
            deadline=lambda: False,
        )

    def names(self, path: str, line: int) -> list[str]:
        """Of the definitions in the context."""
        texts = "\n".join(snippet.text for snippet in self.context(path, line))
        return re.findall(r"def (\w+)", texts)


def window(**files: str) -> Window:
    opened = Window()
    for name, text in files.items():
        opened.open(f"{name}.py", text)
    opened.catch_up()
    return opened


def test_nothing_is_known_of_a_file_before_it_was_looked_at() -> None:
    opened = Window()
    opened.open("money.py", MONEY)
    opened.open("main.py", MAIN)
    assert opened.context("main.py", 1) == ()
    opened.catch_up()
    assert opened.names("main.py", 2) == ["tax_of"]


def test_from_key_to_key_in_a_line_the_context_is_the_same() -> None:
    opened = window(money=MONEY, main=MAIN)
    before = opened.context("main.py", 1)
    assert before != ()
    for i, char in enumerate("z = rate_of(2)"):
        opened.type("main.py", 1, i, char)
        opened.now_s += 60
        if i % 5 == 0:
            opened.catch_up()
        assert opened.context("main.py", 1) is before


def test_a_definition_that_is_newly_needed_comes_when_the_line_changes() -> None:
    opened = window(money=MONEY, main=MAIN)
    assert opened.names("main.py", 1) == ["tax_of"]
    opened.type("main.py", 1, 0, "z = rate_of(2)\n")
    assert opened.names("main.py", 2) == ["tax_of", "rate_of"]


def test_the_next_line_keeps_the_context_when_nothing_new_is_needed() -> None:
    opened = window(money=MONEY, main=MAIN)
    before = opened.context("main.py", 1)
    opened.type("main.py", 1, 0, "plain = 1\n")
    assert opened.context("main.py", 2) is before


def test_far_away_the_context_is_another() -> None:
    opened = window(money=MONEY, main=MAIN)
    assert opened.names("main.py", 1) == ["tax_of"]
    assert opened.names("main.py", 2 + MOVED_LINES) == ["tax_of"]
    assert opened.names("main.py", 32) == ["rate_of"]
    assert opened.names("main.py", 55) == []


def test_what_is_edited_in_another_file_shows_at_once_on_the_way_back() -> None:
    opened = window(money=MONEY, other="alpha = 1\nbeta = 2\ngamma = 3\n", main=MAIN)
    before = opened.context("main.py", 1)
    opened.type("other.py", 1, 0, "delta = beta_of(alpha)\n")
    after = opened.context("main.py", 1)
    assert any("delta = beta_of(alpha)" in snippet.text for snippet in after)
    assert after[: len(before)] == before
    assert opened.context("main.py", 1) is after


def test_what_was_edited_long_ago_is_no_context() -> None:
    opened = window(other="alpha = 1\nbeta = 2\ngamma = 3\n", main=MAIN)
    opened.type("other.py", 1, 0, "delta = beta_of(alpha)\n")
    opened.now_s += OLD_EDIT_S
    assert opened.context("main.py", 1) == ()


def test_a_changed_definition_shows_once_it_was_looked_at_and_the_line_changes() -> None:
    opened = window(money=MONEY, main=MAIN)
    opened.context("main.py", 1)
    here = Range(Position(0, 11), Position(0, 16))
    opened.replace("money.py", here, "price, land")
    opened.catch_up()
    assert "def tax_of(price, land):" in opened.context("main.py", 1)[-1].text


def test_a_minute_later_the_choice_is_made_anew_at_the_next_line() -> None:
    filler = "".join(f"other_{i} = unrelated_{i}\n" for i in range(100))
    alike = "invoice_total = price_one * tax_rate\n" * 10
    opened = window(a=filler, main="invoice_total = price_one\ntax_rate = 1\n" + "\n" * 30)
    assert opened.context("main.py", 2) == ()
    opened.open("b.py", filler + alike)
    opened.catch_up()
    opened.now_s += STALE_S
    assert opened.context("main.py", 2) == ()
    assert [snippet.path for snippet in opened.context("main.py", 3)] == ["w/b.py"]


def test_secret_files_are_never_context() -> None:
    opened = window(money=MONEY, main=MAIN)
    opened.open("secret_money.py", MONEY.replace("tax_of", "tax_of_mine"))
    opened.catch_up()
    opened.type("main.py", 0, 0, "a = tax_of_mine(1)\n")
    opened.type("secret_money.py", 0, 0, "b = 1\n")
    assert opened.names("main.py", 2) == ["tax_of"]
    assert all("secret" not in snippet.path for snippet in opened.context("main.py", 2))


def test_when_other_files_become_secret_nothing_of_them_stays() -> None:
    secrets: set[str] = set()
    opened = window(money=MONEY, main=MAIN)
    opened.keeper = ContextKeeper(lambda uri: uri in secrets)
    opened.catch_up()
    assert opened.names("main.py", 1) == ["tax_of"]
    secrets.add(uri_of("money.py"))
    opened.keeper.forget_all()
    opened.catch_up()
    assert opened.context("main.py", 1) == ()


def test_a_closed_file_is_no_context_any_more() -> None:
    opened = window(money=MONEY, main=MAIN)
    assert opened.names("main.py", 1) == ["tax_of"]
    opened.close("money.py")
    assert opened.context("main.py", 1) == ()


def test_a_file_opened_again_is_looked_at_again() -> None:
    opened = window(money=MONEY, main=MAIN)
    opened.open("money.py", MONEY.replace("price", "amount"))
    assert opened.context("main.py", 1) == ()
    opened.catch_up()
    assert "def tax_of(amount):" in opened.context("main.py", 2)[-1].text


def test_a_file_closed_while_it_was_looked_at_leaves_nothing() -> None:
    opened = window(main=MAIN)
    opened.open("money.py", MONEY)
    assert not opened.keeper.index(opened.files, opened.now_s, lambda: True)
    opened.close("money.py")
    opened.catch_up()
    assert opened.context("main.py", 1) == ()


def test_a_file_that_is_being_written_is_looked_at_when_the_writing_pauses() -> None:
    opened = window(money=MONEY, main=MAIN)
    opened.replace("money.py", Range(Position(3, 0), Position(4, 0)), "")
    assert opened.keeper.index(opened.files, opened.now_s, lambda: False)
    assert opened.names("main.py", 32) == ["rate_of"]
    opened.catch_up()
    assert opened.names("main.py", 50) == []


def test_looking_goes_on_a_little_with_every_call() -> None:
    opened = Window()
    opened.open("money.py", MONEY * 100)
    n_calls = 1
    while not opened.keeper.index(opened.files, opened.now_s, lambda: True):
        n_calls += 1
        assert n_calls < 10_000
    assert n_calls > 50


def test_budgets_of_two_models_are_kept_apart() -> None:
    opened = window(money=MONEY, main=MAIN)
    large = opened.context("main.py", 1)
    assert opened.context("main.py", 1, n_tokens=10) == ()
    assert opened.context("main.py", 1) is large


def test_the_whole_text_replaced_forgets_what_was_chosen_for_it() -> None:
    opened = window(money=MONEY, main=MAIN)
    assert opened.names("main.py", 1) == ["tax_of"]
    opened.replace("main.py", None, "y = rate_of(1)\n\n")
    assert opened.names("main.py", 1) == ["rate_of"]


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_in_one_line_no_sequence_of_keys_and_pauses_changes_the_context(
    data: st.DataObject,
) -> None:
    opened = window(money=MONEY, other="alpha = tax_of(1)\n" * 90, main=MAIN)
    line = data.draw(st.integers(0, 60))
    before = opened.context("main.py", line)
    at = 0
    for _ in range(data.draw(st.integers(1, 12))):
        key = data.draw(
            st.sampled_from(["r", "rate_of(", "tax_of", '"', "é😀", "\t", "pause", "look"])
        )
        if key == "pause":
            opened.now_s += data.draw(st.floats(0, 1000))
        elif key == "look":
            opened.catch_up()
        else:
            opened.type("main.py", line, 0 if data.draw(st.booleans()) else at, key)
            at += len(key)
        assert opened.context("main.py", line) is before


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_any_work_leaves_a_context_that_fits_and_never_raises(data: st.DataObject) -> None:
    opened = Window()
    names = ["a.py", "b.py", "c.go", "d.sql", "e.txt", "secret.py"]
    for _ in range(data.draw(st.integers(1, 25))):
        path = data.draw(st.sampled_from(names))
        is_open = opened.store.get(uri_of(path)) is not None
        act = data.draw(st.sampled_from(["open", "close", "type", "whole", "look", "ask", "ask"]))
        line, last = data.draw(st.integers(0, 80)), data.draw(st.integers(0, 80))
        if act == "open" or not is_open:
            opened.open(path, data.draw(st.sampled_from(["", MONEY, MAIN, "\r\n\r", MAIN * 3])))
        elif act == "close":
            opened.close(path)
        elif act == "type":
            range_ = Range(Position(line, 0), Position(last, data.draw(st.integers(0, 9))))
            opened.replace(path, range_, data.draw(st.sampled_from(["", "x", MONEY, "\r", "\n\n"])))
        elif act == "whole":
            opened.replace(path, None, data.draw(st.sampled_from(["", MAIN])))
        elif act == "look":
            opened.catch_up()
        else:
            snippets = opened.context(path, line, n_tokens=60)
            size = sum(len(s.path.encode()) + len(s.text.encode()) for s in snippets)
            assert size <= 60 * 3
            assert opened.context(path, line, n_tokens=60) == snippets
            assert all("secret" not in snippet.path for snippet in snippets)
