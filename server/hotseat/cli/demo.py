"""`hotseat demo`: a scripted walk through a small project on real models."""

from __future__ import annotations

import json
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from hotseat.cli.experts import JsonOption, fail
from hotseat.cli.interrupts import run_async
from hotseat.domain.errors import HotseatError
from hotseat.domain.experts import Expert, Roster

if TYPE_CHECKING:
    from hotseat.engines.ollama import OllamaEngine
    from hotseat.engines.protocol import EngineInfo


def demo(
    roster: Annotated[
        str,
        typer.Option(
            metavar="NAME|FILE", help="The roster to use: the name of a shipped roster, or a file."
        ),
    ] = "starter",
    engine_url: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="The address of the engine to use, such as an Ollama.",
            show_default="embedded",
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Walk through a small shop in Go, HTML, SQL and Python, and watch experts load and unload.

    Pulls the roster's models if the engine lacks them. The memory budget is set so that not all
    models fit, unless they are adapters over one base.
    """
    console = Console(stderr=as_json, highlight=False)
    try:
        result = run_async(_run(roster, engine_url, console))
    except HotseatError as error:
        fail(error)
    if as_json:
        print(json.dumps(result, indent=2))


async def _run(roster_name: str, engine_url: str | None, console: Console) -> dict[str, Any]:
    from hotseat.cli.demo_view import DemoView
    from hotseat.cli.pull import PullTarget, display, pull_all
    from hotseat.client.editor import Editor
    from hotseat.client.shop_walk import WALK, walk
    from hotseat.engines.discovery import ollama_address, start_embedded
    from hotseat.engines.ollama import OllamaEngine
    from hotseat.roster.load import load_choice
    from hotseat.session.rosters import read_roster
    from hotseat.storage.habit_store import habits_path

    load_choice(roster_name, None, trusted=True)  # reports a wrong name before an engine is started
    if engine_url is not None:
        url = ollama_address(engine_url).url
    else:
        url = await start_embedded()
    # The engine runs now, so this roster is chosen by its capabilities, as the walk's servers
    # choose theirs.
    result = await read_roster(roster_name, None, trusted=True, engine_url=engine_url)
    roster = result.roster
    engine = OllamaEngine(url)
    try:
        info = await engine.version()
        if info.shares_bases:
            roster = roster.on_shared_bases()
        experts = _experts_on_the_way(roster, [stop.language_id for stop in WALK])
        targets = [PullTarget(label=e.spec.model, what=e) for e in experts]
        with display(as_json=False) as on_progress:
            await pull_all(targets, url, roster.engine, on_progress, force=False)
        budget = await _tight_budget(engine, info, experts)
    finally:
        await engine.aclose()

    arguments = ["--roster", roster_name, "--budget-mb", str(budget // 1_000_000)]
    arguments.append("--no-statistics")
    arguments += ["--engine-url", engine_url] if engine_url else []
    with tempfile.TemporaryDirectory(prefix="hotseat-demo-") as folder:
        async with Editor(arguments, Path(folder)) as editor:
            with DemoView(console, editor) as view:
                switches = await walk(editor, Path(folder), view.step)
            peak_bytes = (await editor.fresh_status())["memory"]["peakBytes"]
        habits_path(Path(folder)).unlink(missing_ok=True)  # of no use without the folder
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
    """Return the experts that the walk needs, each model once, and the generalist."""
    targets = [roster.expert_for(language) for language in (*languages, "javascript")]
    targets.append(roster.generalist)
    by_spec = {expert.spec: expert for expert in reversed(targets) if expert is not None}
    if not by_spec:
        raise HotseatError("This roster has no experts for the demo's languages")
    return list(by_spec.values())[::-1]


async def _tight_budget(engine: OllamaEngine, about: EngineInfo, experts: list[Expert]) -> int:
    """Return a budget between the largest model and all models, so that not all of them fit."""
    from hotseat.keeper.sizing import footprint_bytes

    sizes = {
        e.seat: footprint_bytes(e.seat, await engine.show(e.seat.model), about, e.size_bytes)
        for e in experts
    }
    largest = max(sizes.values())
    if len(sizes) == 1:  # one shared seat: room for the base and the adapters over it
        return largest * 3 // 2
    return (largest + sum(sizes.values())) // 2
