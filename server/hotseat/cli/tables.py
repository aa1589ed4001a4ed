"""Tables on a terminal: how they are laid out, and those of the keeper's state."""

from __future__ import annotations

import os
import sys
from collections.abc import Container, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from rich.console import Console, ConsoleOptions, RenderResult
from rich.padding import Padding
from rich.table import Column, Table
from rich.text import Text

from hotseat.cli.experts import size_text
from hotseat.domain.decisions import Decision
from hotseat.domain.residency import ModelState
from hotseat.keeper.state import KeeperState

_STYLES = {
    ModelState.WARM: "green",
    ModelState.LOADING: "yellow",
    ModelState.UNLOADING: "yellow",
    ModelState.FAILED: "red",
    ModelState.ABSENT: "dim",
}


_WRAPPED_CELLS = 16
"""A column of sentences needs at least this width; narrower, it is no longer readable."""


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Leave the exit status to the program: rich's own is 1."""
        raise BrokenPipeError


def wide_console(pipe_width: int = 160) -> Console:
    """Return a console for tables.

    A pipe has no width, and names that were shortened to fit would be useless there: `pipe_width`
    is its width unless COLUMNS is set.
    """
    is_known = sys.stdout.isatty() or "COLUMNS" in os.environ
    return _Console(highlight=False, width=None if is_known else pipe_width)


class PlainTable(Table):
    """A table without lines. On a terminal that is too narrow for it, each row is a list: the first
    cell, then the title and the text of each other cell that has one."""

    def __init__(self, *titles: str, **options: Any) -> None:
        super().__init__(box=None, header_style="bold", pad_edge=False, **options)
        for title in titles:
            self.add_column(title, no_wrap=True)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        needed = sum(_least_width(console, column) for column in self.columns)
        if needed + 2 * (len(self.columns) - 1) <= options.max_width:
            yield from super().__rich_console__(console, options)
            return
        _, *others = self.columns
        for name, *cells in zip(*(column.cells for column in self.columns), strict=True):
            yield _as_text(console, name)
            for column, cell in zip(others, cells, strict=True):
                text = _as_text(console, cell)
                if text.plain.strip():
                    yield Padding(Text(f"{column.header}: ") + text, (0, 0, 0, 2), expand=False)


def print_figures(figures: Mapping[str, Any]) -> None:
    """Print figures, which may be in groups of groups, as a table of names and values."""
    table = PlainTable("figure")
    table.add_column("value", justify="right")
    for name, value in flat_figures(figures):
        table.add_row(Text(name), Text(value))
    wide_console(120).print(table)


def flat_figures(figures: Mapping[str, Any], group: str = "") -> Iterator[tuple[str, str]]:
    """Yield the name of each figure, that of its group first, and its text."""
    for key, value in figures.items():
        name = f"{group} {key}".strip().replace("_", " ")
        if isinstance(value, Mapping):
            yield from flat_figures(value, name)
        elif isinstance(value, list | tuple):
            yield name, ", ".join(map(str, value)) or "–"
        else:
            yield name, "–" if value is None else str(value)


def _least_width(console: Console, column: Column) -> int:
    """Return how many cells the column needs, title included."""
    texts = [_as_text(console, cell) for cell in (column.header, *column.cells)]
    natural = max(text.cell_len for text in texts)
    if column.no_wrap:
        return natural
    words = (word for text in texts for word in text.plain.split())
    return min(natural, max([_WRAPPED_CELLS, *map(len, words)]))


def _as_text(console: Console, cell: Any) -> Text:
    return cell.copy() if isinstance(cell, Text) else console.render_str(str(cell))


def engine_line(state: KeeperState) -> Text:
    """Return a line such as `embedded 0.1.0 at http://… · 330 MB of 450 MB`."""
    engine = state.engine
    word = "" if engine.up else " (not answering)"
    where = f"{engine.kind} {engine.version} at {engine.url or 'no address yet'}{word}"
    memory = f"{size_text(state.used_bytes)} of {size_text(state.budget_bytes)}"
    if state.foreign_bytes:
        memory += f", of which {size_text(state.foreign_bytes)} by other programs"
    if state.kept_bytes:
        memory += f", of which {size_text(state.kept_bytes)} kept prompts"
    return Text(f"{where} · {memory}", style="bold")


def windows_line(state: KeeperState, gateway_pids: Container[int] = ()) -> Text:
    """Return the language and expert of each editor window; gateways are named as such."""
    parts = [
        "a gateway"
        if window.pid in gateway_pids
        else f"{window.language or 'nothing'} → {window.expert or 'no expert'}"
        + ("" if window.focused else " (in background)")
        for window in state.windows
    ]
    return Text("windows: " + ("; ".join(parts) or "none"))


def experts_table(state: KeeperState) -> PlainTable:
    """Return a table with one row for each model of the keeper."""
    table = PlainTable("expert", "model", "state")
    table.add_column("memory", justify="right", no_wrap=True)
    table.add_column("p", justify="right", no_wrap=True)
    table.add_column("why")
    for model in state.models:
        size = size_text(model.size_bytes or None)  # 0: the server does not report it
        word = model.state.value
        if model.state is ModelState.LOADING:
            word += f" {model.state_s:.1f} s"
        table.add_row(
            Text(model.expert + (" (pinned)" if model.pinned else "")),
            Text(model.spec.model),
            Text(word, style=_STYLES[model.state]),
            size if model.measured or not model.size_bytes else f"~{size}",
            f"{model.probability:.2f}",
            Text(f"{model.reason}{'. ' + model.error if model.error else ''}"),
        )
    return table


def events_table(decisions: Iterable[Decision]) -> PlainTable:
    """The decision log, oldest first, with local times."""
    table = PlainTable("time", "what", "expert", "model", "outcome")
    for name in ("took", "memory", "used", "budget", "p"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("why")
    for decision in decisions:
        took_s = decision.duration_s
        table.add_row(
            f"{datetime.fromtimestamp(decision.time_s, UTC).astimezone():%H:%M:%S}",
            decision.action.value,
            Text(decision.expert),
            Text(decision.model),
            decision.outcome.value,
            "–" if took_s is None else f"{took_s:.1f} s",
            size_text(decision.size_bytes or None),
            size_text(decision.used_bytes),
            size_text(decision.budget_bytes),
            f"{decision.probability:.2f}",
            Text(decision.reason),
        )
    return table
