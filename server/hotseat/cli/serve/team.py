"""`hotseat team`: the same experts for many developers, on Ray Serve."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hotseat.cli.experts import fail, report
from hotseat.cli.help import HelpCommand, HelpGroup
from hotseat.domain.errors import HotseatError

if TYPE_CHECKING:
    from hotseat.team.config import TeamConfig

team = typer.Typer(
    help="Serve the same experts to many developers, on Ray Serve.",
    no_args_is_help=True,
    cls=HelpGroup,
)

TeamFile = Annotated[
    Path,
    typer.Argument(help="The file that describes the models and developers.", show_default=False),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


@team.command(cls=HelpCommand)
def config(path: TeamFile, as_json: JsonOption = False) -> None:
    """Check a team.yaml, and print Ray Serve's config for it.

    For an existing cluster; the files that it names must be on each of its machines.

    hotseat team config team.yaml > serve.yaml

    serve deploy serve.yaml
    """
    from hotseat.team.serve_config import serve_config

    rendered = serve_config(_checked(path))
    if as_json:
        print(json.dumps(rendered, indent=2))
        return
    import sys

    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.default_flow_style = False
    yaml.dump(rendered, sys.stdout)


@team.command(cls=HelpCommand)
def serve(path: TeamFile, as_json: JsonOption = False) -> None:
    """Start Ray on this machine and serve the models of a team.yaml until Ctrl-C.

    It listens on loopback only: a proxy in front of it adds TLS (docs/team.md). Running answers are
    finished before the end. --json prints one object for each line.

    hotseat team key anna --team team.yaml

    hotseat team serve team.yaml
    """
    checked = _checked(path)

    def say(text: str) -> None:
        print(json.dumps({"message": text}) if as_json else text, flush=True)

    try:
        from hotseat.team import daemon

        for warning in daemon.check(checked):
            say(f"hotseat team: {warning}")
        daemon.serve(checked, say=say)
    except HotseatError as error:
        fail(error)


@team.command(cls=HelpCommand)
def key(
    name: Annotated[
        str, typer.Argument(help="The developer who gets the key.", show_default=False)
    ],
    path: Annotated[
        Path, typer.Option("--team", help="The file that names the file of keys.")
    ] = Path("team.yaml"),
    remove: Annotated[bool, typer.Option("--remove", help="Remove the developer's keys.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Make a key for a developer, print it once, and store its hash.

    A running server takes it, or its removal, within seconds.

    hotseat team key anna

    hotseat team key anna --remove
    """
    checked = _checked(path)
    try:
        from hotseat.team.keys import add_key, remove_keys
        from hotseat.team.schema import NAME

        if not NAME.fullmatch(name):
            raise HotseatError(
                f"'{name}' is not a name", hint="Small letters, digits, '.', '_' and '-'"
            )
        if remove:
            n_removed = remove_keys(checked.keys_path, name)
            found = {"developer": name, "removed": n_removed}
            text = f"{n_removed} keys of {name} are removed."
        else:
            token = add_key(checked.keys_path, name)
            found = {"developer": name, "key": token}
            text = token
    except HotseatError as error:
        fail(error)
    print(json.dumps(found) if as_json else text)


@team.command(cls=HelpCommand)
def size(
    developers: Annotated[int, typer.Option(min=1, help="Developers who use the server.")],
    models: Annotated[int, typer.Option(min=1, help="Models of the whole team.")],
    model_bytes: Annotated[
        str, typer.Option("--bytes", metavar="SIZE", help="Memory of one model, such as 2GB.")
    ],
    memory: Annotated[
        str, typer.Option(metavar="SIZE", help="Memory of one replica: bytes_per_replica.")
    ],
    stall: Annotated[
        float,
        typer.Option(min=0.0, help="Seconds that 95 % of the requests may wait beside the answer."),
    ] = 0.5,
    load_s: Annotated[float, typer.Option(min=0.0, help="Seconds that a load takes.")] = 2.0,
    answer_s: Annotated[
        float, typer.Option(min=0.0, help="Seconds that an answer takes without a load.")
    ] = 0.6,
    parallel: Annotated[
        int, typer.Option(min=1, help="Requests that one model answers at once.")
    ] = 2,
    hours: Annotated[
        float, typer.Option(min=0.01, help="Hours of work to simulate for each size.")
    ] = 1.0,
    plot: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write a plot of stalls to this SVG file."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Estimate how many replicas a team needs, by a simulation with the server's own policy.

    Developers switch languages and pause as in the histories that come with Hotseat, and their
    keepers send hints. Measure --load-s and --answer-s with your models on your machines.

    hotseat team size --developers 200 --models 12 --bytes 2GB --memory 8GB --plot size.svg
    """
    from dataclasses import asdict

    try:
        from hotseat.lab.simulate.team import size as sizing
        from hotseat.roster.units import parse_size

        team_of = sizing.Team(
            developers=developers,
            models=models,
            model_bytes=_bytes(parse_size, model_bytes),
            bytes_per_replica=_bytes(parse_size, memory),
            parallel=parallel,
            load_s=load_s,
            first_s=min(0.1, answer_s),
            answer_s=answer_s,
            day_s=hours * 3600,
        )

        def say(point: sizing.Point) -> None:
            if not as_json:
                text = f"{point.replicas:4} replicas: p95 {point.p95_s:.2f} s, mean "
                print(f"{text}{point.mean_s:.3f} s, {point.loads} loads, {point.requests} requests")

        found = sizing.size(team_of, stall, say)
        if plot is not None:
            plot.write_text(sizing.chart(found, f"{developers} developers, {models} models"))
    except HotseatError as error:
        fail(error)
    except OSError as error:
        fail(HotseatError(f"{plot} cannot be written: {error.strerror}"))
    if as_json:
        print(json.dumps(asdict(found), indent=2))
    else:
        print(f"{found.replicas} replicas are enough for a p95 stall of {stall:g} s.")


def _bytes(parse: Callable[[object], object], text: str) -> int:
    try:
        value = parse(text)
    except ValueError as error:
        raise HotseatError(str(error), hint="Write it as 4GB or 512MB") from None
    assert isinstance(value, int)
    return value


def _checked(path: Path) -> TeamConfig:
    """Return the config, or print what is wrong with it and exit with status 1."""
    try:
        from hotseat.team.schema import load_team

        result = load_team(path)
    except HotseatError as error:
        fail(error)
    report(result.diagnostics)
    if result.config is None:
        raise typer.Exit(1)
    return result.config
