"""`hotseat demo`: the whole path on real models, walked through as a person would."""

from __future__ import annotations

import asyncio
import json
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from hotseat.cli.experts import JsonOption, fail
from hotseat.domain.errors import HotseatError
from hotseat.domain.experts import Expert, Roster

if TYPE_CHECKING:
    from hotseat.engines.ollama import OllamaEngine
    from hotseat.engines.protocol import EngineInfo


def demo(
    roster: Annotated[
        str,
        typer.Option(
            metavar="NAME|FILE", help="Whose experts: a shipped roster's name, or a file."
        ),
    ] = "starter",
    engine_url: Annotated[
        str | None,
        typer.Option(
            metavar="URL", help="Use this engine (an Ollama, say).", show_default="embedded"
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Walk through a small shop in Go, HTML, SQL and Python, and watch the experts come and go.

    Fetches the roster's models if the engine does not have them. The memory budget is set so that
    they cannot all stay, unless they are adapters over one base.
    """
    console = Console(stderr=as_json, highlight=False)
    try:
        result = asyncio.run(_run(roster, engine_url, console))
    except HotseatError as error:
        fail(error)
    if as_json:
        print(json.dumps(result, indent=2))


async def _run(roster_name: str, engine_url: str | None, console: Console) -> dict[str, Any]:
    from hotseat.cli.demo_view import DemoView
    from hotseat.cli.pull import Wanted, display, pull_all
    from hotseat.client.editor import Editor
    from hotseat.client.shop_walk import WALK, walk
    from hotseat.engines.discovery import ollama_address, start_embedded
    from hotseat.engines.ollama import OllamaEngine
    from hotseat.roster.load import load_choice
    from hotseat.session.rosters import read_roster

    load_choice(roster_name, None, trusted=True)  # a wrong name shows before an engine is started
    if engine_url is not None:
        url = ollama_address(engine_url).url
    else:
        url = await start_embedded()
    # The engine runs now: the servers of the walk decide by it, as this does.
    result = await read_roster(roster_name, None, trusted=True, engine_url=engine_url)
    roster = result.roster
    engine = OllamaEngine(url)
    try:
        info = await engine.version()
        if info.shares_bases:
            roster = roster.on_shared_bases()
        experts = _experts_on_the_way(roster, [stop.language_id for stop in WALK])
        wanted = [Wanted(label=e.spec.model, what=e) for e in experts]
        with display(as_json=False) as tell:
            await pull_all(wanted, url, roster.engine, tell, force=False)
        budget = await _tight_budget(engine, info, experts)
    finally:
        await engine.aclose()

    arguments = ["--roster", roster_name, "--budget-mb", str(budget // 1_000_000)]
    arguments += ["--engine-url", engine_url] if engine_url else []
    with tempfile.TemporaryDirectory(prefix="hotseat-demo-") as folder:
        async with Editor(arguments, Path(folder)) as editor:
            with DemoView(console, editor) as view:
                switches = await walk(editor, Path(folder), view.step)
            peak_bytes = (await editor.fresh_status())["memory"]["peakBytes"]
    view.summary(switches)
    kind = "embedded" if info.instance else "ollama"
    keys = ("language", "expert", "state_before", "load_ms", "first_token_ms", "text")
    return {
        "switches": [{key: asdict(switch)[key] for key in keys} for switch in switches],
        "budget_bytes": budget // 1_000_000 * 1_000_000,
        "peak_bytes": peak_bytes,
        "engine": {"kind": kind, "version": info.version, "url": url},
    }


def _experts_on_the_way(roster: Roster, languages: list[str]) -> list[Expert]:
    """Those that the walk needs, each model once, and the generalist."""
    wanted = [roster.expert_for(language) for language in (*languages, "javascript")]
    wanted.append(roster.generalist)
    by_spec = {expert.spec: expert for expert in reversed(wanted) if expert is not None}
    if not by_spec:
        raise HotseatError("this roster has no experts for the demo's languages")
    return list(by_spec.values())[::-1]


async def _tight_budget(engine: OllamaEngine, about: EngineInfo, experts: list[Expert]) -> int:
    """Halfway between the largest model and all of them: the largest fits, all do not."""
    from hotseat.keeper.sizing import footprint_bytes

    sizes = {
        e.seat: footprint_bytes(e.seat, await engine.show(e.seat.model), about, e.size_bytes)
        for e in experts
    }
    largest = max(sizes.values())
    if len(sizes) == 1:  # nothing is swapped: room for the base and the adapters over it
        return largest * 3 // 2
    return (largest + sum(sizes.values())) // 2
