"""`hotseat doctor`: checks of engine, models and settings, with advice."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from hotseat.cli.experts import JsonOption, RosterOption, fail, find_roster
from hotseat.cli.interrupts import run_async
from hotseat.domain.errors import HotseatError
from hotseat.roster.load import RosterResult
from hotseat.session.doctor.examine import examine
from hotseat.session.doctor.findings import Finding, Verdict, bad

_MARKS = {Verdict.GOOD: ("✓", "green"), Verdict.NOTE: ("·", "yellow"), Verdict.BAD: ("✗", "red")}


def doctor(
    roster: RosterOption = None,
    engine_url: Annotated[
        str | None, typer.Option(metavar="URL", help="The address of the engine to check.")
    ] = None,
    as_json: JsonOption = False,
    report: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Also write a file for a bug report: no code, names hashed."
        ),
    ] = None,
) -> None:
    """Check directories, engine, models and budget, and advise what to do.

    Nothing is started or loaded. Exits with status 1 if something prevents Hotseat from working.
    """
    try:
        result = find_roster(roster, engine_url=engine_url)
    except HotseatError as error:
        if as_json:
            finding = asdict(bad("roster", error.message, error.hint))
            print(json.dumps({"findings": [finding]}, indent=2))
            raise typer.Exit(1) from None
        fail(error)
    findings = run_async(_collect(result, engine_url, show=not as_json))
    answer: dict[str, Any] = {"findings": [asdict(finding) for finding in findings]}
    if report is not None:
        answer["report"] = _write_report(report, result, findings)
        if not as_json:
            print(answer["report"])
    if as_json:
        print(json.dumps(answer, indent=2))
    if any(finding.verdict is Verdict.BAD for finding in findings):
        raise typer.Exit(1)


def _write_report(path: Path, result: RosterResult, findings: list[Finding]) -> str:
    """Write the report. Return a sentence that says what it holds; exits on error."""
    from hotseat.cli.doctor_report import last_log_lines, make_report, write_report
    from hotseat.keeper.read_state import keeper_decisions

    try:
        keepers = run_async(keeper_decisions())
    except HotseatError:  # no runtime directory: a finding says so
        keepers = []
    try:
        return write_report(path, make_report(result, findings, keepers, last_log_lines()))
    except HotseatError as error:
        fail(error)


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
