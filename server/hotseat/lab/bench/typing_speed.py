"""`hotseat bench typing`: real lines of real files, typed key by key into the real server.

Each key is a change and a request, as editors send them. The simulated typist waits for each
suggestion at most LOOK_S; then the next key cancels the request. The first key of a line waits
until the model has processed the prompt. Other files are open at the same time.
"""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any

from hotseat.domain.errors import HotseatError
from hotseat.domain.experts import Roster
from hotseat.lab.bench.wire_client import WireClient
from hotseat.languages.comments import line_comment
from hotseat.workspace.folder_walk import files_below
from hotseat.workspace.mining import language_of_path

KEY_S = 0.15
"""Least time between two keys, that of a fast typist."""
LOOK_S = 1.0
READ_S = 60.0
"""A cold prompt of 1,000 tokens takes 20 s on one core."""
MIN_LINE_CHARS = 15
MAX_KEYS = 50
MIN_FILE_BYTES = 6_000
MAX_FILE_BYTES = 200_000
WARM_S = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedLine:
    """A line of a file: `before` is its indentation, `keys` the text typed after it."""

    path: Path
    language: str
    row: int
    before: str
    keys: str


@dataclass(slots=True)
class _Timings:
    typed_through_ms: list[float] = field(default_factory=list)
    overhead_ms: list[float] = field(default_factory=list)
    first_token_ms: list[float] = field(default_factory=list)
    n_prompt_tokens: int = 0
    n_cached_tokens: int = 0
    n_keys: int = 0


def choose_lines(files: Sequence[Path], roster: Roster, n_lines: int, seed: int) -> list[TypedLine]:
    """Return lines of the second half of files that are longer than a prompt; the same for a seed.

    There is one line of each file, and more if there are fewer files than lines. Raises
    HotseatError when there is none.
    """
    chance = random.Random(seed)
    found: list[TypedLine] = []
    more: list[TypedLine] = []
    for path in chance.sample(files, len(files)):
        if len(found) == n_lines:
            return found
        lines = _lines_of(path, roster)
        if lines:
            found.append(lines.pop(chance.randrange(len(lines))))
            more += lines
    found += chance.sample(more, min(len(more), n_lines - len(found)))
    if not found:
        raise HotseatError(
            "There is no file to type in",
            hint="Name code files of 6 to 200 kB in a language that an expert serves",
        )
    return found


