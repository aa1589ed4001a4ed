"""`hotseat engine`: the embedded engine in the foreground."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hotseat.cli.interrupts import run_async
from hotseat.embedded.schedule import Schedule, ScheduleSettings


def engine(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on; 0 takes any free port.")] = 0,
    store: Annotated[
        Path | None, typer.Option(help="The folder of the models.", show_default="data directory")
    ] = None,
    idle_exit_s: Annotated[
        float,
        typer.Option(help="Exit after this number of seconds without requests and loaded models."),
    ] = 300.0,
    token_env: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="The environment variable that holds the token that clients must send.",
        ),
    ] = None,
    print_env: Annotated[
        bool,
        typer.Option(
            "--print-env",
            help="Print OLLAMA_HOST and OLLAMA_API_KEY of the running engine instead of starting"
            ' one, for eval "$(hotseat engine --print-env)".',
        ),
    ] = False,
    schedule: Annotated[
        Schedule,
        typer.Option(
            help="The order of loads and requests. hotseat: loads run concurrently, two requests to"
            " one model too, and adapters share their base. ollama: as an Ollama daemon schedules,"
            " for tests: one load at a time, one request to a model at a time, a load for each"
            " adapter; models stay in memory when the engine is killed.",
        ),
    ] = Schedule.HOTSEAT,
    max_loaded_models: Annotated[
        int | None,
        typer.Option(
            min=1,
            metavar="N",
            help="The highest number of models in memory, as OLLAMA_MAX_LOADED_MODELS; Hotseat uses"
            " its budget.",
            show_default="no limit; 3 with --schedule ollama",
        ),
    ] = None,
    parallel: Annotated[
        int | None,
        typer.Option(
            min=1,
            metavar="N",
            help="The number of requests to one model that run at once, as OLLAMA_NUM_PARALLEL."
            " Each needs memory for a context of its own.",
            show_default="2; 1 with --schedule ollama",
        ),
    ] = None,
    keep_prompts: Annotated[
        str,
        typer.Option(
            metavar="SIZE",
            help="The most memory for prompts that are kept to be used again, of all models"
            " together; 0 keeps none. Hotseat's windows set it by `keep_prompts` of experts.yaml.",
        ),
    ] = "256MB",
    no_spare: Annotated[
        bool,
        typer.Option(
            "--no-spare",
            help="Start no process ahead, which waits with llama.cpp imported to make the next load"
            " shorter.",
        ),
    ] = False,
) -> None:
    """Serve Ollama's API over llama.cpp, for machines without Ollama.

    The engine answers only its own user: clients must send the token in engine.json, which is in
    the runtime directory.
    """
    from hotseat.domain.errors import HotseatError
    from hotseat.engines.discovery import embedded_installed

    if not embedded_installed():
        from hotseat.cli.experts import fail

        fail(
            HotseatError(
                "The embedded engine is not installed", hint="pip install 'hotseat[embedded]'"
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
        schedule=ScheduleSettings(
            schedule=schedule,
            max_models=max_loaded_models,
            n_slots=parallel,
            kept_bytes=_size(keep_prompts),
            has_spare=not no_spare,
        ),
    )
    raise typer.Exit(status)


def _size(text: str) -> int:
    from hotseat.roster.units import parse_size

    try:
        return parse_size(text)
    except ValueError as error:
        hint = f"{error}; write it as 256MB"
        raise typer.BadParameter(hint, param_hint="--keep-prompts") from None


def _print_env() -> None:
    import shlex

    from hotseat.cli.experts import fail
    from hotseat.domain.errors import HotseatError
    from hotseat.engines.discovery import running_embedded_url
    from hotseat.engines.runtime import read_engine_file

    url = run_async(running_embedded_url())
    noted = read_engine_file()
    if url is None or noted is None or noted.url != url:
        fail(HotseatError("No embedded engine is running", hint="Start it with `hotseat engine`"))
    key = shlex.quote(noted.token)
    print(f"export OLLAMA_HOST={shlex.quote(url)} OLLAMA_API_KEY={key}")
