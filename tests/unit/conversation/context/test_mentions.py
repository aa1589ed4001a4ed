"""What a question names."""

from __future__ import annotations

import pytest

from hotseat.conversation.context.mentions import (
    MAX_MENTIONS,
    mentions,
    names_in_code,
    names_in_question,
)


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("@shop/cart.go why?", ["shop/cart.go"]),
        ("compare @a.go, @b.go.", ["a.go", "b.go"]),
        ("is (@Cart.add) slow?", ["Cart.add"]),
        ('what does @"my file.md" say', ["my file.md"]),
        (r"@.\shop\cart.go", ["shop/cart.go"]),
        ("@a.go @a.go", ["a.go"]),
        ("mail me@example.com", []),
        ("```python\n@cached\ndef f(): ...\n```\nwhy?", []),
        ("an @ alone, and @.", []),
        ("@日本.py", ["日本.py"]),
    ],
)
def test_mentions(question: str, named: list[str]) -> None:
    assert [one.text for one in mentions(question)] == named


def test_mentions_are_bounded() -> None:
    assert len(mentions(" ".join(f"@a{n}.go" for n in range(100)))) == MAX_MENTIONS
    assert mentions("@" * 100_000) == []
    assert len(mentions(f"@{'a' * 100_000}")) == 1


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("Why is `total` zero in parse_args(x)?", ["total", "parse_args"]),
        ("Who calls getUserName and Cart.add?", ["Cart.add", "getUserName"]),
        ("the list of values in a go function", []),
        ("What is SymbolStore for?", ["SymbolStore"]),
        ("`a sentence in ticks` and `x`", []),
        ("e.g. this, i.e. that", []),
        ("std::sort(a) please", ["std::sort"]),
        ("@cart_total is a mention", []),
    ],
)
def test_names_in_a_question(question: str, names: list[str]) -> None:
    assert names_in_question(question) == names


def test_names_in_code() -> None:
    assert names_in_code(["func total(c *Cart) int {", "return sum(c.items)"]) == [
        "total",
        "Cart",
        "sum",
        "items",
    ]
    assert names_in_code(["x" * 1_000_000]) == ["x" * 300]
