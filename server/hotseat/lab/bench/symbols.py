"""`hotseat bench symbols`: how long a workspace's index takes, in memory, and what typing notices.

A copy of the files is indexed by a language server of its own, so that nothing of the user's is
changed. While the index is built, its process is stopped and continued in turn, and keys are typed
into the server all the time: the times with and without it are of one run.
"""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import signal
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from hotseat.domain.errors import HotseatError
from hotseat.lab.bench.wire_client import WireClient
from hotseat.storage.symbols import SymbolStore, symbols_path
from hotseat.workspace.git import git_result
from hotseat.workspace.symbols.listing import defines, language_of_name, list_files

KEY_S = 0.02
WINDOW_S = 3.0
"""Typing with the index process running, then stopped, in the order ABBA."""
LOOK_S = 0.05
BUILD_LIMIT_S = 300.0
N_SAVES = 40
SAVE_LIMIT_S = 5.0
_CHANGES_AT = 24
NO_ENGINE = "http://127.0.0.1:9"
"""An engine that is not there: completions are answered at once, and empty."""
_DOCUMENT = "def total(items):\n    return sum(items)\n" * 200


@dataclass(slots=True)
class _Run:
    build_s: float = 0.0
    peak_rss_bytes: int = 0
    saves_ms: list[float] = field(default_factory=list)
    with_index_ms: list[list[float]] = field(default_factory=list)
    """One list a window."""
    without_ms: list[list[float]] = field(default_factory=list)


async def bench_symbols(
    path: Path, *, n_files: int, on_progress: Callable[[str], None]
) -> dict[str, Any]:
    """Return the figures. Raises HotseatError."""
    if os.name != "posix":
        raise HotseatError("This needs a system where a process can be stopped", hint="Use Linux")
    with tempfile.TemporaryDirectory(prefix="hotseat-") as folder:
        root = Path(folder) / "workspace"
        on_progress("copying the files")
        n_copied, n_bytes = await asyncio.to_thread(_copy, path, root, n_files)
        run = _Run()
        with _environment(Path(folder)):
            on_progress(f"indexing {n_copied:,} files")
            await _build(root, run)
            on_progress("typing while it is indexed")
            shutil.rmtree(Path(folder) / "data")
            await _type_while_building(root, run)
    return _figures(run, n_copied, n_bytes)


def _copy(path: Path, root: Path, n_files: int) -> tuple[int, int]:
    """Copy the files that define something; return their number and bytes."""
    names = [name for name in list_files(path, lambda _: False).paths if _is_code(name)]
    if not names:
        raise HotseatError(f"{path} has no files to index", hint="Name a folder with code")
    root.mkdir()
    n_bytes = 0
    for name in names[:n_files]:
        place = root / name
        place.parent.mkdir(parents=True, exist_ok=True)
        with suppress(OSError):
            shutil.copyfile(path / name, place, follow_symlinks=False)
            n_bytes += place.stat().st_size
    git_result(root, "init", "-q")
    return min(len(names), n_files), n_bytes


def _is_code(name: str) -> bool:
    return defines(language_of_name(name))


@contextmanager
def _environment(folder: Path) -> Iterator[None]:
    """Have Hotseat's files below `folder`, for this process and those that it starts."""
    moved = {
        "XDG_DATA_HOME": str(folder / "data"),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "HOTSEAT_RUNTIME_DIR": str(folder / "run"),
    }
    before = {name: os.environ.get(name) for name in moved}
    os.environ.update(moved)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


async def _start(root: Path) -> WireClient:
    client = await WireClient.start(["--engine-url", NO_ENGINE, "--no-statistics"])
    options = {"watchFiles": False, "forecast": False}
    await client.request(
        "initialize",
        {
            "processId": None,
            "rootUri": root.as_uri(),
            "capabilities": {},
            "initializationOptions": options,
        },
    )
    client.notify("initialized", {})
    return client


