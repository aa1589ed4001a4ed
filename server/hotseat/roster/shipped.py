"""The rosters that come with Hotseat: experts.yaml, by name. Reads that one file, no other.

`code` is not in the file: it is the set for this machine's memory (`sets`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import psutil

from hotseat.domain.errors import RosterError
from hotseat.domain.experts import Roster
from hotseat.roster.build import build
from hotseat.roster.diagnostics import Diagnostic
from hotseat.roster.sets import CODE, CODE_SETS, code_set
from hotseat.roster.tree import Map, TreeError, parse
from hotseat.roster.validate import Reporter, did_you_mean

DEFAULT = "ollama"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippedFile:
    """Rosters by name; diagnostics are empty in anything that was released."""

    rosters: dict[str, Roster]
    diagnostics: tuple[Diagnostic, ...] = ()


def shipped_path() -> Path:
    """In the wheel beside this module; in an editable install at the top of the repository.

    Raises RosterError when it is in neither place.
    """
    packed = Path(__file__).with_name("experts.yaml")
    top = Path(__file__).parents[3] / "experts.yaml"
    for path in (packed, top):
        if path.is_file():
            return path
    raise RosterError(
        "experts.yaml, which comes with Hotseat, is gone", hint="Install Hotseat again"
    )


def shipped_names() -> tuple[str, ...]:
    """What `use:` may say."""
    return (*(name for name in _trees() if name not in CODE_SETS), CODE, *CODE_SETS)


@cache
def shipped_roster(name: str = DEFAULT) -> Roster:
    """Raises RosterError for a name that is not shipped, or when the file is broken."""
    if name not in shipped_names():
        hint = did_you_mean(name, shipped_names(), "There are: " + ", ".join(shipped_names()))
        raise RosterError(f"there is no roster '{name}'", hint=hint)
    if name == CODE:
        return shipped_roster(code_set(psutil.virtual_memory().total))
    trees = _trees()
    path = str(shipped_path())
    return build(trees[name], Reporter(filename=path, tree=trees[name]), None)


def read_shipped(text: str, filename: str) -> ShippedFile:
    """All rosters of such a file, with what is wrong in it. Raises TreeError."""
    rosters: dict[str, Roster] = {}
    diagnostics: list[Diagnostic] = []
    for name, tree in _named_trees(text).items():
        reporter = Reporter(filename=filename, tree=tree)
        rosters[name] = build(tree, reporter, None)
        diagnostics += reporter.diagnostics
    return ShippedFile(rosters=rosters, diagnostics=tuple(diagnostics))


@cache
def _trees() -> dict[str, Map]:
    path = shipped_path()
    try:
        return _named_trees(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise RosterError(f"{path} cannot be read: {error}", hint="Install Hotseat again") from None
    except TreeError as error:
        place = f"{path}:{error.span.line + 1}"
        raise RosterError(f"{place}: {error.message}", hint="Install Hotseat again") from None


def _named_trees(text: str) -> dict[str, Map]:
    tree = parse(text)
    rosters = tree.get("rosters")
    if not isinstance(rosters, Map):
        raise TreeError("the file holds no `rosters:`", tree.span)
    return {name: value for name, value in rosters.items() if isinstance(value, Map)}