def _lines_of(path: Path, roster: Roster) -> list[TypedLine]:
    """Return the lines of a file that can be typed; none for other sizes or languages."""
    language = language_of_path(str(path))
    if language is None or not _has_own_expert(roster, language):
        return []
    if not MIN_FILE_BYTES <= path.stat().st_size <= MAX_FILE_BYTES:
        return []
    lines = _text(path).split("\n")
    found = []
    for row in range(len(lines) // 2, len(lines)):
        if _is_code(lines[row], language) and lines[row].isascii():
            keys = lines[row].lstrip()
            before = lines[row][: len(lines[row]) - len(keys)]
            keys = keys[:MAX_KEYS]
            found.append(TypedLine(path=path, language=language, row=row, before=before, keys=keys))
    return found


def code_files(root: Path) -> list[Path]:
    """Return `root`, or the code files below the folder `root` except hidden ones.

    Raises HotseatError when there is neither.
    """
    if root.is_file():
        return [root]
    if not root.is_dir():
        raise HotseatError(
            f"{root} does not exist", hint="Name a code file, or a folder of code files"
        )
    names = [name for name in files_below(root) if not PurePath(name).name.startswith(".")]
    paths = sorted(root / name for name in names if language_of_path(name))
    return [path for path in paths if path.is_file()]


async def bench_typing(
    lines: Sequence[TypedLine],
    beside: Sequence[Path],
    server_arguments: Sequence[str],
    on_progress: Callable[[str], None],
) -> dict[str, Any]:
    """Type the lines and return the figures; `beside` are files that are open too.

    Raises HotseatError.
    """
    client = await WireClient.start([*server_arguments, "--no-statistics"])
    seen = _Timings()
    try:
        await client.initialize()
        for path in beside:
            _open(client, path, language_of_path(str(path)) or "", _text(path))
        for n, line in enumerate(lines, start=1):
            on_progress(f"line {n} of {len(lines)}: {line.path.name}:{line.row + 1}")
            await _type(client, line, seen)
        counts = (await client.request("hotseat/status", {}))["completions"]
        await client.stop()
    finally:
        client.kill()
    share = seen.n_cached_tokens / seen.n_prompt_tokens if seen.n_prompt_tokens else None
    return {
        "typed_through_ms": _percentiles(seen.typed_through_ms),
        "overhead_ms": _percentiles(seen.overhead_ms),
        "cached_share": None if share is None else round(share, 4),
        "engine_calls_per_key": round(counts["fromEngine"] / max(1, seen.n_keys), 3),
        "first_token_ms": _percentiles(seen.first_token_ms),
        "keys": seen.n_keys,
        "typed_through": len(seen.typed_through_ms),
    }


async def _type(client: WireClient, line: TypedLine, seen: _Timings) -> None:
    lines = _text(line.path).split("\n")
    lines[line.row] = line.before
    uri = line.path.as_uri()
    client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    _open(client, line.path, line.language, "\n".join(lines))
    client.notify("textDocument/didFocus", {"textDocument": {"uri": uri}})
    column = len(line.before)
    at = {"line": line.row, "character": column}
    client.notify("hotseat/didChangeCursor", {"textDocument": {"uri": uri}, "position": at})
    await _until_warm(client)
    for n, key in enumerate(line.keys):
        due_s = time.perf_counter() + KEY_S
        at = {"line": line.row, "character": column + n}
        client.notify(
            "textDocument/didChange",
            {
                "textDocument": {"uri": uri, "version": n + 2},
                "contentChanges": [{"range": {"start": at, "end": at}, "text": key}],
            },
        )
        after = {"line": line.row, "character": column + n + 1}
        began_s = time.perf_counter()
        id_, answer = client.begin(
            "textDocument/inlineCompletion",
            {"textDocument": {"uri": uri}, "position": after, "context": {"triggerKind": 2}},
        )
        seen.n_keys += 1
        await asyncio.wait([answer], timeout=LOOK_S if n else READ_S)
        if answer.done():
            took_ms = (client.answered_s - began_s) * 1000
            last = (await client.request("hotseat/status", {}))["lastCompletion"]
            _note(seen, last, took_ms, first=n == 0)
        else:
            client.notify("$/cancelRequest", {"id": id_})
        await asyncio.sleep(max(0.0, due_s - time.perf_counter()))


def _note(seen: _Timings, last: dict[str, Any], took_ms: float, *, first: bool) -> None:
    if last["source"] == "cache":
        seen.typed_through_ms.append(took_ms)
    elif last["source"] == "engine" and last["engineMs"] is not None:
        seen.overhead_ms.append(took_ms - last["engineMs"] - last["delayMs"])
        seen.first_token_ms.append(last["firstTokenMs"])
        # The first key of a line follows a jump, so it is not typing.
        if not first and last["nPromptTokens"] and last["nCachedTokens"] is not None:
            seen.n_prompt_tokens += last["nPromptTokens"]
            seen.n_cached_tokens += last["nCachedTokens"]


async def _until_warm(client: WireClient) -> None:
    deadline_s = time.perf_counter() + WARM_S
    while True:
        status = await client.request("hotseat/status", {})
        wanted = status["focus"]["expert"]
        expert = next((e for e in status["experts"] if e["name"] == wanted), None)
        if expert is not None and expert["state"] == "warm":
            return
        if time.perf_counter() > deadline_s:
            reason = expert["error"] if expert else status["focus"]["note"]
            reason = reason or status["engine"]["message"]
            raise HotseatError(f"{wanted or 'No expert'} does not become warm: {reason}")
        await asyncio.sleep(0.1)


def _open(client: WireClient, path: Path, language: str, text: str) -> None:
    document = {"uri": path.as_uri(), "languageId": language, "version": 1, "text": text}
    client.notify("textDocument/didOpen", {"textDocument": document})


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def _is_code(line: str, language: str) -> bool:
    comment = line_comment(language)
    bare = line.strip()
    return len(bare) >= MIN_LINE_CHARS and not (comment and bare.startswith(comment))


def _has_own_expert(roster: Roster, language: str) -> bool:
    return any(language in expert.languages for expert in roster.experts)


def _percentiles(values: Sequence[float]) -> dict[str, float | None]:
    if len(values) < 2:
        only = round(values[0], 2) if values else None
        return {"p50": only, "p95": only}
    return {
        "p50": round(statistics.median(values), 2),
        "p95": round(statistics.quantiles(values, n=20, method="inclusive")[-1], 2),
    }
