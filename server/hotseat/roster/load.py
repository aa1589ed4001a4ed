"""Reading rosters: the shipped one, the user's laid over it, the workspace's over both.

The valid part of a file is used, and the rest is reported: nothing here raises for what a user
wrote. A roster file is

- the user's: `experts.yaml` in their configuration folder, or where HOTSEAT_EXPERTS says;
- a workspace's: `.hotseat/experts.yaml` in it, and only there, for a file of that name at the top
  of a repository may be anything.
"""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import platformdirs

from hotseat.domain.errors import RosterError
from hotseat.domain.experts import Roster
from hotseat.domain.network import NetworkRule
from hotseat.roster import network
from hotseat.roster.build import EMPTY, build
from hotseat.roster.diagnostics import Diagnostic, Severity, Span
from hotseat.roster.layer import ADAPTERS, ADAPTERS_HINT, NO_ADAPTERS, shipped_adapters
from hotseat.roster.regular_file import read_regular
from hotseat.roster.shipped import (
    DEFAULT,
    read_shipped,
    shipped_names,
    shipped_path,
    shipped_roster,
)
from hotseat.roster.tree import MAX_BYTES, Map, TreeError, parse, remove_at
from hotseat.roster.validate import Reporter

Origin = Literal["shipped", "user", "workspace"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterResult:
    """A roster that can be used, and what was wrong with the files, in the order read."""

    roster: Roster
    diagnostics: tuple[Diagnostic, ...] = ()
    files: tuple[Path, ...] = ()
    """The user's and the workspace's files that were looked for; watch them for changes."""
    base: str = DEFAULT
    """The name of the shipped roster that the files are laid over."""
    base_chosen: bool = False
    """The user named it, with `--roster` or `use:`. Otherwise it depends on the engine."""
    is_broken: bool = False
    """A file is there, and nothing of it could be read: it is not YAML, for example."""


def user_path() -> Path:
    """Return the path of the user's own roster; it may not exist."""
    named = os.environ.get("HOTSEAT_EXPERTS")
    return Path(named).expanduser() if named else platformdirs.user_config_path("hotseat") / _FILE


def workspace_path(workspace: Path) -> Path:
    """The roster of the workspace in that folder; it may not exist."""
    return workspace / ".hotseat" / _FILE


def load_text(
    text: str,
    *,
    filename: str,
    base: Roster | None,
    trusted: bool = True,
    origin: Origin = "user",
) -> RosterResult:
    """One file laid over `base` (None: over nothing), from text that an editor may hold unsaved.

    A user's file that says `use:` is laid over that shipped roster instead of `base`.
    `trusted` counts for workspace files only.
    """
    return _load(text, filename=filename, base=base, trusted=trusted, origin=origin, use=None)


def load_paths(
    user: Path | None,
    workspace: Path | None,
    *,
    trusted: bool = False,
    use: str | None = None,
    base: str = DEFAULT,
) -> RosterResult:
    """Shipped ← the user's file ← the workspace's; `workspace` is its folder.

    A file that does not exist is no error, unless HOTSEAT_EXPERTS names it. `use` names the
    shipped roster and overrides the user's own `use:`; `base` names it where neither says
    anything. Raises RosterError if there is none such.
    """
    name = use or base
    result = RosterResult(roster=shipped_roster(name), base=name, base_chosen=use is not None)
    if user is not None:
        result = _overlay(result, user, origin="user", trusted=True, use=use)
    if workspace is not None:
        path = workspace_path(workspace)
        result = _overlay(result, path, origin="workspace", trusted=trusted, use=use)
    return result


def load_choice(
    choice: str | None, workspace: Path | None, *, trusted: bool, base: str = DEFAULT
) -> RosterResult:
    """What `--roster` says: nothing (the user's roster), a shipped roster's name, or a file in
    place of the user's. The workspace's file is laid over it in any case. `base` names the
    shipped roster below a file without `use:`; `hotseat.session.rosters.read_roster` finds the one
    that fits the machine.

    Raises RosterError when it is neither, or the package with its adapters is not installed.
    """
    if choice is None:
        return load_paths(user_path(), workspace, trusted=trusted, base=base)
    if choice == ADAPTERS and shipped_adapters() is None:
        raise RosterError(NO_ADAPTERS, hint=ADAPTERS_HINT)
    if choice in shipped_names():
        result = load_paths(None, workspace, trusted=trusted, use=choice)
        return _within(result, user_network())
    path = Path(choice).expanduser()
    if not path.is_file():
        names = ", ".join(shipped_names())
        raise RosterError(f"there is no roster '{choice}'", hint=f"Name a file, or one of: {names}")
    return _within(load_paths(path, workspace, trusted=trusted, base=base), user_network())


def user_network() -> NetworkRule:
    """Return how far Hotseat may connect, by the user's own file. Raises nothing for bad files."""
    return load_paths(user_path(), None).roster.network


_FILE = "experts.yaml"


def _within(result: RosterResult, rule: NetworkRule) -> RosterResult:
    roster = result.roster
    return replace(result, roster=replace(roster, network=roster.network.within(rule)))


def _overlay(
    below: RosterResult, path: Path, *, origin: Origin, trusted: bool, use: str | None
) -> RosterResult:
    files = (*below.files, path)
    inside = _workspace_of(path) if origin == "workspace" else None
    try:
        text = read_regular(path, max_bytes=MAX_BYTES, inside=inside).decode("utf-8-sig")
    except FileNotFoundError:
        named = origin == "user" and "HOTSEAT_EXPERTS" in os.environ
        problem = "there is no such file" if named else None
        hint = "HOTSEAT_EXPERTS names it"
        is_broken = False
    except UnicodeDecodeError:
        problem, hint = "the file is not UTF-8", "Save it as UTF-8"
        is_broken = True
    except OSError as error:
        problem, hint = f"the file cannot be read: {error.strerror}", _how_to_read(error)
        is_broken = True
    else:
        above = _load(
            text, filename=str(path), base=below.roster, trusted=trusted, origin=origin, use=use
        )
        diagnostics = (*below.diagnostics, *above.diagnostics)
        below = replace(below, is_broken=below.is_broken or above.is_broken)
        if above.base_chosen:
            below = replace(below, base=above.base, base_chosen=True)
        return replace(below, roster=above.roster, diagnostics=diagnostics, files=files)
    diagnostics = below.diagnostics
    if problem is not None:
        diagnostics += (_problem(str(path), Span(), problem, hint),)
    if is_broken and origin == "user":
        unreadable = network.of_unreadable(below.roster.network)
        below = replace(below, roster=replace(below.roster, network=unreadable))
    is_broken = below.is_broken or is_broken
    return replace(below, diagnostics=diagnostics, files=files, is_broken=is_broken)


def _load(
    text: str,
    *,
    filename: str,
    base: Roster | None,
    trusted: bool,
    origin: Origin,
    use: str | None,
) -> RosterResult:
    files = (Path(filename),)
    try:
        if origin == "shipped":
            shipped = read_shipped(text, filename)
            roster = shipped.rosters.get(DEFAULT, EMPTY)
            return RosterResult(roster=roster, diagnostics=shipped.diagnostics, files=files)
        tree = parse(text)
    except TreeError as error:
        diagnostic = _problem(filename, error.span, error.message, error.hint)
        kept = base or EMPTY
        if origin == "user":
            kept = replace(kept, network=network.of_broken(text, kept.network))
        return RosterResult(roster=kept, diagnostics=(diagnostic,), files=files, is_broken=True)
    reporter = Reporter(filename=filename, tree=tree)
    used = _used(tree, reporter, origin=origin, use=use)
    if used is not None:
        base = shipped_roster(used)
    untrusted_in = None
    if origin == "workspace" and not trusted:
        untrusted_in = _workspace_of(Path(filename))
    if origin == "workspace":
        network.refuse(tree, reporter)
    said = network.said_in(tree)
    roster = build(tree, reporter, base, untrusted_in=untrusted_in)
    below = (base or EMPTY).network
    is_users = origin == "user"
    roster = network.with_rule(roster, below, said) if is_users else replace(roster, network=below)
    result = RosterResult(roster=roster, diagnostics=reporter.diagnostics, files=files)
    return result if used is None else replace(result, base=used, base_chosen=True)


def _used(tree: Map, reporter: Reporter, *, origin: Origin, use: str | None) -> str | None:
    """The shipped roster that `use:` names and that counts; the key is taken out of the tree."""
    wanted = tree.get("use")
    if not isinstance(wanted, str):
        return None
    used = None
    if origin == "workspace":
        hint = "Say it in your own experts.yaml"
        reporter.error(("use",), "a workspace may not choose the roster below it", hint)
    elif use is None and wanted == ADAPTERS and shipped_adapters() is None:
        reporter.error(("use",), NO_ADAPTERS, ADAPTERS_HINT)
    elif use is None:
        try:
            shipped_roster(wanted)
            used = wanted
        except RosterError as error:
            reporter.error(("use",), error.message, error.hint)
    remove_at(tree, ("use",))
    return used


def _how_to_read(error: OSError) -> str:
    if error.errno in (errno.EACCES, errno.EPERM):
        return "Check its permissions"
    return f"Write a file of less than {MAX_BYTES // 1000} kB there"


def _workspace_of(path: Path) -> Path:
    folder = Path(os.path.abspath(path)).parent
    return folder.parent if folder.name == ".hotseat" else folder


def _problem(filename: str, span: Span, message: str, hint: str) -> Diagnostic:
    return Diagnostic(
        filename=filename, span=span, severity=Severity.ERROR, message=message, hint=hint
    )


__all__ = [
    "Diagnostic",
    "Origin",
    "RosterResult",
    "Severity",
    "load_choice",
    "load_paths",
    "load_text",
    "shipped_path",
    "shipped_roster",
    "user_path",
    "workspace_path",
]
