"""What a person did with a suggestion, as editors tell it."""

from __future__ import annotations

import pytest

from hotseat.completion.filter.outcome_tracker import Ended, How, Outcome
from hotseat.domain.text import PositionEncoding, Range
from support.outcome_desk import OTHER_URI, URI, Desk, at, kept, put

GO = "func add(a, b int) int {\n\t‸\n}\n"
SUM = "return a + b"
BLOCK = "for i := range a {\n\t\tb += i\n\t}\n\treturn b"


def said(ended: Ended[str]) -> tuple[Outcome, How]:
    return ended.outcome, ended.how


# --- accepted whole ---


def test_one_edit_that_inserts_all_of_it_accepts_it() -> None:
    desk = Desk(GO, SUM)
    desk.insert(SUM)
    ended = desk.ending()
    assert said(ended) == (Outcome.ACCEPTED, How.DONE)
    assert (ended.n_taken, ended.n_typed) == (len(SUM), 0)
    assert kept(ended) == 1.0
    assert ended.facts == "facts of 1"


def test_an_editor_with_windows_newlines() -> None:
    desk = Desk(GO.replace("\n", "\r\n"), BLOCK)
    desk.insert(BLOCK.replace("\n", "\r\n"))
    ended = desk.ending()
    assert said(ended) == (Outcome.ACCEPTED, How.DONE)
    assert kept(ended) == 1.0


def test_a_suggestion_with_windows_newlines_in_a_unix_file() -> None:
    desk = Desk(GO, BLOCK.replace("\n", "\r\n"))
    desk.insert(BLOCK)
    assert said(desk.ending()) == (Outcome.ACCEPTED, How.DONE)


@pytest.mark.parametrize("encoding", list(PositionEncoding))
def test_behind_and_with_letters_of_many_units(encoding: PositionEncoding) -> None:
    desk = Desk('a = "😀é" + ‸ # ß\n', '"😀" + x', encoding=encoding)
    desk.insert('"😀')
    desk.insert('" + x')
    ended = desk.ending()
    assert said(ended) == (Outcome.ACCEPTED, How.DONE)
    assert kept(ended) == 1.0


@pytest.mark.parametrize("bottom_up", [True, False])
@pytest.mark.parametrize("lines", [(1, 2, 3), (2, 3), (1, 2), (2,)])
def test_several_cursors_in_one_notification(lines: tuple[int, ...], bottom_up: bool) -> None:
    """Each cursor inserts the same; the suggestion stood at the one in line 2."""
    desk = Desk("x = (\na: \nb: ‸\nc: \n)\n", "1,\n   2,")
    if bottom_up:
        changes = [put("1,\n   2,", at(line, 3)) for line in reversed(lines)]
    else:
        changes = [put("1,\n   2,", at(line + i, 3)) for i, line in enumerate(lines)]
    desk.change(*changes)
    ended = desk.ending()
    assert said(ended) == (Outcome.ACCEPTED, How.DONE)
    assert kept(ended) == 1.0


def test_two_cursors_in_one_line() -> None:
    desk = Desk("swap(, ‸)\n", "first")
    desk.change(put("first", at(0, 7)), put("first", at(0, 5)))
    ended = desk.ending()
    assert said(ended) == (Outcome.ACCEPTED, How.DONE)
    assert kept(ended) == 1.0


def test_a_completion_item_that_replaces_the_word_before_the_cursor() -> None:
    """Its edit holds the word, and some editors put the item's label in first."""
    word, rest, line_start = "ret", "urn a + b", at(1, 1)
    changes = [
        put("urn a…", at(1, 4)),
        put("", at(1, 4), at(1, 10)),
        put("", line_start, at(1, 4)),
        put(word + rest, line_start),
    ]
    desk = Desk(GO.replace("‸", f"{word}‸"), rest)
    desk.change(*changes)
    ended = desk.ending()
    assert said(ended) == (Outcome.ACCEPTED, How.DONE)
    assert (ended.n_taken, kept(ended)) == (len(rest), 1.0)


