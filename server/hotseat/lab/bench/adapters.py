"""`hotseat bench adapters`: the cost of switching between adapters over one base, in time and
memory, compared with loading whole models.

Everything runs in an engine of the benchmark's own, with one thread, in turns. If an address is
given, the same switch is measured there too: a plain Ollama holds one adapter of a base at a time.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Any

from hotseat.client.engine_process import gguf_file_of, start_engine_process, work_folder
from hotseat.domain.errors import HotseatError
from hotseat.domain.experts import Expert, ModelSource, ModelSpec, freeze_options
from hotseat.engines.delete import delete
from hotseat.engines.ollama import OllamaEngine
from hotseat.engines.protocol import ChatRequest, Chunk, GenerateRequest
from hotseat.engines.pull import add_adapter, pull

N_ROUNDS = 5
N_STAYS = 6
"""Consecutive requests to one adapter in each round; the same number goes round all adapters."""
REST_S = 4.0
"""Wait after the last request; the engine frees memory of switches after two seconds without
one."""
N_DECODED = 64
N_COMPLETION = 16
N_ANSWER = 400
N_CTX = 2048
KEEP_ALIVE_S = 300.0
OPTIONS = freeze_options({"num_ctx": N_CTX, "num_thread": 1, "seed": 1})
_BASE = "hotseat-bench-base:latest"
_LINE = "total = add(total, price_of(order, customer), shipping_to(order.address))\n"

OnProgress = Callable[[str], None]


async def bench_adapters(
    base: Expert, adapters: Mapping[str, Path], *, engine_url: str | None, on_progress: OnProgress
) -> dict[str, Any]:
    """Return all figures except the bits per byte. `base` has a source. Raises HotseatError."""
    if len(adapters) < 2:
        raise HotseatError(
            "There are fewer than two adapters to switch between",
            hint="Name the files: --adapter go.gguf --adapter sql.gguf",
        )
    needed = sum(path.stat().st_size for path in adapters.values()) + 2 * (base.size_bytes or 0)
    with work_folder(needed) as folder:
        gguf = await gguf_file_of(base, folder, lambda step: None)
        async with start_engine_process(folder / "store") as url, _Family.at(url, gguf) as family:
            result = await _own(family, adapters, on_progress)
        if engine_url is not None:
            async with _Family.at(engine_url, gguf) as family:
                on_progress(f"switching at {engine_url}")
                await family.add(adapters)
                times_ms = await family.around(N_ROUNDS * len(adapters))
                result["engine_url_switch_ms"] = _median(times_ms)
    return result


def measured_bits_per_byte(adapters: Mapping[str, Path]) -> dict[str, dict[str, float]]:
    """Return the figures that `make adapters` measured on held-out code, for the adapters as they
    were trained, before they were mixed.

    They are keyed by adapter and language. Raises HotseatError when the file beside the adapters is
    unreadable.
    """
    path = next(iter(adapters.values())).with_name("figures.json")
    try:
        found: dict[str, dict[str, float]] = json.loads(path.read_text())["bits_per_byte"]
    except (OSError, ValueError, KeyError) as error:
        raise HotseatError(
            f"{path} cannot be read: {error}", hint="Install Hotseat again"
        ) from None
    return found


async def _own(
    family: _Family, adapters: Mapping[str, Path], on_progress: OnProgress
) -> dict[str, Any]:
    on_progress("the base alone")
    await family.first_token_ms(family.base)
    base_bytes = await family.resident_bytes()
    on_progress("loading a whole model for each switch")
    swaps_ms = [await family.swap_ms() for _ in range(N_ROUNDS)]
    await family.add(adapters)
    on_progress(f"{len(adapters)} adapters over it")
    await family.around(2 * len(adapters))
    total_bytes = await family.resident_bytes()
    stays_ms: list[float] = []
    switches_ms: list[float] = []
    decode: dict[bool, list[float]] = {False: [], True: []}
    alone_ms: list[float] = []
    disturbed_ms: list[float] = []
    for n in range(N_ROUNDS):
        on_progress(f"round {n + 1} of {N_ROUNDS}")
        await family.first_token_ms(family.adapted[0])
        stays_ms += [await family.first_token_ms(family.adapted[0]) for _ in range(N_STAYS)]
        switches_ms += await family.around(N_STAYS)
        for adapted in (False, True):
            spec = family.adapted[0] if adapted else family.base
            decode[adapted].append(await family.tokens_per_s(spec))
        alone_ms.append(await family.completion_ms())
        async with family.answering():
            disturbed_ms.append(await family.completion_ms())
    switched_bytes = await family.resident_bytes()
    on_progress(f"resting for {REST_S:.0f} s")
    await asyncio.sleep(REST_S)
    rested_bytes = await family.resident_bytes()
    return {
        "stay_ms": _median(stays_ms),
        "switch_ms": _median(switches_ms),
        "switch_ratio": round(_median(switches_ms) / _median(stays_ms), 3),
        "completion_ms": _median(alone_ms),
        "completion_beside_answer_ms": _median(disturbed_ms),
        "preempt_ratio": round(_median(disturbed_ms) / _median(alone_ms), 3),
        "model_swap_ms": _median(swaps_ms),
        "base_bytes": base_bytes,
        "experts": len(adapters),
        "total_bytes": total_bytes,
        "memory_ratio": round(total_bytes / base_bytes, 3),
        "switched_bytes": switched_bytes,
        "rested_bytes": rested_bytes,
        "decode_tokens_per_s": {
            "base": _median(decode[False]),
            "adapter": _median(decode[True]),
        },
        "decode_ratio": round(_median(decode[True]) / _median(decode[False]), 3),
    }


class _Family:
    """A base and its adapters in one engine, under names that only the benchmark uses."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._engine = OllamaEngine(url)
        self.base = ModelSpec(_BASE, OPTIONS)
        self.adapted: list[ModelSpec] = []

    @classmethod
    @asynccontextmanager
    async def at(cls, url: str, gguf: Path) -> AsyncIterator[_Family]:
        """Install the base, and remove base and adapters on leaving."""
        family = cls(url)
        try:
            await pull(url, _BASE, ModelSource(parts=(f"file:{gguf}",)))
            yield family
        finally:
            for spec in (*family.adapted, family.base):
                await family._engine.unload(spec)
                await delete(url, spec.model)
            await family._engine.aclose()

    async def add(self, adapters: Mapping[str, Path]) -> None:
        for name, path in adapters.items():
            spec = ModelSpec(f"hotseat-bench-{name}:latest", OPTIONS)
            expert = Expert(
                name=name,
                languages=(),
                spec=spec,
                adapter=str(path),
                base_model=_BASE,
            )
            await add_adapter(self._url, expert)
            self.adapted.append(spec)

    async def resident_bytes(self) -> int:
        return sum(model.size_bytes for model in await self._engine.resident())

    async def first_token_ms(self, spec: ModelSpec) -> float:
        """Return the time to the first token of a prompt of about 210 tokens, fixed for each
        model."""
        chunks = await self._complete(spec, n_predict=1)
        return chunks.first_ms

    async def around(self, n: int) -> list[float]:
        """Return the times to the first token of `n` requests, in ms, that go round the
        adapters."""
        return [await self.first_token_ms(self.adapted[i % len(self.adapted)]) for i in range(n)]

    async def swap_ms(self) -> float:
        """Return the time from an empty engine to the first token."""
        await self._engine.unload(self.base)
        began_s = time.perf_counter()
        await self._engine.ensure_ready(self.base, keep_alive_s=KEEP_ALIVE_S)
        await self.first_token_ms(self.base)
        return (time.perf_counter() - began_s) * 1e3

    async def tokens_per_s(self, spec: ModelSpec) -> float:
        last = (await self._complete(spec, n_predict=N_DECODED)).last
        if not last.n_tokens or not last.eval_ms:
            raise HotseatError("The engine reported no times")
        return last.n_tokens / last.eval_ms * 1e3

    async def completion_ms(self) -> float:
        """Return the time of a whole short completion on the second adapter."""
        began_s = time.perf_counter()
        await self._complete(self.adapted[1], n_predict=N_COMPLETION)
        return (time.perf_counter() - began_s) * 1e3

    @asynccontextmanager
    async def answering(self) -> AsyncIterator[None]:
        """Keep a long answer running on the first adapter.

        Raises HotseatError when the answer ended before the block did.
        """
        question = "Write down all the numbers from 1 to 500, one on each line."
        request = ChatRequest(
            spec=self.adapted[0], messages=(("user", question),), n_predict=N_ANSWER
        )
        async with aclosing(self._engine.chat(request)) as chunks:
            await anext(chunks)
            yield
            if (await anext(chunks, Chunk(text="", done=True))).done:
                raise HotseatError("The answer ended before the completion that ran beside it")

    async def _complete(self, spec: ModelSpec, *, n_predict: int) -> _Completion:
        prompt = f"# {spec.model}\n{_LINE * 10}"
        request = GenerateRequest(spec=spec, prompt=prompt, n_predict=n_predict)
        return await _Completion.of(self._engine, request)


class _Completion:
    def __init__(self, first_ms: float, last: Chunk) -> None:
        self.first_ms, self.last = first_ms, last

    @classmethod
    async def of(cls, engine: OllamaEngine, request: GenerateRequest) -> _Completion:
        began_s = time.perf_counter()
        first_ms: float | None = None
        last = Chunk(text="")
        async with aclosing(engine.generate(request)) as chunks:
            async for chunk in chunks:
                last = chunk
                if first_ms is None:
                    first_ms = (time.perf_counter() - began_s) * 1e3
        if first_ms is None:
            raise HotseatError("The engine returned nothing")
        return cls(first_ms, last)


def _median(values: Sequence[float]) -> float:
    return round(statistics.median(values), 2)
