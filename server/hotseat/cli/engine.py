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
    """Serve Ollama's API over llama.cpp, for machines without Ollama."""
    from hotseat.cli.experts import fail
    from hotseat.domain.errors import HotseatError
    from hotseat.keeper.engine_discovery import embedded_installed

    if not embedded_installed():
        fail(
            HotseatError(
                "the embedded engine is not installed", hint="pip install 'hotseat[embedded]'"
            )
        )
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