def test_an_items_label_that_goes_in_before_its_text() -> None:
    """As eglot does it: first what the menu shows, then the text in its place."""
    desk = Desk(GO, BLOCK)
    label, cursor = "for i := range a {…", desk.cursor
    behind_label = at(cursor.line, cursor.character + len(label))
    desk.change(put(label, cursor), put("", cursor, behind_label), put(BLOCK, cursor))
    ended = desk.ending()
    assert said(ended) == (Outcome.ACCEPTED, How.DONE)
    assert (ended.n_taken, kept(ended)) == (len(BLOCK), 1.0)


def test_the_word_before_the_cursor_replaced_by_another_dismisses_it() -> None:
    desk = Desk(GO.replace("‸", "ret‸"), "urn a + b")
    desk.change(put("", at(1, 1), at(1, 4)), put("result = a + b", at(1, 1)))
    assert desk.ending().outcome is Outcome.DISMISSED


def test_the_editor_closes_a_bracket_that_was_accepted() -> None:
    desk = Desk("go run‸\n", "(jobs, func(")
    desk.insert("(jobs, func())")
    assert said(desk.ending()) == (Outcome.ACCEPTED, How.DONE)


def test_a_difference_of_texts_may_lie_behind_the_cursor() -> None:
    """Neovim: inserting `ab` before `abc` reads like an insertion behind the first `ab`."""
    desk = Desk("x‸abc\ny\n", "ab")
    desk.change(put("ab", at(0, 3)))
    ended = desk.ending()
    assert said(ended) == (Outcome.ACCEPTED, How.DONE)
    assert kept(ended) == 1.0


def test_a_difference_of_texts_may_take_the_rest_of_the_line_with_it() -> None:
    """Neovim, with a text of several lines inside a line."""
    desk = Desk("call(‸)\n", "a,\n  b")
    desk.change(put("a,\n  b)", at(0, 5), at(0, 6)))
    assert said(desk.ending()) == (Outcome.ACCEPTED, How.DONE)


def test_a_client_that_sends_whole_lines() -> None:
    desk = Desk(GO, SUM)
    desk.change(put(f"\t{SUM}\n", at(1, 0), at(2, 0)))
    desk.change(put(f"\t{SUM} // the sum\n", at(1, 0), at(2, 0)))
    ended = desk.ending()
    assert said(ended) == (Outcome.ACCEPTED, How.DONE)
    assert ended.retained is not None
    assert ended.retained[1] == SUM


def test_a_client_that_sends_whole_documents() -> None:
    desk = Desk(GO, BLOCK)
    desk.change((None, GO.replace("‸", "for ")))
    desk.change((None, GO.replace("‸", BLOCK)))
    desk.change((None, "// new\n" + GO.replace("‸", BLOCK)))
    ended = desk.ending()
    assert said(ended) == (Outcome.ACCEPTED, How.DONE)
    assert kept(ended) == 1.0


def test_the_end_of_the_document() -> None:
    desk = Desk("x = ‸", "f(1)")
    desk.insert("f(1)")
    assert said(desk.ending()) == (Outcome.ACCEPTED, How.DONE)
    desk = Desk("x = ‸", "f(1)")
    desk.change(put("f(2)\n", at(0, 4)))
    assert said(desk.ending()) == (Outcome.DISMISSED, How.EDIT)


# --- accepted in part ---


def test_a_word_and_then_something_else() -> None:
    desk = Desk(GO, SUM)
    desk.insert("return")
    desk.type("!")
    ended = desk.ending()
    assert said(ended) == (Outcome.PART, How.EDIT)
    assert (ended.n_taken, ended.n_typed) == (6, 0)
    assert kept(ended) == 1.0


def test_a_line_of_a_block() -> None:
    desk = Desk(GO, BLOCK)
    desk.insert("for i := range a {\n")
    desk.tracker.cursor(URI, at(0, 0), desk.now_s)
    ended = desk.ending()
    assert said(ended) == (Outcome.PART, How.MOVED)
    assert kept(ended) == 1.0


def test_word_by_word_to_the_end_is_all_of_it() -> None:
    desk = Desk(GO, SUM)
    for word in ("return", " a", " +", " b"):
        desk.insert(word)
    ended = desk.ending()
    assert said(ended) == (Outcome.ACCEPTED, How.DONE)
    assert ended.n_taken == len(SUM)
    assert kept(ended) == 1.0


