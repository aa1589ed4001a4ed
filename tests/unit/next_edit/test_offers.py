"""Where a change is offered again, and where it must not be. The syntax is that of a real tree."""

from __future__ import annotations

import time

from hotseat.domain.text import Position, PositionEncoding, Range
from hotseat.lab.evaluate.next_edit.replay import uses_by
from hotseat.next_edit.history import DocumentHistory
from hotseat.next_edit.lined_text import MAX_OCCURRENCES
from hotseat.next_edit.offers import Kind, Offer, Search
from hotseat.syntax.service import SyntaxService

RENAMED = """\
def total(prices, rate):
    amount = 0
    for price in prices:
        amount += price
    print("amount", amount)  # the amount
    return amount * rate


def other():
    amount = 3
    return amount
"""


def replaced(text: str, *edits: tuple[str, str]) -> DocumentHistory:
    """A document after the first occurrence of each old line part became another."""
    history = DocumentHistory(text)
    for old, new in edits:
        for number, line in enumerate(history.lines):
            if (column := line.find(old)) >= 0:
                range_ = Range(Position(number, column), Position(number, column + len(old)))
                history.edited((range_, new), PositionEncoding.UTF32)
                break
        else:
            raise AssertionError(f"no {old}")
    return history


def offer(
    history: DocumentHistory, language: str = "python", dismissed: set[Kind] | None = None
) -> Offer | None:
    uses = uses_by(SyntaxService(time.thread_time).uses)
    search = Search(history.lines, language, list(history.hunks()), dismissed or set())
    return search.best(uses(search.text, language, search.places))


def accept(history: DocumentHistory, one: Offer) -> None:
    range_ = Range(Position(one.line, one.start), Position(one.line, one.end))
    history.edited((range_, one.new), PositionEncoding.UTF32, is_accepted=True)


def test_the_uses_of_a_renamed_variable_are_offered_one_after_the_other() -> None:
    history = replaced(RENAMED, ("amount = 0", "total_price = 0"))
    lines = []
    while (one := offer(history)) is not None:
        assert (one.old, one.new) == ("amount", "total_price")
        lines.append(one.line)
        accept(history, one)
    assert lines[:2] == [3, 4]
    assert 5 in lines
    text = "\n".join(history.lines)
    assert '"amount"' in text
    assert "# the amount" in text


def test_another_function_keeps_its_own_variable_of_the_same_name() -> None:
    history = replaced(RENAMED, ("amount = 0", "total_price = 0"))
    first = offer(history)
    assert first is not None
    assert first.line < 6


def test_what_was_dismissed_is_not_offered_again() -> None:
    history = replaced(RENAMED, ("amount = 0", "total_price = 0"))
    first = offer(history)
    assert first is not None
    assert offer(history, dismissed={first.kind}) is None


def test_a_change_in_a_comment_is_not_carried_into_the_code() -> None:
    text = "# the limit of retries\nlimit = 3\nprint(limit)\n"
    assert offer(replaced(text, ("the limit", "the bound"))) is None


def test_no_offer_without_an_edit_and_for_an_edit_that_was_taken_back() -> None:
    assert offer(DocumentHistory(RENAMED)) is None
    history = replaced(RENAMED, ("amount = 0", "x = 0"), ("x = 0", "amount = 0"))
    assert offer(history) is None


def test_too_many_occurrences_get_no_offer_and_take_no_time() -> None:
    text = "value = 1\n" + "use(value)\n" * (MAX_OCCURRENCES + 10)
    history = replaced(text, ("value = 1", "other = 1"))
    began_s = time.thread_time()
    assert offer(history) is None
    assert time.thread_time() - began_s < 1.0


def test_a_line_of_a_minified_file_is_not_searched() -> None:
    text = "var a = 1;\n" + "f(a);" * 2000 + "\n"
    assert offer(replaced(text, ("var a", "var b")), "javascript") is None


def test_a_large_edit_is_no_change_to_repeat() -> None:
    history = DocumentHistory("a = 1\n" * 200)
    everything = Range(Position(0, 0), Position(200, 0))
    history.edited((everything, "b = 1\n" * 200), PositionEncoding.UTF32)
    assert offer(history) is None


MEMBERS = """\
class Mount:
    def matches(self, name, path):
        print(name)
        if self.name is None:
            return self.name == path
        return path
"""


def test_a_renamed_parameter_is_not_the_member_of_the_same_name() -> None:
    history = replaced(MEMBERS, ("name, path", "title, path"))
    lines = []
    while (one := offer(history)) is not None:
        lines.append(one.line)
        accept(history, one)
    assert lines == [2]


METHODS = """\
class Mount:
    def matches(self, path):
        return path

    def first(self, paths):
        return [path for path in paths if self.matches(path)]
"""


def test_a_renamed_method_is_renamed_where_its_own_object_calls_it() -> None:
    one = offer(replaced(METHODS, ("matches", "fits")))
    assert one is not None
    assert (one.line, one.old, one.new) == (5, "matches", "fits")


FIELDS = """\
class Pool:
    limit = 3

    def is_full(self, used):
        return used >= self.limit
"""


def test_a_renamed_field_of_a_class_body_is_renamed_where_methods_use_it() -> None:
    one = offer(replaced(FIELDS, ("limit", "most")))
    assert one is not None
    assert (one.line, one.old, one.new) == (4, "limit", "most")
