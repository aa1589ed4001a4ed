"""`hotseat trust`: workspaces whose own roster may name hosts, paths and budgets."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hotseat.cli.experts import fail
from hotseat.domain.errors import HotseatError

if TYPE_CHECKING:
    from hotseat.session.trusted import TrustedWorkspaces


def trust(
    path: Annotated[
        Path | None, typer.Argument(help="The folder of the workspace.", show_default=False)
    ] = None,
    show: Annotated[bool, typer.Option("--list", help="List the trusted workspaces.")] = False,
    remove: Annotated[
        bool, typer.Option("--remove", help="Withdraw the trust in the workspace.")
    ] = False,
) -> None:
    """Trust a workspace's own .hotseat/experts.yaml in its current version.

    Without trust, it may not choose the engine, hosts, the budget or files outside the workspace,
    or change a model of yours. When the file changes, it has to be trusted again. An editor with
    its own workspace trust (VS Code) decides for its windows.

    hotseat trust ~/src/shop

    hotseat trust --list

    hotseat trust --remove ~/src/shop
    """
    from hotseat.session.trusted import TrustedWorkspaces

    store = TrustedWorkspaces()
    try:
        if show:
            _list(store)
            return
        if path is None:
            raise HotseatError("No workspace is named", hint="Use `hotseat trust PATH`, or --list")
        workspace = path.expanduser().absolute()
        if remove:
            store.remove(workspace)
            print(f"{workspace} is no longer trusted.")
            return
        withheld = _withheld(workspace)
        store.add(workspace)
    except HotseatError as error:
        fail(error)
    print(f"{workspace} is trusted, with the current version of its roster.")
    if withheld:
        print("These settings were withheld from it:")
    for line in withheld:
        print(f"  {line}")
    print("Open editors apply this within seconds.")


def _list(store: TrustedWorkspaces) -> None:
    known = store.all()
    if not known:
        print("No workspace is trusted.")
    for folder in sorted(known):
        changed = "" if store.trusts(Path(folder)) else "  (its roster has changed: trust it again)"
        print(f"{folder}{changed}")


def _withheld(workspace: Path) -> list[str]:
    """Return the diagnostics of the settings that take effect only with trust."""
    from hotseat.roster.load import load_paths, user_path

    def found(trusted: bool) -> list[str]:
        result = load_paths(user_path(), workspace, trusted=trusted)
        return [f"line {d.line + 1}: {d.message}" for d in result.diagnostics]

    anyway = found(True)
    return [line for line in found(False) if line not in anyway]