def test_some_letters_typed_and_the_rest_accepted() -> None:
    desk = Desk(GO, SUM)
    desk.type("ret")
    desk.insert("urn a + b")  # too much for a burst of keys
    ended = desk.ending()
    assert said(ended) == (Outcome.ACCEPTED, How.DONE)
    assert (ended.n_taken, ended.n_typed) == (9, 3)
    assert ended.retained is not None
    assert ended.retained[1] == "urn a + b"


def test_a_word_that_is_taken_back_was_not_accepted() -> None:
    desk = Desk(GO, SUM)
    desk.insert("return")
    desk.delete_before_cursor(6)
    desk.type("x")
    assert said(desk.ending()) == (Outcome.DISMISSED, How.EDIT)


def test_what_was_taken_back_is_not_part_of_what_is_kept() -> None:
    desk = Desk(GO, SUM)
    desk.insert("return")
    desk.delete_before_cursor(6)
    desk.type("ret")
    desk.now_s += 1
    desk.insert("urn a + b")
    ended = desk.ending()
    assert said(ended) == (Outcome.ACCEPTED, How.DONE)
    assert ended.retained is not None
    assert (ended.retained[0].text, ended.retained[1]) == ("urn a + b", "urn a + b")


# --- typed ---


def test_typed_letter_by_letter() -> None:
    desk = Desk(GO, SUM)
    desk.type(SUM)
    ended = desk.ending()
    assert said(ended) == (Outcome.TYPED, How.DONE)
    assert (ended.n_taken, ended.n_typed) == (0, len(SUM))
    assert ended.retained is None


def test_keys_that_come_together_are_typed() -> None:
    """Neovim sends what was typed in 150 ms at once, and the first key at once."""
    desk = Desk(GO, SUM)
    for keys in ("r", "et", "urn", " a", " + ", "b"):
        desk.now_s += 0.15
        desk.insert(keys)
    ended = desk.ending()
    assert said(ended) == (Outcome.TYPED, How.DONE)
    assert ended.n_typed == len(SUM)


def test_a_short_word_accepted_after_a_pause_in_typing() -> None:
    desk = Desk(GO, SUM)
    desk.type("return")
    desk.now_s += 1
    desk.insert(" a")
    assert desk.ending().outcome is Outcome.PART


def test_the_suggestion_is_asked_for_anew_at_every_key_and_is_one() -> None:
    desk = Desk(GO, SUM)
    for i, char in enumerate("retu"):
        desk.type(char)
        desk.show(SUM[i + 1 :], id_=str(i + 2))
    desk.insert("rn a + b")
    ended = desk.ending()
    assert said(ended) == (Outcome.ACCEPTED, How.DONE)
    assert ended.n_typed == 4


def test_it_may_grow_while_it_is_typed() -> None:
    desk = Desk(GO, "return a")
    desk.type("r")
    desk.show("eturn a + b", id_="2")
    desk.insert("eturn a + b")
    assert said(desk.ending()) == (Outcome.ACCEPTED, How.DONE)


def test_enter_and_its_indentation_are_one_key() -> None:
    desk = Desk("if x {‸\n}\n", "\n\treturn\n")
    desk.insert("\n\t")
    desk.type("r")
    desk.type("x")
    ended = desk.ending()
    assert said(ended) == (Outcome.DISMISSED, How.EDIT)
    assert ended.n_typed == 3


@pytest.mark.parametrize("at_once", [True, False])
def test_a_bracket_that_the_editor_closes_is_one_key(at_once: bool) -> None:
    desk = Desk("print‸\n", "(a, b)")
    if at_once:
        desk.change(put("()", desk.cursor))
    else:
        desk.change(put("(", desk.cursor), put(")", at(0, 6)))
    desk.cursor = at(0, 6)
    desk.type("a, b")  # the editor has the `)` already, and typing it again tells nobody
    assert desk.text() == "print(a, b)\n"
    ended = desk.ending()
    assert said(ended) == (Outcome.TYPED, How.DONE)
    assert ended.n_taken == 0


def test_a_pair_of_brackets_that_is_suggested_is_one_key_too() -> None:
    desk = Desk("x := ‸\n", "f() + g")
    desk.type("f")
    desk.now_s += 1
    desk.change(put("()", desk.cursor))
    desk.cursor = at(0, 8)
    desk.type("!")
    ended = desk.ending()
    assert (ended.outcome, ended.n_taken, ended.n_typed) == (Outcome.DISMISSED, 0, 3)


