"""Which parts of a context go into a prompt, exactly how, and what is left out.

The texts are in tests/cases/context; HOTSEAT_UPDATE_CASES=1 writes them again.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotseat.conversation.context.diagnostics import MAX_DIAGNOSTICS, Problem, diagnostics_item
from hotseat.conversation.context.items import Candidate, ItemKind
from hotseat.conversation.context.packing import PackedContext, by_priority, pack
from hotseat.conversation.excerpt import SelectionInFile, size_of
from hotseat.conversation.memory.brief import Brief, Note
from hotseat.conversation.prompt import fenced, write_question
from hotseat.conversation.turns import Turn
from support.repository import REPOSITORY

CASES = REPOSITORY / "tests" / "cases" / "context"

NAMED = Candidate(
    id="file:shop/tax.go",
    kind=ItemKind.FILE,
    title="shop/tax.go",
    text="package shop\n\nfunc Tax(net int) int {\n\treturn net * 19 / 100\n}",
    language="go",
    uri="file:///shop/tax.go",
    n_lines=5,
    is_named=True,
)
SYMBOL = Candidate(
    id="symbol:shop/item.go#Item",
    kind=ItemKind.SYMBOL,
    title="Item in shop/item.go, line 3",
    text="type Item struct {\n\tName string\n\tNet int\n}",
    language="go",
    uri="file:///shop/item.go",
    first_line=2,
    n_lines=4,
)
EDIT = Candidate(
    id="edit:shop/cart_test.go#0",
    kind=ItemKind.EDIT,
    title="Edited lately: shop/cart_test.go, lines 10 to 11",
    text="want := 119\ncheck(t, Total(cart), want)",
    language="go",
    uri="file:///shop/cart_test.go",
    first_line=9,
    n_lines=2,
)
PROBLEMS = (
    Problem(line=40, message="unused variable: x", severity=2, source="vet"),
    Problem(line=4, message="cannot use string\n  as int", source="compiler"),
)
PLACE = SelectionInFile(
    path="shop/cart.go",
    language="go",
    before=("package shop", "", "func Total(items []Item) int {", "\tsum := 0"),
    selected=("\tfor _, item := range items {", "\t\tsum += Tax(item.Net)", "\t}"),
    after=("\treturn sum", "}"),
    line=4,
)


def all_parts() -> list[Candidate]:
    found = diagnostics_item(PROBLEMS, path="shop/cart.go", near=(4, 7))
    assert found is not None
    return by_priority([EDIT, SYMBOL, found, NAMED])


@pytest.mark.parametrize("n_bytes", [4000, 1200, 700, 400])
def test_a_question_as_a_model_gets_it(n_bytes: int) -> None:
    written = write_question(
        "Why is the total wrong? See @shop/tax.go",
        place=PLACE,
        turns=[Turn(question="Is it tested?", answer="Not yet.", expert="go")],
        persona=None,
        n_bytes=n_bytes,
        notes=lambda n: (
            Brief(text="- “Prices are net.”", notes=(Note(text="x", turn_id=1),))
            if n > 40
            else Brief()
        ),
        context=lambda n: pack(all_parts(), n // 2, fenced=fenced),
    )
    messages = [f"[{role}]\n{text}" for role, text in written.messages[1:]]
    listed = [
        f"{item.id} | {item.title} | {item.n_bytes} bytes{' | cut' if item.is_cut else ''}"
        for item in written.items
    ]
    left_out = [f"left out: {title}" for title in written.left_out]
    text = "\n".join([*messages, "=" * 20, *listed, *left_out, ""])
    case = CASES / f"{n_bytes}.txt"
    if os.environ.get("HOTSEAT_UPDATE_CASES"):
        case.parent.mkdir(exist_ok=True)
        case.write_text(text, "utf-8")
    assert text == case.read_text("utf-8")


def test_what_is_named_comes_first_then_diagnostics_symbols_and_edits() -> None:
    kinds = [one.kind for one in all_parts()]
    assert kinds == [ItemKind.FILE, ItemKind.DIAGNOSTICS, ItemKind.SYMBOL, ItemKind.EDIT]


def test_a_part_is_shown_once() -> None:
    assert by_priority([SYMBOL, SYMBOL]) == [SYMBOL]


def test_a_long_file_leaves_room_for_others() -> None:
    long = Candidate(
        id="file:a", kind=ItemKind.FILE, title="a", text="line of code\n" * 500, is_named=True
    )
    found = pack([long, SYMBOL], 1000, fenced=fenced)
    assert [(item.id, item.is_cut) for item in found.items] == [
        ("file:a", True),
        ("symbol:shop/item.go#Item", False),
    ]
    (alone,) = pack([long], 1000, fenced=fenced).items
    assert alone.n_bytes > 800, "alone it gets the whole room"


def test_without_room_nothing_is_written() -> None:
    found = pack([SYMBOL], 40, fenced=fenced)
    assert found == PackedContext(left_out=(SYMBOL.title,))
    assert pack([], 1000, fenced=fenced) == PackedContext()


TEXTS = st.text(alphabet="ab`~ é\n", max_size=300)


@given(st.lists(TEXTS, max_size=5), st.integers(0, 1500))
def test_it_never_exceeds_its_room(texts: list[str], n_bytes: int) -> None:
    candidates = [
        Candidate(id=str(n), kind=ItemKind.SYMBOL, title=f"t{n}", text=text, language="go")
        for n, text in enumerate(texts)
    ]
    found = pack(candidates, n_bytes, fenced=fenced)
    assert not found.text or size_of((found.text,)) <= n_bytes + 1
    assert len(found.items) + len(found.left_out) == len(candidates)


def test_diagnostics_are_bounded_and_the_nearest_come_first() -> None:
    problems = [Problem(line=n, message="m" * 1000) for n in range(100)]
    found = diagnostics_item(problems, path="a.go", near=(50, 51))
    assert found is not None
    lines = found.text.split("\n")
    assert len(lines) == MAX_DIAGNOSTICS
    assert lines[0].startswith("- line 51, error: mmm")
    assert max(map(len, lines)) < 400
    assert diagnostics_item([], path="a.go", near=None) is None
