"""The embedded engine compared with llama.cpp in-process: tokens per second on the same prompt, in
turns."""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import time

from hotseat.domain.experts import ModelSpec, freeze_options
from hotseat.engines.discovery import start_embedded
from hotseat.engines.ollama import OllamaEngine
from hotseat.engines.protocol import GenerateRequest
from hotseat.engines.pull import pull
from hotseat.engines.sources import downloads_dir, fetch
from hotseat.roster.shipped import shipped_roster

N_PAIRS = 5
N_TOKENS = 128
N_CTX = 2048
PROMPT = "# The shop's nightly report\n" + "orders = read_orders('orders.csv')\n" * 12 + "def "


async def engine_ratio() -> float:
    """Return our tokens/s over HTTP divided by those in-process: the median of pairs, with 1
    thread."""
    expert = shipped_roster("starter").experts[0]
    if expert.source is None:
        raise AssertionError("the starter roster's first expert has no source")
    url = await start_embedded()
    await pull(url, expert)
    path = await fetch(expert.source, downloads_dir() / "bench.gguf", lambda _step: None)
    engine = OllamaEngine(url)
    spec = ModelSpec(
        expert.spec.model, freeze_options({"num_ctx": N_CTX, "num_thread": 1, "seed": 1})
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "hotseat.lab.bench.llamacpp_in_process",
        str(path),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    ratios = []
    try:
        await engine.ensure_ready(spec, keep_alive_s=120)
        await process.stdout.readline()  # "ready"
        for i in range(N_PAIRS + 1):
            # A different beginning each time, so that neither side answers from its KV cache.
            prompt = f"# Run {i}\n{PROMPT}"
            request = {"prompt": prompt, "n_predict": N_TOKENS}
            process.stdin.write(json.dumps(request).encode() + b"\n")
            theirs = float(await process.stdout.readline())
            ours = await _tokens_per_s(engine, spec, prompt)
            if i:
                ratios.append(ours / theirs)
    finally:
        process.kill()
        await process.wait()
        await engine.unload(spec)
        await engine.aclose()
        path.unlink(missing_ok=True)
    return round(statistics.median(ratios), 3)


async def _tokens_per_s(engine: OllamaEngine, spec: ModelSpec, prompt: str) -> float:
    """Return tokens per second of wall time, which includes prompt evaluation and transport."""
    began_s = time.perf_counter()
    n_tokens = 0
    async for chunk in engine.generate(
        GenerateRequest(spec=spec, prompt=prompt, n_predict=N_TOKENS)
    ):
        n_tokens = chunk.n_tokens or n_tokens
    return n_tokens / (time.perf_counter() - began_s)
