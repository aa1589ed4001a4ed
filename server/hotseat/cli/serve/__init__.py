"""`hotseat serve`: the gateway for other programs."""

from __future__ import annotations

import logging
import sys
from typing import Annotated

import typer

from hotseat.cli.experts import RosterOption, chosen_roster, fail
from hotseat.cli.interrupts import run_async
from hotseat.domain.errors import HotseatError


def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on; 0 takes any free one.")] = 11435,
    is_open: Annotated[
        bool, typer.Option("--open", help="Need no key. Only on a loopback address.")
    ] = False,
    show_key: Annotated[
        bool, typer.Option("--show-key", help="Print the key that clients send, and exit.")
    ] = False,
    roster: RosterOption = None,
    engine_url: Annotated[
        str | None, typer.Option(metavar="URL", help="The address of the engine to use.")
    ] = None,
) -> None:
    """Serve Ollama's and OpenAI's API to coding agents: the right expert answers each request.

    Clients name the model `auto`, `generalist`, or an expert. Models are loaded within the same
    memory budget as those of your editors. docs/agents.md has a block to copy for each agent.

    hotseat serve

    export OPENAI_BASE_URL=http://127.0.0.1:11435/v1 OPENAI_API_KEY="$(hotseat serve --show-key)"

    export OLLAMA_HOST=127.0.0.1:11435 OLLAMA_API_KEY="$(hotseat serve --show-key)"
    """
    import importlib.util

    from hotseat.gateway.key import key_path, stored_key

    try:
        if show_key:
            print(stored_key())
            return
        if not all(importlib.util.find_spec(name) for name in ("starlette", "uvicorn")):
            raise HotseatError(
                "The gateway needs a web server that is not installed",
                hint="pip install 'hotseat[embedded]'",
            )
        from hotseat.gateway import daemon
        from hotseat.session.settings import Settings

        if roster is not None:
            chosen_roster(roster, engine_url=engine_url)  # exits if the roster does not exist
        key = daemon.checked_key(host, is_open=is_open)
        for warning in daemon.warnings(host, key):
            print(f"hotseat serve: {warning}", file=sys.stderr)

        def say(text: str) -> None:
            print(text, flush=True)
            if key is not None:
                print(f"hotseat serve: clients need the key in {key_path()}", flush=True)

        logging.basicConfig(level=logging.WARNING, format="hotseat serve: %(message)s")
        settings = Settings(
            roster=roster, engine_url=engine_url, trusted=False, forecast=False, statistics=False
        )
        run_async(daemon.serve(settings, host=host, port=port, key=key, say=say))
    except HotseatError as error:
        fail(error)
