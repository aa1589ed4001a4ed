"""The names of the models that Hotseat loaded, in a file next to the keeper's socket: the next
keeper, after a crash too, must know which ones it may unload."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_PREFIX, _SUFFIX = "keeper-", ".loaded.json"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnedFile:
    """What the last keeper of an engine noted. `instance` is empty for a plain Ollama."""

    names: frozenset[str]
    instance: str
    url: str


def owned_path(folder: Path, key: str) -> Path:
    """Return the path of the file for an engine (`EngineAddress.key`)."""
    return folder / f"{_PREFIX}{key}{_SUFFIX}"


def owned_files(folder: Path) -> dict[str, OwnedFile]:
    """Return what keepers have noted, by the key of the engine."""
    found = {}
    for path in sorted(folder.glob(f"{_PREFIX}*{_SUFFIX}")):
        with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
            noted = json.loads(path.read_text())
            found[path.name.removeprefix(_PREFIX).removesuffix(_SUFFIX)] = OwnedFile(
                names=frozenset(map(str, noted["names"])),
                instance=str(noted["instance"]),
                url=str(noted.get("url", "")),
            )
    return found


class OwnedModels:
    """The file is small and rewritten whole. A file that cannot be written is only logged."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._instance = self._url = ""
        self._names: set[str] = set()
        self._loading: dict[str, int] = {}
        """Those that have not been seen in memory since their load began, with the pid of the
        keeper that began it (0: not known)."""
        self._begun: set[str] = set()
        """Those whose load this keeper has begun."""

    def attach(self, instance: str, url: str = "") -> None:
        """Read the names of this engine's models; forget those of an earlier engine instance.

        `instance` is empty for a plain Ollama. `url` is noted for commands without a keeper.
        """
        self._instance, self._url = instance, url
        try:
            noted = json.loads(self._path.read_text())
            same = noted["instance"] == instance
            self._names = set(map(str, noted["names"])) if same else set()
            # A file without it is from an earlier version: any of them may be loading.
            loading = _pids(noted.get("loading", self._names))
            self._loading = {name: pid for name, pid in loading.items() if name in self._names}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            self._names, self._loading = set(), {}

    def names(self) -> frozenset[str]:
        return frozenset(self._names)

    def loading(self) -> frozenset[str]:
        """Return the models whose load has begun, by this keeper or an earlier one, and that were
        not seen in memory since."""
        return frozenset(self._loading)

    def inherited_loads(self) -> dict[str, int]:
        """Return those of them that an earlier keeper began, with its pid (0: not known)."""
        return {name: pid for name, pid in self._loading.items() if name not in self._begun}

    def add(self, name: str) -> None:
        """Note a model that is in memory, and was loaded by Hotseat."""
        if name not in self._names:
            self._names.add(name)
            self._write()

    def begin_load(self, name: str) -> None:
        """Call it before the load begins: then a crash during the load forgets nothing."""
        self._begun.add(name)
        if self._loading.get(name) != os.getpid():
            self._names.add(name)
            self._loading[name] = os.getpid()
            self._write()

    def seen(self, names: set[str]) -> None:
        """These models are in memory: their loads have ended."""
        if self._loading.keys() & names:
            self._keep_loading(self._loading.keys() - names)
            self._write()

    def discard(self, name: str) -> None:
        """The model was unloaded."""
        if name in self._names:
            self._names.remove(name)
            self._loading.pop(name, None)
            self._write()

    def replace(self, names: Collection[str]) -> None:
        """These are all."""
        if self._names != set(names):
            self._names = set(names)
            self._keep_loading(self._names)
            self._write()

    def keep_only(self, names: set[str]) -> None:
        """Forget all others."""
        if not self._names <= names:
            self._names &= names
            self._keep_loading(names)
            self._write()

    def _keep_loading(self, names: Collection[str]) -> None:
        self._loading = {name: pid for name, pid in self._loading.items() if name in names}

    def _write(self) -> None:
        draft = self._path.with_suffix(".tmp")
        try:
            noted = {
                "instance": self._instance,
                "url": self._url,
                "names": sorted(self._names),
                "loading": dict(sorted(self._loading.items())),
            }
            draft.write_text(json.dumps(noted))
            os.replace(draft, self._path)
        except OSError as error:  # the next keeper will take them for models of other programs
            log.warning("The names of the loaded models cannot be written: %s", error)


def _pids(loading: object) -> dict[str, int]:
    """Return the pids of the keepers by the models that they load. Earlier versions noted only the
    names. Raises TypeError and ValueError."""
    if isinstance(loading, dict):
        return {str(name): int(pid) for name, pid in loading.items()}
    if not isinstance(loading, list | set):
        raise TypeError(f"{loading!r} are no names")
    return dict.fromkeys(map(str, loading), 0)
