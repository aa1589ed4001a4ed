"""What the dialects and the hosts write in many ways becomes one sign each, in bounded time."""

from __future__ import annotations

import pytest

from hotseat.syntax.regions.sql.statements import is_statement
from hotseat.syntax.regions.sql.tokens import MAX_TOKENS, tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("""SELECT a.b, "x y", `c`, [d] FROM t""", "select ~ , ~ , ~ , ~ from t"),
        ("where a = 'it''s' and b = $$c 'd'$$", "where a = ' and b = '"),
        ("a -- remark\n, b /* , c */ from t", "a , b from t"),
        ("?, $1, :x, %s, %(y)s, {z}, ${f({a: 1})}", " , ".join("?" * 7)),
        ("x::int, @v, count(*), 1.5e3", "x :: int , @ , count( * ) , #"),
        ("from {prefix}users", "from ~"),
        ("don't", "don ’ t"),
    ],
)
def test_tokens(text: str, expected: str) -> None:
    assert tokens(text) == expected


@pytest.mark.parametrize("piece", ["${a}", "{a}", "(", "'", '"', "a.", "a, ", "$$", "with a as ("])
def test_the_number_of_tokens_is_bounded(piece: str) -> None:
    for verb in ("select ", "drop table ", "grant select on ", "insert into ", "create table "):
        text = verb + piece * 700
        assert len(tokens(text).split(" ")) <= MAX_TOKENS
        is_statement(text[:700])  # returns: no pattern takes exponential time
