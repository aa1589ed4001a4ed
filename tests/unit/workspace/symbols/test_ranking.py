"""What a search for a name means."""

from __future__ import annotations

import pytest

from hotseat.domain.symbols import Symbol
from hotseat.domain.syntax import Kind
from hotseat.workspace.symbols.ranking import Fit, fit_of, ranked, split_name


def symbol(name: str, *, path: str = "a.py", container: str = "") -> Symbol:
    return Symbol(
        name=name,
        kind=Kind.FUNCTION,
        container=container,
        signature=name,
        text=name,
        path=path,
        language="python",
        first_line=0,
        last_line=0,
    )


@pytest.mark.parametrize(
    ("name", "wanted", "fit"),
    [
        ("getUserName", "getUserName", Fit.EXACT),
        ("getUserName", "getusername", Fit.OTHER_CASE),
        ("getUserName", "getU", Fit.PREFIX),
        ("getUserName", "GETU", Fit.PREFIX_OTHER_CASE),
        ("getUserName", "gUN", Fit.INITIALS),
        ("get_user_name", "gun", Fit.INITIALS),
        ("HTTPServer", "hs", Fit.INITIALS),
        ("getUserName", "username", Fit.WORD),
        ("get_user_name", "user_name", Fit.WORD),
        ("getUserName", "serNa", Fit.PART),
        ("getUserName", "getUsrName", Fit.MISTYPED),
        ("getUserName", "gtusnm", Fit.SCATTERED),
        ("getUserName", "parse", None),
        ("getUserName", "", None),
    ],
)
def test_fits(name: str, wanted: str, fit: Fit | None) -> None:
    assert fit_of(name, wanted) is fit


def test_the_best_comes_first_and_guesses_only_alone() -> None:
    names = ["reparse", "parse_all", "Parse", "parse", "prase"]
    found = ranked([symbol(name) for name in names], "parse")
    assert [one.name for one in found] == ["parse", "Parse", "parse_all", "reparse"]
    assert [one.name for one in ranked([symbol("parse")], "prase")] == ["parse"]


def test_tests_come_last() -> None:
    found = ranked([symbol("run", path="tests/test_a.py"), symbol("run", path="z.py")], "run")
    assert [one.path for one in found] == ["z.py", "tests/test_a.py"]


def test_a_member_of_a_type() -> None:
    symbols = [symbol("add", container="Shop"), symbol("add", container="Cart")]
    assert [one.container for one in ranked(symbols, "cart.add")] == ["Cart"]
    assert split_name("ns::Shop::add()") == ("Shop", "add")
    assert split_name(" ") == ("", "")
