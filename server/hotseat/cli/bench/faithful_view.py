"""The figures of `hotseat bench faithful` on a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hotseat.cli.tables import PlainTable, wide_console


def print_faithful(figures: Mapping[str, Any]) -> None:
    """Print one table for each kind of model: a row for each language and shape, in percent."""
    console = wide_console(120)
    for model, by_language in figures.items():
        table = PlainTable(title_justify="left")
        table.add_column(model, no_wrap=True)
        table.add_column("shape", no_wrap=True)
        columns: list[str] = []
        for language, by_shape in by_language.items():
            for shape, counts in by_shape.items():
                if not columns:
                    columns = [name for name in counts if name != "n"]
                    for name in ("holes", *columns):
                        table.add_column(name.replace("_", " "), justify="right")
                shares = [f"{100 * counts[name]:.1f}" for name in columns]
                table.add_row(language, shape.replace("_", " "), str(counts["n"]), *shares)
        console.print(table, "")
