"""`hotseat bench kv`: prompts that are kept, and loads that begin in a process that waits.

Two engines of the benchmark's own hold the same model, with one thread: `plain` keeps no prompts
and starts a process for each load, `kept` is Hotseat's default. Both are asked in turn. Owns the
order of the requests; the user's own engine and data are not touched.
"""

from __future__ import annotations

import os
import statistics
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from hotseat.client.engine_process import gguf_file_of, make_copies, start_engine_process
from hotseat.client.engine_process import work_folder as make_work_folder
from hotseat.domain.errors import HotseatError
from hotseat.domain.experts import Expert
from hotseat.embedded.kept.families import RESTORABLE
from hotseat.embedded.models.card import describe
from hotseat.embedded.models.gguf import read_gguf
from hotseat.lab.bench.load_parts import load_parts, median_parts
from hotseat.lab.bench.timed_requests import TimedAnswer, TimedEngine
from hotseat.lab.paired import paired_ratio

N_LONG, N_MIDDLE, N_SHORT = 1000, 300, 200
"""Tokens of the prompts."""
N_ANSWER = 24
BOUND_BYTES = 40_000_000
"""For the measurement of the bound: less than two prompts of N_LONG tokens of SmolLM2-135M."""
_MEMORY_FILE = "memfd:hotseat-kept-prompt"

OnProgress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptSettings:
    """`gguf` is the model; default: `expert`'s."""

    expert: Expert
    gguf: Path | None = None
    n_rounds: int = 3
    n_switches: int = 8


async def bench_kept(settings: KeptSettings, on_progress: OnProgress) -> dict[str, Any]:
    """Return the figures of `hotseat bench kv --json`. Raises HotseatError."""
    if sys.platform != "linux":
        raise HotseatError(
            "Prompts are kept between loads on Linux only",
            hint="Elsewhere llama.cpp's own cache keeps them within a process",
        )
    size_bytes = 3 * (settings.expert.size_bytes or 0)
    of_others = _n_memory_files()  # of engines that the caller has started already
    with make_work_folder(size_bytes) as folder:
        on_progress("fetching the model")
        gguf = settings.gguf or await gguf_file_of(settings.expert, folder, lambda _step: None)
        async with _two_engines(gguf, folder) as (plain, kept, model):
            text = await _Text.calibrated(plain, model)
            rounds = _Rounds(plain, kept, model, text, on_progress)
            result: dict[str, Any] = {
                "return": await rounds.returns(settings.n_rounds),
                "reload": await rounds.reloads(settings.n_rounds),
                "switch": await rounds.switches(settings.n_switches),
                "equal": await rounds.equal(describe(read_gguf(gguf)).family),
                "bound": await rounds.bound(),
            }
            result["memory_files"] = {"before_the_end": _n_memory_files() - of_others}
        result["memory_files"]["after_the_end"] = _n_memory_files() - of_others
    load = round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None
    return {**result, "restorable": sorted(RESTORABLE), "cores": os.cpu_count(), "load": load}


@asynccontextmanager
async def _two_engines(
    gguf: Path, folder: Path
) -> AsyncIterator[tuple[TimedEngine, TimedEngine, str]]:
    store = folder / "models"
    async with start_engine_process(store, has_spare=False) as url:
        (model,) = await make_copies(url, gguf, 1, folder)
    async with (
        TimedEngine.started(store, keep_prompts_bytes=0, has_spare=False) as plain,
        TimedEngine.started(store) as kept,
    ):
        yield plain, kept, model


class _Text:
    """Makes prompts of a number of tokens, each with another beginning."""

    def __init__(self, tokens_per_line: float) -> None:
        self._tokens_per_line = tokens_per_line
        self._number = 0

    @classmethod
    async def calibrated(cls, engine: TimedEngine, model: str) -> _Text:
        answer = await engine.ask(model, _lines(0, 20))
        return cls(answer.n_prompt / 20)

    def prompt(self, n_tokens: int) -> str:
        """Return a new prompt of about `n_tokens`."""
        self._number += 1
        return _lines(self._number, round(n_tokens / self._tokens_per_line))


def _lines(number: int, n_lines: int) -> str:
    return "".join(
        f"def total_{number}_{i}(order, customer): return order.price * {i} + customer.rebate\n"
        for i in range(n_lines)
    )