def test_a_quote_that_the_editor_closes() -> None:
    desk = Desk("x = ‸\n", '"a" + y')
    desk.change(put('""', desk.cursor))
    desk.cursor = at(0, 5)
    desk.type("a")
    desk.type("b")
    ended = desk.ending()
    assert said(ended) == (Outcome.DISMISSED, How.EDIT)
    assert ended.n_typed == 2


def test_a_hidden_suggestion_that_the_person_then_writes() -> None:
    desk = Desk(GO, SUM, visible=False)
    desk.insert("return ")
    desk.type("a + b")
    ended = desk.ending()
    assert said(ended) == (Outcome.TYPED, How.DONE)
    assert ended.n_taken == 0


# --- dismissed ---


def test_another_letter() -> None:
    desk = Desk(GO, SUM)
    desk.now_s += 0.7
    desk.type("x")
    ended = desk.ending()
    assert said(ended) == (Outcome.DISMISSED, How.EDIT)
    assert ended.visible_s == pytest.approx(0.7)
    assert ended.retained is None


@pytest.mark.parametrize("below", ["\n", "\n}\n", "", "\n\treturn\n", "\n\n\n\ny\n"])
def test_enter_where_none_is_suggested(below: str) -> None:
    desk = Desk(f"x := ‸{below}", "1")
    desk.insert("\n")
    assert said(desk.ending()) == (Outcome.DISMISSED, How.EDIT)


def test_backspace() -> None:
    desk = Desk(GO.replace("‸", "x‸"), SUM)
    desk.delete_before_cursor(1)
    assert said(desk.ending()) == (Outcome.DISMISSED, How.EDIT)


def test_a_paste_that_begins_like_it() -> None:
    desk = Desk(GO, SUM)
    desk.insert("return a - b")
    assert said(desk.ending()) == (Outcome.DISMISSED, How.EDIT)


def test_the_cursor_goes_away() -> None:
    desk = Desk(GO, SUM)
    desk.tracker.cursor(URI, at(0, 3), desk.now_s)
    assert said(desk.ending()) == (Outcome.DISMISSED, How.MOVED)


def test_a_cursor_that_is_told_before_the_edit_that_moved_it() -> None:
    desk = Desk(GO, SUM)
    desk.tracker.cursor(URI, at(1, 1 + len(SUM)), desk.now_s)
    desk.wait(0.2)
    desk.insert(SUM)
    assert said(desk.ending()) == (Outcome.ACCEPTED, How.DONE)


def test_a_cursor_that_is_told_before_the_key_that_moved_it() -> None:
    desk = Desk(GO, SUM)
    desk.tracker.cursor(URI, at(1, 2), desk.now_s)
    desk.type("r")
    assert desk.wait(10) == []
    desk.insert("eturn a + b")
    assert said(desk.ending()) == (Outcome.ACCEPTED, How.DONE)


def test_the_cursor_where_it_is_dismisses_nothing() -> None:
    desk = Desk(GO, SUM)
    desk.type("ret")
    desk.tracker.cursor(URI, at(1, 4), desk.now_s)
    assert desk.wait(10) == []
    desk.insert("urn a + b")
    assert said(desk.ending()) == (Outcome.ACCEPTED, How.DONE)


@pytest.mark.parametrize("away", ["focus", "edit"])
def test_the_person_turns_to_another_document(away: str) -> None:
    desk = Desk(GO, SUM)
    if away == "focus":
        desk.tracker.cursor(OTHER_URI, None, desk.now_s)
    else:
        desk.change(put("x", at(0, 0)), uri=OTHER_URI)
    assert said(desk.ending()) == (Outcome.DISMISSED, How.MOVED)


def test_a_suggestion_at_another_place_supersedes_it() -> None:
    desk = Desk(GO, SUM)
    desk.show("x", id_="2", place=at(0, 0))
    first, second = [*desk.wait(3), *desk.tracker.finish(desk.now_s)]
    assert (first.facts, *said(first)) == ("facts of 1", Outcome.DISMISSED, How.REPLACED)
    assert (second.facts, *said(second)) == ("facts of 2", Outcome.DISMISSED, How.CLOSED)


