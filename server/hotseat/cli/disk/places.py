"""Every place where Hotseat writes on this machine, for `hotseat uninstall` (docs/files.md)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from hotseat.domain.errors import HotseatError
from hotseat.engines.runtime import runtime_dir, runtime_path
from hotseat.machine.platforms import editors_folder

EXTENSION = "hotseat.hotseat"
"""The folder of the VS Code extension in an editor's storage: publisher and name."""
_PRODUCTS = ("Code", "Code - Insiders", "Code - OSS", "VSCodium", "Cursor", "Windsurf")
_SERVERS = (
    ".vscode-server",
    ".vscode-server-insiders",
    ".vscode-remote",
    ".vscodium-server",
    ".cursor-server",
    ".windsurf-server",
)
ROSTER_NAMES = ("experts.yaml", "experts.yaml.before-*")
RUNTIME_NAMES = ("engine.*", "engine-*", "keeper-*", "children-*")
_IN_PRODUCT = Path("User") / "globalStorage" / EXTENSION


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A file or a folder.

    `names` are patterns of what is Hotseat's in a folder that the user may have chosen for other
    things too; without them all of it is.
    """

    path: Path
    what: str
    names: tuple[str, ...] = ()

    def parts(self) -> list[Path]:
        """Return the paths to remove."""
        if not self.names:
            return [self.path] if os.path.lexists(self.path) else []
        return sorted({part for name in self.names for part in self.path.glob(name)})


def places() -> list[Place]:
    """Return the places that exist, the largest kinds first. Reads directories."""
    found = [
        *_of_hotseat(),
        *(Place(path=path, what="server of the VS Code extension") for path in _storages()),
        *(Place(path=path, what="completion in shells") for path in _completions()),
    ]
    return [place for place in found if place.parts()]


def _of_hotseat() -> Iterator[Place]:
    data = platformdirs.user_data_path("hotseat")
    yield Place(path=data, what="models, adapters, statistics, habits, trusted workspaces")
    yield Place(path=platformdirs.user_cache_path("hotseat"), what="downloads")
    config = platformdirs.user_config_path("hotseat")
    yield Place(path=config, what="your roster and its backups", names=ROSTER_NAMES)
    with suppress(HotseatError):  # a directory that is not safe to use is not Hotseat's
        if os.path.lexists(runtime_path()):
            what = "sockets, locks, the engine's address and log"
            yield Place(path=runtime_dir(), what=what, names=RUNTIME_NAMES)


def _storages() -> Iterator[Path]:
    """Yield where editors may keep the extension's private server, here and for remote windows."""
    home = Path.home()
    root = editors_folder(home, os.environ)
    for product in _PRODUCTS:
        yield root / product / _IN_PRODUCT
    for server in _SERVERS:
        yield home / server / "data" / _IN_PRODUCT
    data = Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    yield data / "code-server" / _IN_PRODUCT


def _completions() -> Iterator[Path]:
    """Yield the scripts that `hotseat --install-completion` writes."""
    home = Path.home()
    yield home / ".bash_completions" / "hotseat.sh"
    yield home / ".zfunc" / "_hotseat"
    yield home / ".config" / "fish" / "completions" / "hotseat.fish"


def size_bytes(place: Place) -> int:
    """Return what the files take on disk; what cannot be read counts 0. Links are not followed."""
    return sum(map(_size_of_all, place.parts()))


def _size_of_all(path: Path) -> int:
    if not path.is_dir() or path.is_symlink():
        return _size(path)
    return sum(_size(Path(folder) / name) for folder, _, names in os.walk(path) for name in names)


def _size(path: Path) -> int:
    try:
        return path.lstat().st_size
    except OSError:
        return 0
