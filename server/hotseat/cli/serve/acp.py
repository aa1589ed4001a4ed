"""`hotseat acp`: Hotseat as an agent of the Agent Client Protocol, on stdin and stdout."""

from __future__ import annotations

import logging
import os
import sys
from typing import Annotated, cast

import typer

from hotseat.cli.experts import RosterOption, chosen_roster, fail
from hotseat.cli.interrupts import run_async
from hotseat.domain.errors import HotseatError


def acp(
    roster: RosterOption = None,
    engine_url: Annotated[
        str | None, typer.Option(metavar="URL", help="The address of the engine to use.")
    ] = None,
) -> None:
    """Answer an editor that has the Agent Client Protocol, such as Zed: questions and tasks.

    The editor starts this command and talks to it on stdin and stdout. It has two modes: Ask, and
    Task, which plans a change over several files and writes none before you have reviewed it in
    the editor. For Zed, in settings.json:

    "agent_servers": {"Hotseat": {"type": "custom", "command": "hotseat", "args": ["acp"]}}
    """
    import importlib.util

    try:
        if importlib.util.find_spec("acp") is None:
            raise HotseatError(
                "The Agent Client Protocol needs a package that is not installed",
                hint="pip install 'hotseat[acp]'",
            )
        if roster is not None:
            chosen_roster(roster, engine_url=engine_url)  # exits if the roster does not exist
        run_async(_serve(roster, engine_url))
    except HotseatError as error:
        fail(error)


async def _serve(roster: str | None, engine_url: str | None) -> None:
    from acp import Agent, run_agent
    from acp.core import DEFAULT_STDIO_BUFFER_LIMIT_BYTES
    from acp.stdio import stdio_streams

    from hotseat.acp.agent import HotseatAgent
    from hotseat.acp.messages import MessageLines
    from hotseat.acp.server import opener

    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="hotseat acp: %(message)s")
    # What a library prints would break the connection to the editor.
    protocol_out = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    sys.stdout = protocol_out
    agent = HotseatAgent(opener(roster, engine_url))
    try:
        lines, out = await stdio_streams(limit=DEFAULT_STDIO_BUFFER_LIMIT_BYTES)
        # The agent is one without the methods that it does not offer.
        await run_agent(cast(Agent, agent), out, MessageLines(lines))
    finally:
        await agent.aclose()
