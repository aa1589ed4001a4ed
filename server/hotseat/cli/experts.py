"""`hotseat experts`: the roster as Hotseat reads it, and errors in its files."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console

from hotseat.cli.interrupts import run_async
from hotseat.domain.errors import HotseatError
from hotseat.domain.experts import BudgetRule, Expert, Roster
from hotseat.domain.sizes import known_size_text
from hotseat.roster.diagnostics import Diagnostic, Severity
from hotseat.roster.load import RosterResult, user_path
from hotseat.roster.merge import weights_of

RosterOption = Annotated[
    str | None,
    typer.Option(
        "--roster",
        metavar="NAME|FILE",
        help="The name of a shipped roster (ollama, starter, adapters, code), or a file.",
        show_default="your own",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]
SchemaOption = Annotated[
    bool, typer.Option("--schema", help="Print the JSON schema of experts.yaml, for editors.")
]


def experts(
    roster: RosterOption = None,
    as_json: JsonOption = False,
    schema: SchemaOption = False,
) -> None:
    """Show the experts, their languages and models, and errors in experts.yaml."""
    if schema:
        from hotseat.roster.json_schema import json_schema

        print(json.dumps(json_schema(), indent=2))
        return
    result = chosen_roster(roster)
    if as_json:
        print(json.dumps(_as_json(result), indent=2))
    else:
        _print_table(result)
        report(result.diagnostics)
    if any(d.severity is Severity.ERROR for d in result.diagnostics):
        raise typer.Exit(1)


def chosen_roster(
    choice: str | None, *, workspace: Path | None = None, engine_url: str | None = None
) -> RosterResult:
    """Return the roster that editors use in a folder (default: the current one).

    `--roster` and `--engine-url` are applied as given. Detects which engine runs. Exits on error.
    """
    try:
        return find_roster(choice, workspace=workspace, engine_url=engine_url)
    except HotseatError as error:
        fail(error)


def find_roster(
    choice: str | None, *, workspace: Path | None = None, engine_url: str | None = None
) -> RosterResult:
    """Do the same as `chosen_roster`, but raise HotseatError."""
    from hotseat.session.rosters import read_roster
    from hotseat.session.trusted import TrustedWorkspaces

    folder = workspace or Path.cwd()
    trusted = TrustedWorkspaces().trusts(folder)
    return run_async(read_roster(choice, folder, trusted=trusted, engine_url=engine_url))


def fail(error: HotseatError) -> NoReturn:
    """Print the error on stderr and exit with status 1."""
    console = Console(stderr=True, highlight=False)
    console.print(f"hotseat: {error.message}", style="red", markup=False, soft_wrap=True)
    if error.hint:
        console.print(f"  {error.hint}", markup=False, soft_wrap=True)
    raise typer.Exit(1)


def report(diagnostics: Iterable[Diagnostic]) -> None:
    """Print diagnostics on stderr, one line each, as compilers do."""
    console = Console(stderr=True, highlight=False)
    for diagnostic in diagnostics:
        style = "red" if diagnostic.severity is Severity.ERROR else "yellow"
        console.print(str(diagnostic), style=style, markup=False, soft_wrap=True)


def size_text(size_bytes: int | None) -> str:
    """Return a text such as `12 kB`, `986 MB` or `1.7 GB`, and a dash for an unknown size."""
    return "–" if size_bytes is None else known_size_text(size_bytes)


def _print_table(result: RosterResult) -> None:
    from hotseat.cli.tables import PlainTable, wide_console

    roster = result.roster
    table = PlainTable("expert")
    table.add_column("languages")
    table.add_column("model", no_wrap=True)
    table.add_column("size", justify="right", no_wrap=True)
    table.add_column("licence")
    table.add_column("fim")
    table.add_column("pinned")
    for expert in roster.everyone():
        is_generalist = expert == roster.generalist
        served = ", ".join(
            language for language in expert.languages if language not in roster.disabled_languages
        )
        table.add_row(
            expert.name,
            "everything else" if is_generalist and not served else served or "–",
            _model_text(expert),
            size_text(expert.size_bytes),
            expert.licence or "–",
            expert.fim,
            "yes" if expert.pinned else "",
        )
    # A pipe has no width; names that were shortened to fit would be useless there.
    console = wide_console(200)
    console.print(table)
    off = ", ".join(sorted(roster.disabled_languages)) or "none"
    console.print(
        f"\nengine {roster.engine.kind}, budget {_budget_text(roster.budget)}; off: {off}"
    )
    why = "" if result.base_chosen else ", which fits the engine here; `use:` chooses another"
    console.print(f"over the shipped roster {result.base}{why}", soft_wrap=True)
    mine = user_path()
    console.print(
        f"your own: {mine}{'' if mine.is_file() else ' (does not exist)'}", soft_wrap=True
    )


def _model_text(expert: Expert) -> str:
    if expert.adapter is not None:
        return f"{expert.base_model} + {Path(expert.adapter).name}"
    return expert.spec.model


def _budget_text(rule: BudgetRule) -> str:
    if rule.limit_bytes is not None:
        return size_text(rule.limit_bytes)
    reserve = f", less {size_text(rule.reserve_bytes)}" if rule.reserve_bytes else ""
    return f"{rule.share or 0:.0%} of {rule.of.upper()}{reserve}"


def _as_json(result: RosterResult) -> dict[str, Any]:
    roster = result.roster
    return {
        "files": [str(path) for path in result.files],
        "base": result.base,
        "engine": {"kind": str(roster.engine.kind), "host": roster.engine.host},
        "budget": {
            "limit_bytes": roster.budget.limit_bytes,
            "share": roster.budget.share,
            "of": roster.budget.of,
            "reserve_bytes": roster.budget.reserve_bytes,
        },
        "keep_alive_s": roster.keep_alive_s,
        "keep_prompts_bytes": roster.keep_prompts_bytes,
        "completion": asdict(roster.completion),
        "disabled_languages": sorted(roster.disabled_languages),
        "generalist": roster.generalist.name if roster.generalist else None,
        "experts": [_expert_json(roster, expert) for expert in roster.everyone()],
        "diagnostics": [
            {
                "file": d.filename,
                "line": d.line + 1,
                "column": d.column + 1,
                "severity": str(d.severity),
                "message": d.message,
                "hint": d.hint,
            }
            for d in result.diagnostics
        ],
    }


def _expert_json(roster: Roster, expert: Expert) -> dict[str, Any]:
    return {
        "name": expert.name,
        "generalist": expert == roster.generalist,
        "languages": list(expert.languages),
        "model": expert.spec.model,
        "weights": weights_of(expert),
        "options": dict(expert.spec.options),
        "adapter": expert.adapter,
        "prompt": expert.prompt,
        "fim": expert.fim,
        "pinned": expert.pinned,
        "size_bytes": expert.size_bytes,
        "licence": expert.licence,
        "source": list(expert.source.parts) if expert.source else None,
        "sha256": expert.source.sha256 if expert.source else None,
    }
