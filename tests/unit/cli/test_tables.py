"""Tables on wide and narrow terminals."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from hotseat.cli.tables import PlainTable, flat_figures, wide_console

WHY = "go is under the cursor, and its expert has been in memory since this morning"


def printed(width: int) -> str:
    table = PlainTable("expert", "model")
    table.add_column("memory", justify="right", no_wrap=True)
    table.add_column("why")
    table.add_row("go", "qwen2.5-coder:1.5b-base", "1.6 GB", WHY)
    table.add_row("web", "gemma3:270m", "", "")
    console = Console(width=width, file=io.StringIO())
    console.print(table)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_wide_terminal_shows_columns() -> None:
    first, *rows = printed(120).splitlines()
    assert first.split() == ["expert", "model", "memory", "why"]
    assert rows[0].startswith("go      qwen2.5-coder:1.5b-base")


@pytest.mark.parametrize("width", [50, 40, 34])
def test_a_narrow_terminal_shows_a_list_with_every_word_whole(width: int) -> None:
    text = printed(width)
    assert all(len(line) <= width for line in text.splitlines())
    assert "  model: qwen2.5-coder:1.5b-base" in text
    assert "  memory: 1.6 GB" in text
    assert " ".join(text.split()).startswith("go model: qwen2.5-coder:1.5b-base memory:")
    assert WHY in " ".join(text.split())
    assert text.count("memory:") == 1, "a cell without text has no line"


def test_figures_in_groups_are_rows_of_names_and_values() -> None:
    figures = {"edit_ms": {"1000": {"p50": 0.1, "p95": None}}, "keys": 120, "of": ["a", "b"]}
    assert list(flat_figures(figures)) == [
        ("edit ms 1000 p50", "0.1"),
        ("edit ms 1000 p95", "–"),
        ("keys", "120"),
        ("of", "a, b"),
    ]


def test_a_pipe_is_wide_unless_columns_says_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    assert wide_console(150).width == 150
    monkeypatch.setenv("COLUMNS", "60")
    assert wide_console(150).width == 60
