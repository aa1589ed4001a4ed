"""`hotseat status`: models in memory, demand, and reasons, from the keepers' real state.

With `--events`, what was loaded and unloaded before, and why.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from hotseat.cli.interrupts import run_async


def status(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")] = False,
    events: Annotated[
        bool,
        typer.Option("--events", help="Show the last loads and unloads instead, with reasons."),
    ] = False,
) -> None:
    """Show which models are in memory, which are wanted, and why.

    Without an editor window, show what is still in memory, and when it is freed.
    """
    if events:
        _show_events(as_json=as_json)
        return
    from hotseat.cli.experts import fail
    from hotseat.cli.memory.held import held_json, held_lines, held_text
    from hotseat.domain.errors import HotseatError
    from hotseat.gateway.presence import gateway_states
    from hotseat.keeper.commands.held_memory import held_memory
    from hotseat.keeper.read_state import keeper_states
    from hotseat.session.rosters import read_choice
    from hotseat.session.status import keeper_status
    from hotseat.session.trusted import TrustedWorkspaces

    folder = Path.cwd()
    try:
        states = run_async(keeper_states())
        gateways = run_async(gateway_states())
        held = run_async(held_memory(kept_urls={state.engine.url for state in states}))
        roster = run_async(read_choice(folder, trusted=TrustedWorkspaces().trusts(folder)))
    except HotseatError as error:
        fail(error)
    if as_json:
        status = {
            "engines": keeper_status(states),
            "gateways": gateways,
            "held": held_json(held),
            "roster": asdict(roster),
        }
        print(json.dumps(status, indent=2))
        return
    if roster.reason:
        print(roster.reason)
    if not states:
        print(held_text(held))
        return
    from hotseat.cli.serve.view import gateway_view
    from hotseat.cli.tables import engine_line, experts_table, wide_console, windows_line

    console = wide_console()
    gateway_pids = {gateway["pid"] for gateway in gateways}
    for state in states:
        console.print(engine_line(state))
        if state.engine.message:
            console.print(f"  {state.engine.message}", markup=False)
        console.print(windows_line(state, gateway_pids))
        console.print(experts_table(state))
    for gateway in gateways:
        for part in gateway_view(gateway):
            console.print(part)
    if lines := held_lines(held):
        console.print("\nWithout an editor window:\n" + "\n".join(lines), markup=False)


def _show_events(*, as_json: bool) -> None:
    from hotseat.cli.experts import fail
    from hotseat.cli.memory.held import NO_WINDOW
    from hotseat.domain.errors import HotseatError
    from hotseat.keeper.read_state import keeper_decisions
    from hotseat.session.status import decision_json

    try:
        keepers = run_async(keeper_decisions())
    except HotseatError as error:
        fail(error)
    if as_json:
        events = [
            {"engine": state.engine.kind, **decision_json(decision)}
            for state, decisions in keepers
            for decision in decisions
        ]
        print(json.dumps(events, indent=2))
        return
    if not keepers:
        print(NO_WINDOW)
        return
    from hotseat.cli.tables import engine_line, events_table, wide_console

    console = wide_console()
    for state, decisions in keepers:
        console.print(engine_line(state))
        if decisions:
            console.print(events_table(decisions))
        else:
            console.print("  Nothing was loaded or unloaded yet.")
