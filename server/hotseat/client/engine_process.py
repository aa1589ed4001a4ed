"""An embedded engine process for one command, separate from the user's engine.

Owns the process, and the folder that holds models and runtime files while it runs.
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
"""The engine ends by itself after this time when its client was killed."""
STOP_PATIENCE_S = 10.0
STALE_S = 24 * 3600.0
_PREFIX = "bench-"


@contextmanager
def work_folder(needed_bytes: int, *, stale_s: float = STALE_S) -> Iterator[Path]:
    """Yield an empty folder on the disk of the user's cache; it is removed on leaving.

    Those that killed runs left are removed when they are older than `stale_s`.
    /tmp is not used, because it may be in memory. Raises HotseatError without enough free space.
    """
    cache = user_cache_path("hotseat")
    cache.mkdir(parents=True, exist_ok=True)
    for left in cache.glob(f"{_PREFIX}*"):  # left over from a run that was killed
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > stale_s:
                shutil.rmtree(left)
    free_bytes = shutil.disk_usage(cache).free
    if free_bytes < needed_bytes:
        raise HotseatError(
            f"The models to measure need {needed_bytes / 1e9:.1f} GB, and {cache} has"
            f" {free_bytes / 1e9:.1f} GB free",
            hint="Free some disk space, or lower --experts",
        )
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=cache))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def runtime_folder() -> Iterator[Path]:
    """Yield a temporary folder for sockets, whose paths must be short."""
    with tempfile.TemporaryDirectory(prefix="hs-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@asynccontextmanager
async def start_engine_process(
    store: Path,
    *,
    schedule: str = "hotseat",
    max_loaded_models: int | None = None,
    keep_prompts_bytes: int | None = None,
    has_spare: bool = True,
) -> AsyncIterator[str]:
    """Start an engine and yield its address; it ends on leaving. Raises EngineUnavailable.

    `schedule` is a value of the engine's --schedule; its models end with it in any case.
    `keep_prompts_bytes` bounds the prompts that it keeps (0: none), and `has_spare` says whether a
    process waits for the next load.
    """
    if not embedded_installed():
        raise EngineUnavailable(
            "The embedded engine is not installed",
            hint="pip install 'hotseat[embedded]', or name an Ollama with --engine-url",
        )
    arguments = ["--store", str(store), "--idle-exit-s", str(IDLE_EXIT_S)]
    arguments += ["--schedule", schedule, "--no-orphans"]
    if keep_prompts_bytes is not None:
        arguments += ["--keep-prompts", str(keep_prompts_bytes)]
    if not has_spare:
        arguments += ["--no-spare"]
    if max_loaded_models is not None:
        arguments += ["--max-loaded-models", str(max_loaded_models)]
    with runtime_folder() as runtime, (runtime / "engine.log").open("w+") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "hotseat.embedded", *arguments),
            env={**os.environ, "HOTSEAT_RUNTIME_DIR": str(runtime)},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
            start_new_session=True,  # this process handles Ctrl-C and ends the engine
        )
        try:
            assert process.stdout is not None
            line = b""
            with suppress(TimeoutError):
                line = await asyncio.wait_for(process.stdout.readline(), START_PATIENCE_S)
            if b"listening on http" not in line:
                log.seek(0)
                output = log.read().strip().splitlines() or ["it printed nothing"]
                raise EngineUnavailable(f"The embedded engine did not start: {output[-1]}")
            url = line.decode().split()[-1]
            noted = read_engine_file(runtime)
            with _engine_environment(url, noted.token if noted else ""):
                async with keep_in_use(url):
                    yield url
        finally:
            await _end(process)


@contextmanager
def _engine_environment(url: str, token: str) -> Iterator[None]:
    """Set the engine's address and token for this process and its children.

    They cannot read the token from the engine's file, which is in another runtime directory.
    """
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
async def keep_in_use(url: str, *, every_s: float = IDLE_EXIT_S / 4) -> AsyncIterator[None]:
    """Send requests now and then, so that the engine does not exit as idle.

    The engine would exit when nothing is loaded and its client is busy for a long time.
    """

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


async def gguf_file_of(expert: Expert, folder: Path, progress: ProgressSink) -> Path:
    """Return the GGUF file of an expert that has a source.

    It is the file in the store of the user's embedded engine, or is downloaded into `folder`.
    Raises HotseatError.
    """
    if expert.source is None:
        raise HotseatError(f"{expert.spec.model} has no source to download it from")
    stored = user_data_path("hotseat") / "models" / "blobs" / f"sha256-{expert.source.sha256}"
    if stored.is_file():
        return stored
    return await fetch(expert.source, folder / "model.gguf", progress)


async def make_copies(url: str, gguf: Path, n_models: int, folder: Path) -> list[str]:
    """Make `n_models` distinct models with the weights of `gguf`; return their names.

    Raises HotseatError.
    """
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
