"""What a completion costs while its model answers a question in its only slot: by another model
that stands in, or by pausing the answer.

    python tests/tools/one_slot.py [--slower 3] [--rounds 8] [--chars 1500]

Prints medians in seconds as JSON. `alone`: nothing else runs, and the model has read the text
before the last key. `stand_in` and `slower_stand_in`: another model completes meanwhile, as large,
and `--slower` times as deep. `paused`: the answer is cancelled, and the model completes; `resumed`:
from then on until the next token of the answer. `token`: between two tokens of the answer, alone.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx

from support.engine_process import create_model, running_engine
from support.tiny_gguf import SLOW, write_model

OPTIONS = {"num_ctx": 4096, "num_thread": 1}
N_PREDICT = 12
LINE = "the class is not that import of one have they at func by this and let\n"


def main() -> None:
    """Measure, and print the medians."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--slower", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--chars", type=int, default=1500, help="of the question and of the file")
    arguments = parser.parse_args()
    deep = replace(SLOW, n_layers=SLOW.n_layers * arguments.slower)
    shapes = {"busy": SLOW, "equal": SLOW, "deep": deep}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with (
            running_engine(folder, "--schedule", "ollama", "--parallel", "1") as engine,
            engine.client(timeout=120) as client,
        ):
            for seed, (model, shape) in enumerate(shapes.items()):
                path = write_model(folder / f"{model}.gguf", shape=shape, seed=seed)
                create_model(client, model, path)
            print(json.dumps(measured(client, arguments.rounds, arguments.chars), indent=2))


def measured(client: httpx.Client, n_rounds: int, n_chars: int) -> dict[str, float]:
    """Return the medians of the ways in turn."""
    text = (LINE * (n_chars // len(LINE) + 1))[:n_chars]
    seconds: dict[str, list[float]] = {}

    def note(name: str, value_s: float) -> None:
        seconds.setdefault(name, []).append(value_s)

    for number in range(n_rounds):
        question = f"{number} {text}"
        for way in ("alone", "stand_in", "slower_stand_in", "paused"):
            typed = f"{text}{number} "
            model = {"stand_in": "equal", "slower_stand_in": "deep"}.get(way, "busy")
            completed(client, model, typed)  # as the key before: the text has been read
            if way == "alone":
                note(way, completed(client, model, typed + "the"))
                continue
            with answering(client, question) as tokens:
                answer = [next(tokens) for _ in range(6)]
                began_s = time.perf_counter()
                answer += [next(tokens) for _ in range(6)]
                note("token", (time.perf_counter() - began_s) / 6)
                if way != "paused":
                    note(way, completed(client, model, typed + "the"))
                    continue
                began_s = time.perf_counter()
            completed(client, model, typed + "the")
            note(way, time.perf_counter() - began_s)
            began_s = time.perf_counter()
            with answering(client, question + "".join(answer)) as tokens:
                next(tokens)
            note("resumed", time.perf_counter() - began_s)
    return {name: round(statistics.median(values), 3) for name, values in seconds.items()}


def completed(client: httpx.Client, model: str, prompt: str) -> float:
    """Return the seconds for a short completion."""
    began_s = time.perf_counter()
    options = {**OPTIONS, "num_predict": N_PREDICT, "temperature": 0}
    client.post("/api/generate", json=body(model, prompt, options, stream=False)).raise_for_status()
    return time.perf_counter() - began_s


@contextmanager
def answering(client: httpx.Client, prompt: str) -> Iterator[Iterator[str]]:
    """Stream an answer of the model `busy`; its tokens. It is cancelled at the end."""
    options = {**OPTIONS, "num_predict": 2000, "temperature": 0}
    with client.stream("POST", "/api/generate", json=body("busy", prompt, options)) as reply:
        reply.raise_for_status()
        yield (json.loads(line)["response"] for line in reply.iter_lines())


def body(
    model: str, prompt: str, options: dict[str, Any], *, stream: bool = True
) -> dict[str, Any]:
    return {"model": model, "prompt": prompt, "raw": True, "stream": stream, "options": options}


if __name__ == "__main__":
    main()