class _Rounds:
    def __init__(
        self,
        plain: TimedEngine,
        kept: TimedEngine,
        model: str,
        text: _Text,
        on_progress: OnProgress,
    ) -> None:
        self._plain, self._kept, self._model = plain, kept, model
        self._text = text
        self._report = on_progress
        self._read: list[str] = []
        """Long prompts that are kept."""

    async def returns(self, n_rounds: int) -> dict[str, Any]:
        """Measure the return to a file, after two others took both slots."""
        cold: list[TimedAnswer] = []
        again: list[TimedAnswer] = []
        for number in range(1, n_rounds + 1):
            self._report(f"return to a file, {number} of {n_rounds}")
            prompt = self._text.prompt(N_LONG)
            cold.append(await self._read_and_keep(prompt))
            for _ in range(2):
                await self._read_and_keep(self._text.prompt(N_MIDDLE))
            again.append(await self._kept.ask(self._model, prompt))
            self._read.append(prompt)
        return {
            "prompt_tokens": round(statistics.mean(answer.n_prompt for answer in cold)),
            "tokens_read_again": max(answer.n_read for answer in again),
            **_compared(_seconds(again), _seconds(cold), names=("return", "cold")),
        }

    async def reloads(self, n_rounds: int) -> dict[str, Any]:
        """Measure unload and reload with the same prompt, the load included."""
        ours_s: list[float] = []
        theirs_s: list[float] = []
        for number in range(1, n_rounds + 1):
            self._report(f"unload and reload, {number} of {n_rounds}")
            prompt = self._read[(number - 1) % len(self._read)]
            theirs_s.append(await self._after_unload(self._plain, prompt))
            await self._kept.until_spare()
            ours_s.append(await self._after_unload(self._kept, prompt))
        return _compared(ours_s, theirs_s, names=("kept", "cold"))

    async def switches(self, n_switches: int) -> dict[str, Any]:
        """Measure from an absent model to the first token: of a prompt that no engine has read,
        and of one that both have. The two engines take turns to be first."""
        new: tuple[list[float], list[float]] = ([], [])
        seen: tuple[list[float], list[float]] = ([], [])
        parts: list[dict[str, float]] = []
        plain_parts: list[dict[str, float]] = []
        for number in range(1, n_switches + 1):
            self._report(f"switch, {number} of {n_switches}")
            order = (0, 1) if number % 2 else (1, 0)
            fresh = self._text.prompt(N_SHORT)
            for times, prompt in ((new, fresh), (seen, fresh)):
                for which in order:
                    engine = (self._kept, self._plain)[which]
                    if which == 0:
                        await self._kept.until_spare()
                    times[which].append(await self._after_unload(engine, prompt))
                    if which == 0 and prompt is fresh:
                        await self._kept.until_kept(0)
            for engine, found in ((self._kept, parts), (self._plain, plain_parts)):
                if engine is self._kept:
                    await self._kept.until_spare()
                found.append(await load_parts(engine, self._model))
        return {
            "prompt_not_read_before": _compared(*new, names=("kept", "plain")),
            "prompt_read_before": _compared(*seen, names=("kept", "plain")),
            "parts_kept": median_parts(parts),
            "parts_plain": median_parts(plain_parts),
        }

    async def equal(self, family: str) -> dict[str, Any]:
        """Compare text and log-probabilities after a restore with those of a cold read."""
        self._report("comparing answers")
        prompt = self._read[-1]
        await self._kept.unload(self._model)
        restored = await self._kept.ask(self._model, prompt, n_predict=N_ANSWER)
        await self._plain.unload(self._model)
        cold = await self._plain.ask(self._model, prompt, n_predict=N_ANSWER)
        pairs = zip(restored.logprobs, cold.logprobs, strict=False)
        return {
            "family": family,
            "tokens_read_after_restore": restored.n_read,
            "text": restored.text == cold.text,
            "log_probabilities_differ_by": max((abs(a - b) for a, b in pairs), default=None),
        }

    async def bound(self) -> dict[str, Any]:
        """Lower the bound, and read more than it holds."""
        self._report("filling the bound")
        before = await self._kept.beside()
        await self._kept.bound(kept_limit_bytes=BOUND_BYTES)
        lowered = await self._kept.beside()
        peak_bytes = 0
        for _ in range(3):
            await self._kept.ask(self._model, self._text.prompt(N_LONG))
            peak_bytes = max(peak_bytes, await self._kept.until_kept(0))
        return {
            "limit_bytes": BOUND_BYTES,
            "kept_before_bytes": before["kept_bytes"],
            "kept_when_lowered_bytes": lowered["kept_bytes"],
            "kept_peak_bytes": peak_bytes,
            "spare_bytes": before["spare_bytes"],
        }

    async def _read_and_keep(self, prompt: str) -> TimedAnswer:
        before = (await self._kept.beside())["kept_bytes"]
        answer = await self._kept.ask(self._model, prompt)
        await self._kept.until_kept(before)
        return answer

    async def _after_unload(self, engine: TimedEngine, prompt: str) -> float:
        await engine.unload(self._model)
        return (await engine.ask(self._model, prompt)).first_token_s


def _seconds(answers: Sequence[TimedAnswer]) -> list[float]:
    return [answer.first_token_s for answer in answers]


def _compared(
    ours_s: Sequence[float], theirs_s: Sequence[float], *, names: tuple[str, str]
) -> dict[str, Any]:
    """Return the medians and the ratio of the sums with its interval."""
    ours, theirs = names
    return {
        f"{ours}_ms": round(statistics.median(ours_s) * 1000, 1),
        f"{theirs}_ms": round(statistics.median(theirs_s) * 1000, 1),
        "rounds": len(ours_s),
        **paired_ratio(ours_s, theirs_s).as_json(),
    }


def _n_memory_files() -> int:
    """Return how many kept states this process and its children hold."""
    found = 0
    for process in (psutil.Process(), *psutil.Process().children(recursive=True)):
        folder = Path(f"/proc/{process.pid}/fd")
        try:
            links = [os.readlink(link) for link in folder.iterdir()]
        except OSError:
            continue
        found += sum(_MEMORY_FILE in link for link in links)
    return found
