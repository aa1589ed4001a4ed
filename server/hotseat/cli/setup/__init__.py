"""`hotseat setup`: the models for this machine and this user, downloaded after one confirmation."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hotseat.cli.experts import JsonOption, fail, report
from hotseat.cli.interrupts import INTERRUPTED, run_async, says_yes
from hotseat.domain.errors import HotseatError

if TYPE_CHECKING:
    from hotseat.cli.setup.plan import Plan


def setup(
    folders: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="FOLDER",
            help="Folders whose git history shows which languages you use.",
            show_default="the current one",
        ),
    ] = None,
    roster: Annotated[
        str | None,
        typer.Option(
            "--roster",
            metavar="NAME",
            help="A shipped roster (ollama, starter, adapters, code) in place of the proposed one.",
            show_default="the one that fits this machine",
        ),
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Download and write without asking.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Propose models for this machine's memory and your languages, and download them.

    Shows sizes and licences, and what changes in your experts.yaml, and asks once before anything
    is downloaded or written.
    """
    from hotseat.cli.setup.plan import make_plan
    from hotseat.cli.setup.view import plan_json, print_plan

    try:
        plan = run_async(make_plan([f.resolve() for f in folders or [Path.cwd()]], roster))
        if as_json:
            print(json.dumps(plan_json(plan), indent=None if yes else 2), flush=True)
        else:
            report(plan.diagnostics)
            print_plan(plan)
        if plan.is_done:
            return
        again = ["hotseat", "setup", *map(str, folders or ())]
        again += ["--roster", roster] if roster is not None else []
        if not yes:
            if as_json:
                return
            if not (sys.stdin.isatty() and sys.stdout.isatty()):
                print(f"\nTo do this, run: {shlex.join([*again, '--yes'])}")
                return
            if not says_yes(f"\n{plan.question}"):
                print("Nothing was changed.")
                raise typer.Exit(1)
        _carry_out(plan, as_json=as_json)
    except HotseatError as error:
        if as_json:
            print(json.dumps({"error": error.message, "hint": error.hint}))
        fail(error)
    except KeyboardInterrupt:
        print(
            "Stopped. What was downloaded is kept; run the command again to resume.",
            file=sys.stderr,
        )
        raise typer.Exit(INTERRUPTED) from None


def _carry_out(plan: Plan, *, as_json: bool) -> None:
    """Download first, so that editors do not follow a roster whose models are not there yet."""
    from hotseat.cli.pull import PullTarget, display, pull_all
    from hotseat.roster.write import write

    unique = {expert.spec.model: expert for expert in reversed(plan.to_pull)}
    targets = [PullTarget(label=name, what=expert) for name, expert in reversed(unique.items())]
    with display(as_json=as_json) as on_progress:
        run_async(pull_all(targets, None, plan.roster.engine, on_progress, force=False))
    backup = write(plan.change) if plan.change is not None else None
    if as_json:
        written = str(plan.change.path) if plan.change is not None else None
        print(json.dumps({"written": written, "backup": str(backup) if backup else None}))
        return
    if plan.change is not None:
        print(f"Written: {plan.change.path}" + (f" (before: {backup})" if backup else ""))
    print("Ready. `hotseat doctor` checks the set-up.")
