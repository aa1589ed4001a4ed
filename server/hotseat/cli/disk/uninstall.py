"""`hotseat uninstall`: list and remove everything that Hotseat has written."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
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
    it, such as `pip uninstall hotseat`. --json does not ask: with --data it needs --yes.
    """
    from hotseat.cli.disk.library import confirm
    from hotseat.cli.disk.places import places, size_bytes

    found = places()
    sizes = {place.path: size_bytes(place) for place in found}
    if not as_json:
        _list(found, sizes)
    if data and found:
        try:
            _make_sure(force=force)
            if as_json and not yes:
                raise HotseatError("--json does not ask", hint="Add --yes to remove all of it")
            confirm("Remove all of it?", yes=yes)
            end_engine()
        except HotseatError as error:
            fail(error)
        _remove(found, on_note=partial(print, file=sys.stderr if as_json else sys.stdout))
    stays = [place for place in found if place.parts()]
    if as_json:
        listed = [_as_json(place, sizes[place.path], removed=place not in stays) for place in found]
        print(json.dumps(listed, indent=2))
    elif found and not data:
        print("`hotseat uninstall --data` removes all of it.")
    elif found and not stays:
        print("Everything is removed. `pip uninstall hotseat` removes the program.")
    if data and stays:
        raise typer.Exit(1)


def _make_sure(*, force: bool) -> None:
    """Raises HotseatError if a window uses Hotseat."""
    if not force and is_in_use():
        raise HotseatError(
            "An editor window uses Hotseat", hint="Close all windows first, or add --force"
        )


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


def _list(found: Sequence[Place], sizes: Mapping[Path, int]) -> None:
    for place in found:
        print(f"{place.path}  ({size_text(sizes[place.path])}: {place.what})")
    if not found:
        print("Hotseat has written nothing on this machine.")


def _as_json(place: Place, size_bytes: int, *, removed: bool) -> dict[str, Any]:
    return {
        "path": str(place.path),
        "what": place.what,
        "bytes": size_bytes,
        "removed": removed,
    }


def _remove(found: Sequence[Place], on_note: Callable[[str], None]) -> None:
    """Remove the places. What stays is reported on stderr; `on_note` gets other remarks."""
    for place in found:
        for path in place.parts():
            try:
                _remove_one(path, on_note)
            except OSError as error:
                print(f"hotseat: {path} stays: {error.strerror or error}", file=sys.stderr)
        with suppress(OSError):  # not empty: something else is there
            place.path.rmdir()


def _remove_one(path: Path, on_note: Callable[[str], None]) -> None:
    if path.is_symlink():
        target = path.resolve()
        path.unlink()
        on_note(f"{path} was a link: {target} stays.")
    elif path.is_dir():
        for link in (p for p in path.iterdir() if p.is_symlink()):
            on_note(f"{link} was a link: {link.resolve()} stays.")
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