async def _index_process(client: WireClient) -> psutil.Process:
    """Return the process that builds the index, as soon as it runs. Raises HotseatError."""
    ends_s = time.monotonic() + BUILD_LIMIT_S
    while time.monotonic() < ends_s:
        for child in psutil.Process(client.pid).children():
            with suppress(psutil.Error):
                if any("hotseat.session.symbols" in part for part in child.cmdline()):
                    return child
        await asyncio.sleep(LOOK_S / 10)
    raise HotseatError("The index was not begun")


def _family(process: psutil.Process) -> list[psutil.Process]:
    with suppress(psutil.Error):
        return [process, *process.children(recursive=True)]
    return []


def _rss_bytes(process: psutil.Process) -> int:
    total = 0
    for one in _family(process):
        with suppress(psutil.Error):
            total += one.memory_info().rss
    return total


def _is_built(root: Path) -> bool:
    with suppress(HotseatError):
        return _store(root).facts().get("built") == "yes"
    return False


def _store(root: Path) -> SymbolStore:
    return SymbolStore(symbols_path(root))


async def _build(root: Path, run: _Run) -> None:
    """Build the index with nothing else to do, then save files."""
    client = await _start(root)
    try:
        process = await _index_process(client)
        began_s = time.monotonic()
        while not await asyncio.to_thread(_is_built, root):
            run.peak_rss_bytes = max(run.peak_rss_bytes, _rss_bytes(process))
            if time.monotonic() - began_s > BUILD_LIMIT_S:
                raise HotseatError(f"The index was not built within {BUILD_LIMIT_S:g} s")
            await asyncio.sleep(LOOK_S)
        run.build_s = time.monotonic() - began_s
        await _save(root, client, run)
        run.peak_rss_bytes = max(run.peak_rss_bytes, _rss_bytes(process))
        await client.stop()
    finally:
        client.kill()


async def _save(root: Path, client: WireClient, run: _Run) -> None:
    store = _store(root)
    paths = sorted(store.states())
    chosen = random.Random(1).sample(paths, min(3 * N_SAVES, len(paths)))
    # Generated and minified files have no symbols, and get none by a save.
    python = [path for path in chosen if path.endswith(".py") and store.in_file(path)]
    for n, name in enumerate(python):
        _append(root / name, f"def saved_name_{n}(): ...\n")
        await _until_visible(root / name, f"saved_name_{n}", store, client, run)
    if not run.saves_ms:
        place = root / "saved_here.py"
        for n in range(N_SAVES):
            _append(place, f"def saved_name_{n}(): ...\n")
            await _until_visible(place, f"saved_name_{n}", store, client, run)


def _append(place: Path, text: str) -> None:
    with place.open("a", encoding="utf-8") as file:
        file.write(f"\n\n{text}")


async def _until_visible(
    place: Path, name: str, store: SymbolStore, client: WireClient, run: _Run
) -> None:
    written = _n_changes(store.path)
    began_s = time.perf_counter()
    client.notify("textDocument/didSave", {"textDocument": {"uri": place.as_uri()}})
    while time.perf_counter() - began_s < SAVE_LIMIT_S:
        await asyncio.sleep(0.001)
        if _n_changes(store.path) == written:
            continue  # a search each millisecond would keep the writer from writing
        written = _n_changes(store.path)
        if store.named([name]):
            run.saves_ms.append((time.perf_counter() - began_s) * 1000)
            return
    run.saves_ms.append(SAVE_LIMIT_S * 1000)


def _n_changes(path: Path) -> int:
    """Return SQLite's count of transactions (file format, section 1.3.9), without its locks."""
    with path.open("rb") as file:
        file.seek(_CHANGES_AT)
        return int.from_bytes(file.read(4), "big")


