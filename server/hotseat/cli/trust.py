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
        Path | None, typer.Argument(help="The workspace's folder.", show_default=False)
    ] = None,
    show: Annotated[bool, typer.Option("--list", help="Show what is trusted.")] = False,
    remove: Annotated[bool, typer.Option("--remove", help="Trust it no longer.")] = False,
) -> None:
    """Trust a workspace's own .hotseat/experts.yaml, as it is now.

    Until then it may not choose the engine, hosts, the budget, files outside
    the workspace, or change a model of yours. When the file changes, it has to
    be trusted anew. An editor that knows of trust itself (VS Code) decides for
    its windows.

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
            raise HotseatError("Which workspace?", hint="hotseat trust PATH, or --list")
        workspace = path.expanduser().absolute()
        if remove:
            store.remove(workspace)
            print(f"{workspace} is not trusted any more.")
            return
        withheld = _withheld(workspace)
        store.add(workspace)
    except HotseatError as error:
        fail(error)
    print(f"{workspace} is trusted, with its roster as it is now.")
    if withheld:
        print("This was withheld from it:")
    for line in withheld:
        print(f"  {line}")
    print("Editors that are open follow within seconds.")


def _list(store: TrustedWorkspaces) -> None:
    known = store.all()
    if not known:
        print("No workspace is trusted.")
    for folder in sorted(known):
        changed = "" if store.trusts(Path(folder)) else "  (its roster has changed: trust it anew)"
        print(f"{folder}{changed}")


def _withheld(workspace: Path) -> list[str]:
    """What the roster says that counts only now."""
    from hotseat.roster.load import load_paths, user_path

    def found(trusted: bool) -> list[str]:
        result = load_paths(user_path(), workspace, trusted=trusted)
        return [f"line {d.line + 1}: {d.message}" for d in result.diagnostics]

    anyway = found(True)
    return [line for line in found(False) if line not in anyway]
