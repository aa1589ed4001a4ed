"""The figures of `hotseat bench complete` on a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Console

from hotseat.cli.tables import PlainTable, wide_console

_SHARES = {
    "edit_similarity": "similarity",
    "exact_match": "exact",
    "first_line_match": "first line",
    "parse_rate": "parses",
    "empty_rate": "empty",
    "hidden_rate": "hidden",
}


def print_complete(result: Mapping[str, Any]) -> None:
    """Print one table for each setting, the comparison of the first with the second, and that of
    the gates."""
    console = wide_console(120)
    for name, figures in result["settings"].items():
        table = PlainTable(title_justify="left")
        table.add_column(name, no_wrap=True)
        for column in ("holes", *_SHARES.values(), "first token", "total"):
            table.add_column(column, justify="right")
        for label, of in _rows(figures):
            times = [of[key]["p50"] for key in ("first_token_ms", "total_ms")]
            table.add_row(
                label,
                str(of["n"]),
                *(_text(of[key]) for key in _SHARES),
                *("–" if ms is None else f"{ms:.0f} ms" for ms in times),
            )
        console.print(table, "")
    _print_comparison(console, result.get("comparison"))
    for family, figures in result.get("gates", {}).items():
        _print_gates(console, family, figures)


def _print_gates(console: Console, family: str, figures: Mapping[str, Any]) -> None:
    """Print the figures of each gate, and how reliable each prediction is."""
    table = PlainTable(f"gates of {family}")
    for column in ("log-loss", "shown", "right", "right shown", "right chars", "wrong chars"):
        table.add_column(column, justify="right")
    at = {f"both at {joint}": {"log_loss": None, **of} for joint, of in figures["both_at"].items()}
    for label, of in {**figures["gates"], **at}.items():
        table.add_row(
            label,
            *(_text(of[key]) for key in ("log_loss", "shown_share", "right_share")),
            *(str(of[key]) for key in ("right_shown", "right_chars", "wrong_chars")),
        )
    console.print("", table)
    for name, rows in figures["reliability"].items():
        table = PlainTable(f"{name}'s probability")
        for column in ("suggestions", "predicted", "right"):
            table.add_column(column, justify="right")
        for row in rows:
            bounds = f"{row['from']:g} to {row['to']:g}"
            shares = (_text(row[key]) for key in ("predicted", "right_share"))
            table.add_row(bounds, str(row["n"]), *shares)
        console.print("", table)


def _print_comparison(console: Console, comparison: Mapping[str, Any] | None) -> None:
    if comparison is None:
        return
    title = f"{comparison['of']} against {comparison['against']}"
    table = PlainTable()
    table.add_column(title, no_wrap=True)
    for column in ("holes", "ratio", "95 %", "difference", "95 %"):
        table.add_column(column, justify="right")
    for label, of in _rows({"overall": comparison, **comparison}):
        if of["n"]:
            table.add_row(
                label,
                str(of["n"]),
                _text(of["edit_similarity_ratio"]),
                _interval(of["ratio_interval"]),
                _text(of["edit_similarity_difference"]),
                _interval(of["interval"]),
            )
    console.print(table)


def _rows(figures: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield "all", figures["overall"]
    for kind, of in figures["by_kind"].items():
        yield f"  {kind}", of
    for language, of in figures["by_language"].items():
        yield language, of
        for kind, of_kind in of["by_kind"].items():
            yield f"  {kind}", of_kind


def _text(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _interval(bounds: list[float | None]) -> str:
    return " to ".join(_text(bound) for bound in bounds)