async def _type_while_building(root: Path, run: _Run) -> None:
    client = await _start(root)
    uri = (root / "typed_here.py").as_uri()
    document = {"uri": uri, "languageId": "python", "version": 1, "text": _DOCUMENT}
    client.notify("textDocument/didOpen", {"textDocument": document})
    try:
        process = await _index_process(client)
        keys = _Keys(client, uri)
        await keys.type_for(1.0)  # what is imported and compiled with the first keys
        order = 0
        while not await asyncio.to_thread(_is_built, root):
            pair = [True, False] if order % 2 == 0 else [False, True]
            order += 1
            for is_running in pair:
                _signal(process, signal.SIGCONT if is_running else signal.SIGSTOP)
                times = await keys.type_for(WINDOW_S)
                (run.with_index_ms if is_running else run.without_ms).append(times)
            _signal(process, signal.SIGCONT)
        await client.stop()
    finally:
        client.kill()


def _signal(process: psutil.Process, number: signal.Signals) -> None:
    for one in _family(process):
        with suppress(psutil.Error):
            one.send_signal(number)


class _Keys:
    """Types into a document, and measures until a request after the key is answered."""

    def __init__(self, client: WireClient, uri: str) -> None:
        self._client = client
        self._uri = uri
        self._version = 1
        self._column = 0

    async def type_for(self, seconds: float) -> list[float]:
        """Return the time of each key in milliseconds."""
        ends_s, times = time.perf_counter() + seconds, []
        while (now_s := time.perf_counter()) < ends_s:
            times.append(await self._key())
            await asyncio.sleep(max(0.0, now_s + KEY_S - time.perf_counter()))
        return times

    async def _key(self) -> float:
        self._version += 1
        at = {"line": 50, "character": self._column}
        self._column += 1
        text = "a"
        if self._column > 60:
            self._column, text = 0, "\n"
        began_s = time.perf_counter()
        self._client.notify(
            "textDocument/didChange",
            {
                "textDocument": {"uri": self._uri, "version": self._version},
                "contentChanges": [{"range": {"start": at, "end": at}, "text": text}],
            },
        )
        after = {"line": 50, "character": self._column}
        await self._client.request(
            "textDocument/inlineCompletion",
            {
                "textDocument": {"uri": self._uri},
                "position": after,
                "context": {"triggerKind": 1},
            },
        )
        return (self._client.answered_s - began_s) * 1000


def _figures(run: _Run, n_files: int, n_bytes: int) -> dict[str, Any]:
    running = [time_ms for window in run.with_index_ms for time_ms in window]
    stopped = [time_ms for window in run.without_ms for time_ms in window]
    ratio, interval = _ratio(run.with_index_ms, run.without_ms)
    return {
        "files": n_files,
        "megabytes": round(n_bytes / 1e6, 1),
        "build_s": round(run.build_s, 1),
        "peak_rss_mb": round(run.peak_rss_bytes / 1e6, 1),
        "save_visible_ms": {
            "p50": _percentile(run.saves_ms, 50),
            "p95": _percentile(run.saves_ms, 95),
        },
        "keys": len(running) + len(stopped),
        "key_p95_ms_while_indexing": _percentile(running, 95),
        "key_p95_ms_without": _percentile(stopped, 95),
        "key_p95_ratio": ratio,
        "key_p95_ratio_interval": interval,
    }


def _percentile(values: Sequence[float], percent: int) -> float | None:
    if len(values) < 2:
        return round(values[0], 2) if values else None
    return round(statistics.quantiles(values, n=100, method="inclusive")[percent - 1], 2)


def _ratio(
    running: Sequence[Sequence[float]], stopped: Sequence[Sequence[float]]
) -> tuple[float | None, list[float] | None]:
    """Return the ratio of the 95th percentiles, and its 95 % interval by resampling windows."""
    if len(running) < 2 or len(stopped) < 2:
        return None, None
    chance, ratios = random.Random(1), []

    def p95(windows: Sequence[Sequence[float]]) -> float:
        return _percentile([ms for window in windows for ms in window], 95) or 1.0

    pairs = list(zip(running, stopped, strict=False))
    for _ in range(1000):
        drawn = [chance.choice(pairs) for _ in pairs]
        ratios.append(p95([one for one, _ in drawn]) / p95([one for _, one in drawn]))
    ratios.sort()
    return round(p95(running) / p95(stopped), 3), [round(ratios[25], 3), round(ratios[974], 3)]
