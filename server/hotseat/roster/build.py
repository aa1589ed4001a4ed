"""From a file's values to a roster: validate, restrict, merge, and the checks that need the
outcome. What `load` and `shipped` have in common; it reads no file.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from hotseat.domain.experts import Roster
from hotseat.roster.language_ids import KNOWN
from hotseat.roster.layer import (
    ADAPTERS_HINT,
    NO_ADAPTERS,
    Layer,
    layer_of,
    names_shipped,
    shipped_adapters,
    without_duplicates,
)
from hotseat.roster.merge import merge
from hotseat.roster.schema import ExpertEntry, GeneralistEntry, RosterFile
from hotseat.roster.tree import Map
from hotseat.roster.trust import restrict
from hotseat.roster.validate import Path as TreePath
from hotseat.roster.validate import Reporter, did_you_mean, validate

EMPTY = Roster()


def build(
    tree: Map, reporter: Reporter, base: Roster | None, *, untrusted_in: Path | None = None
) -> Roster:
    """`base` with the file laid over it; what is wrong goes to the reporter.

    `untrusted_in` is the workspace's folder when the file belongs to one that is not trusted.
    """
    file = validate(reporter)
    _check_shipped(file, reporter)
    layer, repeated = without_duplicates(layer_of(file, reporter.filename))
    for path, name in repeated:
        reporter.error(path, f"there are two experts '{name}'", "The first one is used")
    below = base or EMPTY
    if untrusted_in is not None:
        layer = restrict(layer, below, reporter, untrusted_in)
    _check_languages(layer, reporter)
    return merge(layer, below, reporter, first=untrusted_in is None)


def _check_shipped(file: RosterFile, reporter: Reporter) -> None:
    """Report entries that name shipped adapters while these are not installed."""
    entries: list[tuple[TreePath, ExpertEntry | GeneralistEntry]] = [
        (("experts", i), entry) for i, entry in enumerate(file.experts or ())
    ]
    if file.generalist is not None:
        entries.append((("generalist",), file.generalist))
    named = [path for path, entry in entries if names_shipped(entry)]
    for path in named if named and shipped_adapters() is None else ():
        reporter.error((*path, "adapter"), NO_ADAPTERS, ADAPTERS_HINT)


def _check_languages(layer: Layer, reporter: Reporter) -> None:
    for language in layer.languages:
        _check_language(language, ("languages", language), reporter, key=True)
    server: dict[str, str] = {}
    for path, entry in layer.experts:
        for i, language in enumerate(entry.languages or ()):
            place = (*path, "languages", i)
            _check_language(language, place, reporter)
            first = server.setdefault(language, entry.name)
            if first != entry.name:
                hint = f"'{first}' comes first and serves it"
                reporter.warning(place, f"'{language}' is listed by two experts", hint)


def _check_language(
    language: str, path: tuple[str | int, ...], reporter: Reporter, *, key: bool = False
) -> None:
    if language not in KNOWN:
        hint = partial(did_you_mean, language, KNOWN, "Write the id that your editor sends")
        reporter.warning(
            path, f"'{language}' is not a language id that editors send", hint, key=key
        )