def test_an_empty_answer_clears_it() -> None:
    desk = Desk(GO, SUM)
    desk.tracker.nothing(desk.now_s)
    desk.type(SUM)
    assert said(desk.ending()) == (Outcome.DISMISSED, How.REPLACED)


def test_edits_of_others_above_and_below_leave_it_there() -> None:
    desk = Desk(GO, SUM)
    desk.change(put("// x\n", at(0, 0)))
    desk.change(put("// y\n", at(4, 0)))
    desk.cursor = at(2, 1)
    desk.insert(SUM)
    ended = desk.ending()
    assert said(ended) == (Outcome.ACCEPTED, How.DONE)
    assert kept(ended) == 1.0


def test_a_closed_document() -> None:
    desk = Desk(GO, SUM)
    desk.tracker.closed(URI, desk.now_s)
    assert said(desk.ending()) == (Outcome.DISMISSED, How.CLOSED)


def test_nobody_looks_for_minutes() -> None:
    desk = Desk(GO, SUM)
    assert desk.wait(299) == []
    desk.wait(2)
    assert said(desk.ending()) == (Outcome.DISMISSED, How.EXPIRED)


# --- what the client says ---


def test_the_client_knows_better() -> None:
    """The editor indented what it inserted, which then reads like another edit."""
    desk = Desk(GO, BLOCK)
    desk.insert(BLOCK.replace("\t", "    "))
    desk.tracker.resolved("1", "accepted", desk.now_s + 0.1)
    ended = desk.ending()
    assert ended.outcome is Outcome.ACCEPTED
    assert ended.retained is None


def test_a_suggestion_of_one_letter_that_the_client_says_was_accepted() -> None:
    desk = Desk("x = f(1‸\n", ")")
    desk.insert(")")
    desk.tracker.resolved("1", "accepted", desk.now_s)
    ended = desk.ending()
    assert (ended.outcome, ended.n_taken, ended.n_typed) == (Outcome.ACCEPTED, 1, 0)
    assert kept(ended) == 1.0


def test_the_client_speaks_before_the_edit() -> None:
    desk = Desk(GO, SUM)
    desk.tracker.resolved("1", "accepted", desk.now_s)
    desk.insert(SUM)
    ended = desk.ending()
    assert ended.outcome is Outcome.ACCEPTED
    assert kept(ended) == 1.0


def test_the_client_says_rejected() -> None:
    desk = Desk(GO, SUM)
    desk.tracker.resolved("1", "rejected", desk.now_s)
    assert said(desk.ending()) == (Outcome.DISMISSED, How.REJECTED)
    desk = Desk(GO, SUM)
    desk.insert(SUM)
    desk.tracker.resolved("1", "rejected", desk.now_s)
    assert desk.ending().outcome is Outcome.ACCEPTED


def test_an_id_that_nobody_knows_changes_nothing() -> None:
    desk = Desk(GO, SUM)
    desk.tracker.resolved("77", "accepted", desk.now_s)
    desk.type("x")
    assert said(desk.ending()) == (Outcome.DISMISSED, How.EDIT)


# --- kept ---


def test_undo_right_after_accepting_keeps_nothing() -> None:
    desk = Desk(GO, BLOCK)
    desk.insert(BLOCK)
    desk.change(put("", at(1, 1), desk.cursor))
    ended = desk.ending()
    assert said(ended) == (Outcome.ACCEPTED, How.DONE)
    assert kept(ended) == 0.0


def test_undo_and_redo_keep_all_of_it() -> None:
    desk = Desk(GO, BLOCK)
    desk.insert(BLOCK)
    desk.change(put("", at(1, 1), desk.cursor))
    desk.change(put(BLOCK, at(1, 1)))
    assert kept(desk.ending()) == 1.0


def test_another_text_after_undo_is_not_what_was_kept() -> None:
    desk = Desk(GO, SUM)
    desk.insert(SUM)
    desk.change(put("", at(1, 1), desk.cursor))
    desk.change(put("return a - b", at(1, 1)))
    assert kept(desk.ending()) == 0.0


def test_a_line_deleted_with_its_surroundings_and_put_back() -> None:
    desk = Desk(GO, SUM)
    desk.insert(SUM)
    desk.change(put("", at(1, 0), at(2, 0)))
    desk.change(put(f"\t{SUM}\n", at(1, 0)))
    assert kept(desk.ending()) == 1.0


