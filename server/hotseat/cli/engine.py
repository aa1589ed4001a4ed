"""`hotseat engine`: the embedded engine in the foreground."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def engine(
    host: Annotated[str, typer.Option(help="Address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="0 takes any free port.")] = 0,
    store: Annotated[
        Path | None, typer.Option(help="Where models are kept.", show_default="data directory")
    ] = None,
    idle_exit_s: Annotated[
        float, typer.Option(help="End after so many seconds without requests or loaded models.")
    ] = 300.0,
    token_env: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Environment variable with the token clients must send."),
    ] = None,
    print_env: Annotated[
        bool,
        typer.Option(
            "--print-env",
            help="Start nothing: print OLLAMA_HOST and OLLAMA_API_KEY of the engine that runs, for"
            ' eval "$(hotseat engine --print-env)".',
        ),
    ] = False,
    max_loaded_models: Annotated[
        int | None,
        typer.Option(
            min=1,
            metavar="N",
            help="So many at once, as Ollama has it. Hotseat itself goes by its budget.",
            show_default="no limit",
        ),
    ] = None,
) -> None:
    """Serve Ollama's API over llama.cpp, for machines without Ollama. Only its user gets answers:
    the token that clients must send is in engine.json, in the runtime directory."""
    from hotseat.cli.experts import fail
    from hotseat.domain.errors import HotseatError
    from hotseat.engines.discovery import embedded_installed

    if not embedded_installed():
        fail(
            HotseatError(
                "the embedded engine is not installed", hint="pip install 'hotseat[embedded]'"
            )
        )
    if print_env:
        _print_env()
        return
    from hotseat.embedded.daemon import main

    status = main(
        host=host,
        port=port,
        store=store,
        idle_exit_s=idle_exit_s,
        token_env=token_env,
        max_loaded_models=max_loaded_models,
    )
    raise typer.Exit(status)


def _print_env() -> None:
    import asyncio
    import shlex

    from hotseat.cli.experts import fail
    from hotseat.domain.errors import HotseatError
    from hotseat.engines.discovery import running_embedded_url
    from hotseat.engines.runtime import read_engine_file

    url = asyncio.run(running_embedded_url())
    noted = read_engine_file()
    if url is None or noted is None or noted.url != url:
        fail(HotseatError("no embedded engine runs", hint="Start it: hotseat engine"))
    key = shlex.quote(noted.token)
    print(f"export OLLAMA_HOST={shlex.quote(url)} OLLAMA_API_KEY={key}")
