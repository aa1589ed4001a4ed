"""Names of the models that Hotseat loaded, kept beside the keeper's socket: the next keeper, after
a crash too, must know which ones it may unload."""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path

log = logging.getLogger(__name__)


class LoadedNames:
    """Small and rewritten whole. `attach` forgets what an earlier engine instance held."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._instance = ""
        self._names: set[str] = set()

    def attach(self, instance: str) -> None:
        """Read what was noted for this engine; `instance` is empty for a plain Ollama."""
        self._instance = instance
        try:
            noted = json.loads(self._path.read_text())
            same = noted["instance"] == instance
            self._names = set(map(str, noted["names"])) if same else set()
        except (OSError, ValueError, KeyError, TypeError):
            self._names = set()

    def names(self) -> frozenset[str]:
        return frozenset(self._names)

    def add(self, name: str) -> None:
        """Before the load begins, so that a crash in the middle of it forgets nothing."""
        if name not in self._names:
            self._names.add(name)
            self._write()

    def discard(self, name: str) -> None:
        if name in self._names:
            self._names.remove(name)
            self._write()

    def keep_only(self, names: set[str]) -> None:
        """Forget all others."""
        if not self._names <= names:
            self._names &= names
            self._write()

    def _write(self) -> None:
        draft = self._path.with_suffix(".tmp")
        try:
            draft.write_text(json.dumps({"instance": self._instance, "names": sorted(self._names)}))
            os.replace(draft, self._path)
        except OSError as error:  # the next keeper will take our models for others'
            log.warning("Not noted which models are loaded: %s", error)
