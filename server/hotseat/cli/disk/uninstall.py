"""`hotseat uninstall`: list and remove everything that Hotseat has written."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hotseat.cli.experts import JsonOption, fail, size_text
from hotseat.domain.errors import HotseatError

if TYPE_CHECKING:
    from hotseat.cli.disk.places import Place

END_S = 10.0
"""For the embedded engine to end its models' processes and itself."""


def uninstall(
    data: Annotated[
        bool, typer.Option("--data", help="Remove what is listed, after asking.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Remove without asking.")] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Remove even while an editor window uses Hotseat.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """List everything that Hotseat has written on this machine, and remove it with --data.

    That is models, statistics, habits, your roster, downloads, and the servers that VS Code
    installed. Models in an Ollama stay. The program itself is removed by the tool that installed
    it, such as `pip uninstall hotseat`.
    """
    from hotseat.cli.disk.library import confirm
    from hotseat.cli.disk.places import places

    found = places()
    if as_json:
        if data:
            fail(HotseatError("--json only lists", hint="Leave out --json, or --data"))
        print(json.dumps([_as_json(place) for place in found], indent=2))
        return
    _list(found)
    if not data:
        if found:
            print("`hotseat uninstall --data` removes all of it.")
        return
    if not found:
        return
    try:
        if not force and is_in_use():
            raise HotseatError(
                "An editor window uses Hotseat", hint="Close all windows first, or add --force"
            )
        confirm("Remove all of it?", yes=yes)
        end_engine()
    except HotseatError as error:
        fail(error)
    if not _remove(found):
        raise typer.Exit(1)
    print("Everything is removed. `pip uninstall hotseat` removes the program.")


def is_in_use() -> bool:
    """Return whether a window holds a keeper's lock."""
    from hotseat.engines.hung import is_held
    from hotseat.engines.runtime import runtime_path

    return any(is_held(lock) for lock in runtime_path().glob("keeper-*.lock"))


def end_engine() -> None:
    """End the embedded engine if it runs. Raises HotseatError if it does not end."""
    import psutil

    from hotseat.engines.hung import lock_holder
    from hotseat.engines.runtime import read_engine_file

    noted = read_engine_file()
    process = None if noted is None else lock_holder(noted)
    if process is None:
        return
    with suppress(psutil.NoSuchProcess):
        process.terminate()
        try:
            process.wait(END_S)
        except psutil.TimeoutExpired:
            raise HotseatError(
                f"The embedded engine (process {process.pid}) does not end",
                hint=f"kill -9 {process.pid}",
            ) from None


def _list(found: Sequence[Place]) -> None:
    from hotseat.cli.disk.places import size_bytes

    for place in found:
        print(f"{place.path}  ({size_text(size_bytes(place))}: {place.what})")
    if not found:
        print("Hotseat has written nothing on this machine.")


def _as_json(place: Place) -> dict[str, Any]:
    from hotseat.cli.disk.places import size_bytes

    return {"path": str(place.path), "what": place.what, "bytes": size_bytes(place)}


def _remove(found: Sequence[Place]) -> bool:
    """Remove the places. Return whether all are gone; what stays is said on stderr."""
    all_gone = True
    for place in found:
        for path in place.parts():
            try:
                _remove_one(path)
            except OSError as error:
                print(f"hotseat: {path} stays: {error.strerror or error}", file=sys.stderr)
                all_gone = False
        with suppress(OSError):  # not empty: something else is there
            place.path.rmdir()
    return all_gone


def _remove_one(path: Path) -> None:
    if path.is_symlink():
        target = path.resolve()
        path.unlink()
        print(f"{path} was a link: {target} stays.")
    elif path.is_dir():
        for link in (p for p in path.iterdir() if p.is_symlink()):
            print(f"{link} was a link: {link.resolve()} stays.")
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
        _forget_in_bashrc(path)


def _forget_in_bashrc(script: Path) -> None:
    """Remove the line by which bash reads the script of completions, which is gone."""
    bashrc = Path.home() / ".bashrc"
    if script.parent.name != ".bash_completions" or not bashrc.is_file():
        return
    lines = bashrc.read_text("utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not (line.startswith("source ") and str(script) in line)]
    if kept != lines:
        bashrc.write_text("".join(kept), "utf-8")
