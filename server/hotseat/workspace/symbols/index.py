"""What others ask of a workspace's symbols: `find_symbol`, and the files.

Reads the store, and looks whether what it returns is still there. Every method blocks for some
milliseconds: not for the event loop. Builds nothing; that is `indexer`'s.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from hotseat.domain.symbols import Symbol
from hotseat.domain.syntax import Kind
from hotseat.storage.symbols import MAX_NAME_CHARS, SymbolStore
from hotseat.workspace.symbols.ranking import ranked, split_name

LIMIT = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexState:
    """What is known of the index itself."""

    n_files: int
    n_symbols: int
    is_built: bool
    """All files were looked at once."""
    problem: str
    """What was left out, and why; empty if nothing was."""


class SymbolIndex:
    """The symbols of one workspace. Methods raise HotseatError where the store cannot be used."""

    def __init__(self, workspace: Path, store: SymbolStore) -> None:
        self.workspace = workspace
        self.store = store

    def find_symbol(
        self,
        name: str,
        *,
        limit: int = LIMIT,
        kinds: Collection[Kind] = (),
        under: str = "",
    ) -> list[Symbol]:
        """Return the definitions that fit `name`, best first: exactly, by its beginning, its
        initials, a part, or mistyped. `Type.member` looks for members of that type.

        `kinds` limits them to these kinds, `under` to a file or folder of the workspace.
        """
        name = name[:MAX_NAME_CHARS]
        _, own = split_name(name)
        found = ranked(self.store.candidates(own), name)
        return self._present(
            [
                symbol
                for symbol in found
                if (not kinds or symbol.kind in kinds) and _is_under(symbol.path, under)
            ],
            limit,
        )

    def definitions_of(
        self, names: Sequence[str], *, limit_each: int = 5
    ) -> dict[str, list[Symbol]]:
        """Return the definitions of exactly these names, by name; names without one are left out.

        A name may be `Type.member`.
        """
        parts = {name: split_name(name) for name in names}
        owns = list(dict.fromkeys(own for _, own in parts.values() if own))
        by_name: dict[str, list[Symbol]] = {}
        for symbol in self.store.named(owns):
            by_name.setdefault(symbol.name, []).append(symbol)
        found = {}
        for name, (container, own) in parts.items():
            fitting = [s for s in by_name.get(own, ()) if not container or s.container == container]
            if present := self._present(ranked(fitting, own), limit_each):
                found[name] = present
        return found

    def files_like(self, text: str, *, limit: int = LIMIT) -> list[str]:
        """Return paths in the workspace that contain `text`: those whose name begins with it
        first, then the shortest."""
        folded = text.casefold()
        found = self.store.paths_like(text, limit=10 * limit)
        found.sort(
            key=lambda path: (
                not path.rpartition("/")[2].casefold().startswith(folded),
                folded not in path.rpartition("/")[2].casefold(),
                len(path),
                path,
            )
        )
        return found[:limit]

    def state(self) -> IndexState:
        """Return what is known of the index."""
        facts = self.store.facts()
        n_files, n_symbols = self.store.counts()
        return IndexState(
            n_files=n_files,
            n_symbols=n_symbols,
            is_built=facts.get("built") == "yes",
            problem=facts.get("problem", ""),
        )

    def _present(self, symbols: Sequence[Symbol], limit: int) -> list[Symbol]:
        """Return the first `limit` of those whose files are still there."""
        there: dict[str, bool] = {}
        found: list[Symbol] = []
        for symbol in symbols:
            if symbol.path not in there:
                there[symbol.path] = os.path.isfile(self.workspace / symbol.path)
            if there[symbol.path]:
                found.append(symbol)
            if len(found) == limit:
                break
        return found


def _is_under(path: str, under: str) -> bool:
    under = under.strip("/")
    return not under or path == under or path.startswith(f"{under}/")