@pytest.mark.parametrize(
    ("start", "end", "left"), [((1, 7), (2, 1), "return"), ((0, 5), (1, 8), "a + b")]
)
def test_what_is_left_of_it_after_a_deletion_across_its_border(
    start: tuple[int, int], end: tuple[int, int], left: str
) -> None:
    desk = Desk(GO, SUM)
    desk.insert(SUM)
    desk.change(put("", at(*start), at(*end)))
    ended = desk.ending()
    assert ended.retained is not None
    assert ended.retained[1] == left
    assert ended.retained[0].exact
    assert kept(ended) == len(left) / len(SUM)


def test_one_word_changed_keeps_most_of_it() -> None:
    desk = Desk(GO, SUM)
    desk.insert(SUM)
    desk.change(put("total", at(1, 8), at(1, 9)))
    assert 0.6 < kept(desk.ending()) < 0.9


def test_what_is_typed_behind_and_before_does_not_count() -> None:
    desk = Desk(GO, SUM)
    desk.insert(SUM)
    desk.type(" // the sum\n\tpanic()")
    desk.change(put("// before\n\t", at(1, 1)))
    assert kept(desk.ending()) == 1.0


@pytest.mark.parametrize("how", ["minimal", "lines", "document"])
def test_a_formatter_on_save_keeps_it_partly(how: str) -> None:
    desk = Desk("def f(a, b):\n    ‸\n", "if a>b:\n        return {'x':a,'y':b}\n    return b")
    desk.insert("if a>b:\n        return {'x':a,'y':b}\n    return b")
    before = desk.text()
    after = before.replace("a>b", "a > b").replace("{'x':a,'y':b}", '{"x": a, "y": b}')
    if how == "document":
        desk.change((None, after))
    elif how == "lines":
        lines = after.splitlines(keepends=True)
        desk.change(put("".join(lines[1:3]), at(1, 0), at(3, 0)))
    else:
        desk.change(put('{"x": a, "y": b}', at(2, 15), at(2, 28)), put(" > ", at(1, 8), at(1, 9)))
    assert desk.text() == after
    assert 0.5 < kept(desk.ending()) < 1.0


def test_a_formatter_that_leaves_it_alone_keeps_all_of_it() -> None:
    desk = Desk(GO, SUM)
    desk.insert(SUM)
    desk.change((None, "package sums\n\n" + desk.text().replace("a, b int", "a int, b int")))
    assert kept(desk.ending()) == 1.0


def test_it_is_looked_at_30_s_later_and_not_before() -> None:
    desk = Desk(GO, SUM)
    desk.insert(SUM)
    assert desk.wait(29) == []
    (ended,) = desk.wait(1.5)
    assert kept(ended) == 1.0
    desk.change(put("", at(1, 1), desk.cursor))
    assert desk.wait(60) == []


def test_nobody_knows_what_was_kept_of_a_closed_document() -> None:
    desk = Desk(GO, SUM)
    desk.insert(SUM)
    desk.tracker.closed(URI, desk.now_s)
    ended = desk.ending()
    assert (ended.outcome, ended.retained) == (Outcome.ACCEPTED, None)


def test_of_very_many_only_the_last_are_looked_at_again() -> None:
    desk = Desk("‸", "f(x)\ng(y)")
    for i in range(60):
        desk.show("f(x)\ng(y)", id_=str(i), place=desk.cursor)
        desk.insert("f(x)\ng(y)")
    found = [*desk.wait(31), *desk.wait(3)]
    assert len(found) == 60
    assert {ended.outcome for ended in found} == {Outcome.ACCEPTED}
    known = [ended.retained is not None for ended in found]
    assert known == [False] * known.count(False) + [True] * known.count(True)
    assert 30 <= known.count(True) <= 34


def test_a_whole_file_pasted() -> None:
    desk = Desk(GO, SUM)
    desk.insert("return a + b" + " )" * 500_000)
    assert said(desk.ending()) == (Outcome.DISMISSED, How.EDIT)


def test_a_range_sent_backwards() -> None:
    desk = Desk(GO, SUM)
    desk.insert(SUM)
    desk.change((Range(desk.cursor, at(1, 1)), ""))
    assert kept(desk.ending()) == 0.0
