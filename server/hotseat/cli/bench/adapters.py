"""`hotseat bench adapters`: switching between adapters over one base."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from hotseat.cli.experts import JsonOption, fail
from hotseat.cli.interrupts import run_async
from hotseat.cli.tables import print_figures
from hotseat.domain.errors import HotseatError


def adapters(
    as_json: JsonOption = False,
    adapter: Annotated[
        list[Path] | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="A GGUF adapter over the base; repeat the option for several. The default "
            "is the adapters that come with Hotseat.",
        ),
    ] = None,
    engine_url: Annotated[
        str | None,
        typer.Option(
            help="Also measure the switch on the engine at this address, such as an Ollama."
        ),
    ] = None,
) -> None:
    """Measure the cost of switching between adapters over the starter base: time, memory, speed."""
    from hotseat.lab.bench.adapters import bench_adapters, measured_bits_per_byte
    from hotseat.roster.shipped import shipped_roster

    def on_progress(what: str) -> None:
        print(f"measuring {what} …", file=sys.stderr, flush=True)

    roster = shipped_roster("adapters")
    shipped = [expert for expert in roster.experts if expert.adapter is not None]
    base = shipped[0]
    own = {path.stem: path for path in adapter or ()}
    files = own or {expert.name: Path(str(expert.adapter)) for expert in shipped}
    try:
        result = run_async(
            bench_adapters(base, files, engine_url=engine_url, on_progress=on_progress)
        )
        if not own:
            result["bits_per_byte"] = measured_bits_per_byte(files)
    except HotseatError as error:
        fail(error)
    if as_json:
        print(json.dumps(result, indent=2))
        return
    print_figures(result)
