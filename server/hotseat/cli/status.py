"""`hotseat status`: models in memory, demand, and reasons, from the keepers' real state."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Annotated

import typer


def status(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")] = False,
) -> None:
    """Show which models are in memory, which are wanted, and why."""
    from hotseat.cli.experts import fail
    from hotseat.domain.errors import HotseatError
    from hotseat.keeper.read_state import keeper_states
    from hotseat.session.status import keeper_status

    try:
        states = asyncio.run(keeper_states())
    except HotseatError as error:
        fail(error)
    if as_json:
        print(json.dumps({"engines": keeper_status(states)}, indent=2))
        return
    if not states:
        print("No editor is using Hotseat now. `hotseat doctor` checks the set-up.")
        return
    from rich.console import Console

    from hotseat.cli.tables import engine_line, experts_table, windows_line

    console = Console(highlight=False, width=None if sys.stdout.isatty() else 160)
    for state in states:
        console.print(engine_line(state))
        if state.engine.message:
            console.print(f"  {state.engine.message}", markup=False)
        console.print(windows_line(state))
        console.print(experts_table(state))
