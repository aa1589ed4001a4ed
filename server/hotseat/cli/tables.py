"""Tables of the keeper's state on a terminal."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from rich.table import Table
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


def engine_line(state: KeeperState) -> Text:
    """Return a line such as `embedded 0.1.0 at http://… · 330 MB of 450 MB`."""
    engine = state.engine
    word = "" if engine.up else " (not answering)"
    where = f"{engine.kind} {engine.version} at {engine.url or 'no address yet'}{word}"
    memory = f"{size_text(state.used_bytes)} of {size_text(state.budget_bytes)}"
    if state.foreign_bytes:
        memory += f", of which {size_text(state.foreign_bytes)} by other programs"
    return Text(f"{where} · {memory}", style="bold")


def windows_line(state: KeeperState) -> Text:
    """Return the language and expert of each editor window."""
    parts = [
        f"{window.language or 'nothing'} → {window.expert or 'no expert'}"
        + ("" if window.focused else " (in background)")
        for window in state.windows
    ]
    return Text("windows: " + ("; ".join(parts) or "none"))


def experts_table(state: KeeperState) -> Table:
    """Return a table with one row for each model of the keeper."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in ("expert", "model", "state"):
        table.add_column(name, no_wrap=True)
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


def events_table(decisions: Iterable[Decision]) -> Table:
    """The decision log, oldest first, with local times."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in ("time", "what", "expert", "model", "outcome"):
        table.add_column(name, no_wrap=True)
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
