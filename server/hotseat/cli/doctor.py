"""`hotseat doctor`: checks of engine, models and settings, with advice."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from hotseat.cli.experts import JsonOption, RosterOption, chosen_roster
from hotseat.roster.load import RosterResult
from hotseat.session.doctor import Finding, Verdict, examine

_MARKS = {Verdict.GOOD: ("✓", "green"), Verdict.NOTE: ("·", "yellow"), Verdict.BAD: ("✗", "red")}


def doctor(
    roster: RosterOption = None,
    engine_url: Annotated[
        str | None, typer.Option(metavar="URL", help="The address of the engine to check.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Check engine, models, fill-in-the-middle and budget, and advise what to do.

    Exits with status 1 if something prevents Hotseat from working.
    """
    result = chosen_roster(roster, engine_url=engine_url)
    findings = asyncio.run(_collect(result, engine_url, show=not as_json))
    if as_json:
        print(json.dumps({"findings": [asdict(finding) for finding in findings]}, indent=2))
    if any(finding.verdict is Verdict.BAD for finding in findings):
        raise typer.Exit(1)


async def _collect(result: RosterResult, engine_url: str | None, *, show: bool) -> list[Finding]:
    console = Console(highlight=False)
    findings = []
    async for finding in examine(result, engine_url):
        findings.append(finding)
        if show:
            mark, style = _MARKS[finding.verdict]
            console.print(
                Text(f"{mark} ", style=style)
                + Text(f"{finding.subject}: ", style="bold")
                + Text(finding.detail),
                soft_wrap=True,
            )
            if finding.hint:
                console.print(f"    → {finding.hint}", markup=False, soft_wrap=True)
    return findings
