"""`hotseat mcp`: experts, symbols and memory as tools for agents that speak MCP."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hotseat.cli.experts import JsonOption, RosterOption, chosen_roster, fail
from hotseat.cli.interrupts import run_async
from hotseat.domain.errors import HotseatError

if TYPE_CHECKING:
    from hotseat.gateway.mcp.allowed import AllowedClients


def mcp(
    path: Annotated[
        Path | None,
        typer.Option(
            "--path", "-p", help="The folder of the workspace.", show_default="the current folder"
        ),
    ] = None,
    answer_s: Annotated[
        float,
        typer.Option("--wait", min=1, max=3600, help="Seconds that an answer may take."),
    ] = 55.0,
    allow: Annotated[
        str | None,
        typer.Option(metavar="CLIENT", help="Let that client recall conversations, and exit."),
    ] = None,
    deny: Annotated[
        str | None,
        typer.Option(metavar="CLIENT", help="Let it recall no longer, and exit."),
    ] = None,
    clients: Annotated[
        bool, typer.Option("--clients", help="List the clients that may recall, and exit.")
    ] = False,
    roster: RosterOption = None,
    engine_url: Annotated[
        str | None, typer.Option(metavar="URL", help="The address of the engine to use.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Serve MCP on stdin and stdout: agents ask an expert, find symbols, recall and remember.

    An agent starts this command by itself: write it into the agent's settings (docs/agents.md).
    What conversations hold is off until you allow a client by the name that it gives itself.

    hotseat mcp --path ~/src/shop

    hotseat mcp --allow opencode

    hotseat mcp --clients --json
    """
    from hotseat.gateway.mcp.allowed import AllowedClients

    try:
        allowed = AllowedClients()
        if allow is not None or deny is not None or clients:
            _change(allowed, allow, deny)
            names = allowed.names()
            text = ", ".join(names) or "none"
            print(json.dumps({"mayRecall": names}) if as_json else f"May recall: {text}")
            return
        workspace = (path or Path.cwd()).expanduser().absolute()
        if not workspace.is_dir():
            raise HotseatError(f"{workspace} is not a folder", hint="Name one with --path")
        if not _has_sdk():
            raise HotseatError(
                "The MCP server needs a package that is not installed",
                hint="pip install 'hotseat[mcp]'",
            )
        from hotseat.gateway.mcp.server import serve_stdio
        from hotseat.session.settings import Settings

        if roster is not None:
            chosen_roster(roster, engine_url=engine_url)  # exits if the roster does not exist
        logging.basicConfig(level=logging.WARNING, format="hotseat mcp: %(message)s")
        settings = Settings(
            roster=roster, engine_url=engine_url, trusted=False, forecast=False, statistics=False
        )
        run_async(serve_stdio(settings, workspace, answer_s=answer_s))
    except HotseatError as error:
        fail(error)


def _has_sdk() -> bool:
    import importlib.util

    return all(importlib.util.find_spec(name) for name in ("mcp", "starlette"))


def _change(allowed: AllowedClients, allow: str | None, deny: str | None) -> None:
    if allow is not None:
        allowed.allow(allow)
    if deny is not None and not allowed.deny(deny):
        raise HotseatError(
            f"'{deny}' is not allowed to recall", hint="`hotseat mcp --clients` lists who is"
        )
