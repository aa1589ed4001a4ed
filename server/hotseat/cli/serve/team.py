"""`hotseat team`: the same experts for many developers, on Ray Serve."""

from __future__ import annotations

import json
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
