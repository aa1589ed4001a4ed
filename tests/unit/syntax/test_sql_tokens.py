"""What the dialects and the hosts write in many ways becomes one sign each, in bounded time."""

from __future__ import annotations

import time

import pytest

from hotseat.syntax.regions.sql.statements import is_statement
from hotseat.syntax.regions.sql.texts import is_sql
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


def test_code_of_the_host_may_be_a_word() -> None:
    assert tokens("copy {a} to %s", host_is_word=True) == "copy x to x"
    assert tokens("a = ? and b = $1", host_is_word=True) == "a = ? and b = ?"


def test_a_case_without_an_end_takes_linear_time() -> None:
    began_s = time.process_time()
    assert not is_sql("select " + "case when a " * 2000)
    assert time.process_time() - began_s < 0.2  # 0.5 s where each looks for an end


@pytest.mark.parametrize("piece", ["${a}", "{a}", "(", "'", '"', "a.", "a, ", "$$", "with a as ("])
def test_the_number_of_tokens_is_bounded(piece: str) -> None:
    for verb in ("select ", "drop table ", "grant select on ", "insert into ", "create table "):
        text = verb + piece * 700
        assert len(tokens(text).split(" ")) <= MAX_TOKENS
        is_statement(text[:700])  # returns: no pattern takes exponential time
