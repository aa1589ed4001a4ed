"""The output of the demo: a live table on a terminal, otherwise a line for each step."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import Any

from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from hotseat.cli.experts import size_text
from hotseat.cli.tables import PlainTable
from hotseat.client.editor import Editor
from hotseat.client.shop_walk import ShopSwitch

_STYLES = {"warm": "green", "loading": "yellow", "unloading": "yellow", "failed": "red"}
_BAR_CELLS = 32
_STEPS_SHOWN = 8


class DemoView:
    """Use as a context manager around the walk; `step` records a step of the user."""

    def __init__(self, console: Console, editor: Editor) -> None:
        self._console = console
        self._editor = editor
        self._steps: list[str] = []
        self._live: Live | None = None

    def __enter__(self) -> DemoView:
        if self._console.is_terminal:
            self._live = Live(
                console=self._console, get_renderable=self._draw, refresh_per_second=8
            )
            self._live.__enter__()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._live is not None:
            self._live.__exit__(exc_type, exc, traceback)

    def step(self, text: str) -> None:
        self._steps.append(text)
        if self._live is None:
            self._console.print(f"{text}   [{_states(self._editor.status)}]", markup=False)

    def summary(self, switches: Sequence[ShopSwitch]) -> None:
        """Print one row for each switch: state before, load time, first token, suggestion."""
        table = PlainTable()
        for name in ("language", "expert", "before"):
            table.add_column(name, no_wrap=True)
        for name in ("load ms", "first token ms"):
            table.add_column(name, justify="right", no_wrap=True)
        table.add_column("meanwhile", no_wrap=True)
        table.add_column("suggestion")
        for switch in switches:
            table.add_row(
                switch.language,
                switch.expert,
                switch.state_before,
                f"{switch.load_ms:.0f}",
                "–" if switch.first_token_ms is None else f"{switch.first_token_ms:.0f}",
                switch.stand_in or "–",
                Text(switch.text.strip().replace("\n", "⏎ ") or "(none)"),
            )
        self._console.print()
        self._console.print(table)

    def _draw(self) -> Group:
        status = self._editor.status
        focus = status.get("focus") or {}
        memory = status.get("memory") or {}
        table = PlainTable(expand=False)
        for name in ("expert", "model", "state"):
            table.add_column(name, no_wrap=True, min_width=10)
        table.add_column("memory", justify="right", no_wrap=True, min_width=8)
        table.add_column("why")
        seated: set[str] = set()
        for expert in status.get("experts", ()):
            is_first = expert["seat"] not in seated
            seated.add(expert["seat"])
            word = expert["state"]
            if word == "loading":
                word += f" {expert['stateSeconds']:.1f} s"
            here = expert["name"] == focus.get("expert")
            table.add_row(
                Text(("▸ " if here else "  ") + expert["name"], style="bold" if here else ""),
                expert["model"],
                Text(word, style=_STYLES.get(expert["state"], "dim")),
                size_text(expert["sizeBytes"]) if is_first else "same",
                Text(expert["reason"], style="dim"),
            )
        steps = [Text(f"· {step}", overflow="ellipsis") for step in self._steps[-_STEPS_SHOWN:]]
        where = f"{focus.get('language') or '–'} → {focus.get('expert') or '–'}"
        return Group(Text(where, style="bold"), table, _memory_bar(memory), Text(), *steps)


def _memory_bar(memory: dict[str, Any]) -> Text:
    budget, used = memory.get("budgetBytes") or 0, memory.get("usedBytes") or 0
    cells = round(_BAR_CELLS * min(1.0, used / budget)) if budget else 0
    bar = "█" * cells + "░" * (_BAR_CELLS - cells)
    return Text(f"memory {bar} {size_text(used)} of {size_text(budget)}")


def _states(status: dict[str, Any]) -> str:
    """Return a text such as `smollm2:135m warm 213 MB, gemma3:270m loading`, with each seat
    once."""
    models = {e["seat"]: e for e in status.get("experts", ())}
    return ", ".join(
        f"{model} {e['state']}" + (f" {size_text(e['sizeBytes'])}" if e["state"] == "warm" else "")
        for model, e in models.items()
    )
