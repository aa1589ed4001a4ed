"""`hotseat models`: the installed models."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from hotseat.cli.experts import JsonOption, RosterOption, chosen_roster, fail, size_text
from hotseat.domain.errors import HotseatError

if TYPE_CHECKING:
    from hotseat.cli.disk.library import Library


def models(
    roster: RosterOption = None,
    engine_url: Annotated[
        str | None, typer.Option(metavar="URL", help="The address of the engine to ask.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """List the installed models: size, licence, last use, and the experts that use each.

    `hotseat pull` installs models, `hotseat update` brings newer versions, `hotseat rm` and
    `hotseat prune` remove them.
    """
    from hotseat.cli.disk.library import read_library

    result = chosen_roster(roster, engine_url=engine_url)
    try:
        library = read_library(result, engine_url, needs_engine=False)
    except HotseatError as error:
        if as_json:
            print(json.dumps({"error": error.message, "hint": error.hint}))
        fail(error)
    if as_json:
        print(json.dumps(_as_json(library), indent=2))
    else:
        _print(library)


def _print(library: Library) -> None:
    from rich.text import Text

    from hotseat.cli.tables import PlainTable, wide_console

    where = library.url or "not running"
    if not library.models:
        print(f"No model is installed ({library.address.kind}, {where}): `hotseat pull --all`.")
        return
    table = PlainTable("model")
    for title in ("size", "in memory"):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("last use", no_wrap=True)
    for title in ("used by", "licence"):
        table.add_column(title)
    for model in library.models:
        used = datetime.fromtimestamp(model.used_s, UTC).astimezone() if model.used_s else None
        memory = size_text(model.memory_bytes) if model.memory_bytes is not None else ""
        table.add_row(
            Text(model.name),
            size_text(model.size_bytes),
            memory,
            f"{used:%Y-%m-%d %H:%M}" if used else "–",
            Text(", ".join(model.experts) or "–"),
            Text(model.licence or "–"),
        )
    console = wide_console()
    console.print(table)
    console.print(f"\n{library.address.kind}, {where}", markup=False)


def _as_json(library: Library) -> dict[str, object]:
    return {
        "engine": {"kind": str(library.address.kind), "url": library.url},
        "models": [asdict(model) for model in library.models],
    }
