"""`hotseat symbols`: what it prints, and how it ends."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from hotseat.cli.main import main
from hotseat.storage.symbols import symbols_path

CART = "class Cart:\n    def add_item(self, name: str, amount: int) -> None: ...\n"


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("DATA", "CONFIG", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "60")
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "cart.py").write_text(CART)
    monkeypatch.chdir(folder)
    return folder


def test_where_a_name_is_defined(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["symbols", "Cart.add"]) == 0
    out = capsys.readouterr().out
    assert out == "cart.py:2\n  function  Cart: def add_item(self, name: str, amount: int…\n"
    assert max(map(len, out.splitlines())) <= 60
    assert main(["symbols", "cart", "--path", str(shop), "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    (found,) = [one for one in printed["symbols"] if one["name"] == "Cart"]
    assert (found["path"], found["firstLine"], found["kind"]) == ("cart.py", 1, "type")
    assert printed["problem"] == ""


def test_it_reads_what_has_changed(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["symbols", "pay_now"]) == 1
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", "Nothing is called pay_now here.\n")
    (shop / "pay.py").write_text("def pay_now(): ...\n")
    assert main(["symbols", "pay_now"]) == 0


def test_nothing_in_json(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["symbols", "nothing_like_it", "--json"]) == 1
    assert json.loads(capsys.readouterr().out) == {"symbols": [], "problem": ""}


def test_a_limit(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (shop / "many.py").write_text("".join(f"def name_{n}(): ...\n" for n in range(50)))
    assert main(["symbols", "name_", "--limit", "3"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 6


def test_a_folder_that_is_none(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["symbols", "Cart", "--path", str(shop / "none")]) == 1
    assert "is not indexed: it is not a folder" in capsys.readouterr().err
    assert main(["symbols"]) == 2


@pytest.mark.skipif(os.name != "posix", reason="names that Windows does not have")
def test_odd_names_cannot_write_to_the_terminal(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (shop / "a\n\x1b[31mb.py").write_text("def odd_place(): ...\n")
    assert main(["symbols", "odd_place"]) == 0
    assert capsys.readouterr().out.splitlines()[0] == "a\\n\\x1b[31mb.py:1"


def test_an_index_of_a_newer_version(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["symbols", "Cart"]) == 0
    with closing(sqlite3.connect(symbols_path(shop))) as db:
        db.execute("pragma user_version = 99")
    assert main(["symbols", "Cart"]) == 1
    assert "Update Hotseat to use it" in capsys.readouterr().err
