"""An embedded engine of the benchmark's own: beside the person's, with its own models and limit.

Owns the process, and the folder in which models and runtime files lie as long as it is needed.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

from platformdirs import user_cache_path, user_data_path

from hotseat.client.distinct_models import write_copy
from hotseat.domain.errors import EngineUnavailable, HotseatError
from hotseat.domain.experts import Expert, ModelSource
from hotseat.engines.discovery import START_PATIENCE_S, answers, embedded_installed
from hotseat.engines.pull import pull
from hotseat.engines.runtime import read_engine_file
from hotseat.engines.sources import ProgressSink, fetch

IDLE_EXIT_S = 60.0
"""For the case that nobody is left to end it."""
STOP_PATIENCE_S = 10.0
STALE_S = 24 * 3600.0
_PREFIX = "bench-"


@contextmanager
def work_folder(needed_bytes: int) -> Iterator[Path]:
    """An empty folder on the disk of the person's cache, gone at the end.

    Not in /tmp, which may be memory. Raises HotseatError where there is not enough room.
    """
    cache = user_cache_path("hotseat")
    cache.mkdir(parents=True, exist_ok=True)
    for left in cache.glob(f"{_PREFIX}*"):  # by a run that was killed
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > STALE_S:
                shutil.rmtree(left)
    free_bytes = shutil.disk_usage(cache).free
    if free_bytes < needed_bytes:
        raise HotseatError(
            f"The models to measure with take {needed_bytes / 1e9:.1f} GB, and {cache} has"
            f" {free_bytes / 1e9:.1f} GB left",
            hint="Make room, or take fewer --experts",
        )
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=cache))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def runtime_folder() -> Iterator[Path]:
    """For sockets, whose paths must be short."""
    with tempfile.TemporaryDirectory(prefix="hs-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@asynccontextmanager
async def own_engine(store: Path, *, max_loaded_models: int | None = None) -> AsyncIterator[str]:
    """The address of an engine that ends on leaving. Raises EngineUnavailable."""
    if not embedded_installed():
        raise EngineUnavailable(
            "The embedded engine is not installed",
            hint="pip install 'hotseat[embedded]', or name an Ollama: --engine-url",
        )
    arguments = ["--store", str(store), "--idle-exit-s", str(IDLE_EXIT_S)]
    if max_loaded_models is not None:
        arguments += ["--max-loaded-models", str(max_loaded_models)]
    with runtime_folder() as runtime, (runtime / "engine.log").open("w+") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "hotseat.embedded", *arguments),
            env={**os.environ, "HOTSEAT_RUNTIME_DIR": str(runtime)},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
            start_new_session=True,  # Ctrl-C is for us, who end it
        )
        try:
            assert process.stdout is not None
            line = b""
            with suppress(TimeoutError):
                line = await asyncio.wait_for(process.stdout.readline(), START_PATIENCE_S)
            if b"listening on http" not in line:
                log.seek(0)
                said = log.read().strip().splitlines() or ["it said nothing"]
                raise EngineUnavailable(f"The embedded engine did not start: {said[-1]}")
            url = line.decode().split()[-1]
            noted = read_engine_file(runtime)
            with _key_for(url, noted.token if noted else ""):
                async with wanted(url):
                    yield url
        finally:
            await _end(process)


@contextmanager
def _key_for(url: str, token: str) -> Iterator[None]:
    """This process and those that it starts find the token: the engine's file is in a runtime
    directory which is not theirs."""
    ours = {"OLLAMA_HOST": url, "OLLAMA_API_KEY": token}
    before = {name: os.environ.get(name) for name in ours}
    os.environ.update(ours)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@asynccontextmanager
async def wanted(url: str, *, every_s: float = IDLE_EXIT_S / 4) -> AsyncIterator[None]:
    """The engine is asked something now and then, so that it does not take itself for forgotten
    while it has nothing loaded and somebody is busy elsewhere."""

    async def ask() -> None:
        while True:
            await asyncio.sleep(every_s)
            await answers(url)

    asking = asyncio.create_task(ask())
    try:
        yield
    finally:
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)


async def _end(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), STOP_PATIENCE_S)
    except TimeoutError:
        process.kill()
        await process.wait()


async def file_of(expert: Expert, folder: Path, progress: ProgressSink) -> Path:
    """The GGUF file of an expert that has a source: where the person's own embedded engine keeps
    it, or fetched into `folder`."""
    if expert.source is None:
        raise HotseatError(f"{expert.spec.model} has no source to fetch it from")
    stored = user_data_path("hotseat") / "models" / "blobs" / f"sha256-{expert.source.sha256}"
    if stored.is_file():
        return stored
    return await fetch(expert.source, folder / "model.gguf", progress)


async def make_copies(url: str, gguf: Path, n_models: int, folder: Path) -> list[str]:
    """Names of `n_models` distinct models, all of them with the weights of `gguf`."""
    names = []
    for number in range(1, n_models + 1):
        copy = folder / f"copy-{number}.gguf"
        try:
            await asyncio.to_thread(write_copy, gguf, copy, number)
            names.append(f"bench-{number}:latest")
            await pull(url, names[-1], ModelSource(parts=(f"file:{copy}",)))
        except OSError as error:
            raise HotseatError(f"{gguf} cannot be copied: {error.strerror or error}") from error
        finally:
            copy.unlink(missing_ok=True)
    return names
