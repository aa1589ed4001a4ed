"""What `hotseat status` prints of a gateway."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from rich.text import Text

from hotseat.cli.tables import PlainTable

N_ROUTES = 8


def gateway_view(state: Mapping[str, Any]) -> Iterator[Any]:
    """Yield what to print: the gateway, its clients, and its latest routes."""
    running = len(state["running"])
    yield Text(f"\ngateway at {state['url']} · {running} running", style="bold")
    if not state["clients"]:
        yield Text("  No client has asked yet.")
        return
    clients = PlainTable("client")
    for name in ("requests", "running", "failed"):
        clients.add_column(name, justify="right", no_wrap=True)
    clients.add_column("experts")
    for client in state["clients"]:
        experts = ", ".join(f"{name} {n}" for name, n in client["experts"].items())
        numbers = (str(client[name]) for name in ("requests", "running", "failed"))
        clients.add_row(Text(client["name"]), *numbers, Text(experts))
    yield clients
    routes = PlainTable("time", "client", "model", "expert", "outcome")
    routes.add_column("took", justify="right", no_wrap=True)
    routes.add_column("why")
    for one in state["running"]:
        texts = (one["client"], one["model"], one["expert"] or "–", "runs")
        took = f"{one['seconds']:.1f} s"
        routes.add_row("now", *map(Text, texts), took, Text(one["note"]))
    for one in reversed(state["routes"][-N_ROUTES:]):
        when = f"{datetime.fromtimestamp(one['time'], UTC).astimezone():%H:%M:%S}"
        texts = (one["client"], one["model"], one["expert"] or "–", one["outcome"])
        routes.add_row(when, *map(Text, texts), f"{one['seconds']:.1f} s", Text(one["reason"]))
    yield routes
