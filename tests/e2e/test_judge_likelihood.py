"""The bits of a given text: the sum over its tokens of what the model's whole distribution says."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from hotseat.client.engine_process import runtime_folder
from hotseat.completion.prompt.fim_templates import choose
from hotseat.embedded.models.card import FimTokens, describe, model_info
from hotseat.embedded.models.gguf import read_gguf
from hotseat.embedded.options import LoadOptions
from hotseat.embedded.processes.runner import Child, ChildSpec
from hotseat.engines.protocol import ModelInfo
from hotseat.infill.infilling_spans import InfillingSpan
from hotseat.judge.likelihood import MAX_MIDDLE_BYTES, ForcedTokenLikelihood, target, within_budget
from support.tiny_gguf import write_model

pytestmark = pytest.mark.slow

BEFORE, MIDDLE, AFTER = "def total(items):\n    return ", "sum(items) + 1", "\n\nprint(1)\n"


def span(middle: str = MIDDLE) -> InfillingSpan:
    return InfillingSpan(
        path="a.py",
        language="python",
        code_language="python",
        kind="expression",
        before=BEFORE,
        middle=middle,
        after=AFTER,
        code=(0, 0),
    )


@pytest.mark.parametrize("middle", [MIDDLE, 'sum(items) + "é🙂"'])
@pytest.mark.parametrize("fim", [False, True])
async def test_forced_bits_are_those_of_the_whole_distribution(
    tmp_path: Path, fim: bool, middle: str
) -> None:
    path = write_model(tmp_path / "tiny.gguf", fim=fim)
    gguf = read_gguf(path)
    card = describe(gguf)
    options = LoadOptions(
        n_ctx=512, n_batch=64, n_threads=1, n_gpu_layers=0, main_gpu=0, use_mmap=True
    )
    info = ModelInfo(
        capabilities=frozenset(card.capabilities), template="", metadata=model_info(gguf)
    )
    choice = choose(info, "auto")
    with runtime_folder() as folder:
        spec = ChildSpec(model=path, adapters=(), options=options, socket=folder / "m.sock")
        child = await Child.start(spec, timeout_s=60)
        try:
            scored = await ForcedTokenLikelihood(child, choice, card.fim, 0).score(span(middle))
            prompt, text = await rendered(child, card.fim, middle)
            nats = 0.0
            for i, token in enumerate(text):
                logprobs = await distribution(child, [*prompt, *text[:i]])
                assert math.fsum(map(math.exp, logprobs.values())) == pytest.approx(1, abs=1e-3)
                nats -= logprobs[token]
        finally:
            child.kill()
            await child.wait()
    assert scored.n_tokens == len(text) > 5
    assert scored.n_bytes == len(middle.encode())
    assert scored.bits == pytest.approx(nats / math.log(2), rel=1e-3)


async def rendered(child: Child, fim: FimTokens | None, middle: str) -> tuple[list[int], list[int]]:
    """The prompt and the text as tokens, made apart from what is tested."""

    async def tokens(text: str, *, special: bool = False) -> list[int]:
        body = {"content": text, "add_special": special}
        return list((await post(child, "/tokenize", body))["tokens"])

    if fim is None:  # the blank belongs to the word behind it
        prompt = await tokens(BEFORE.removesuffix(" "), special=True)
        return prompt, await tokens(" " + middle)
    prompt = []
    for part in fim.render(BEFORE, AFTER):
        prompt += [part] if isinstance(part, int) else await tokens(part)
    return prompt, await tokens(middle)


async def distribution(child: Child, prompt: list[int]) -> dict[int, float]:
    body = {"prompt": prompt, "n_predict": 1, "n_probs": 10_000, "temperature": 0.0}
    # Of a token that ends within a character llama.cpp tells nothing: let it be another one.
    body["logit_bias"] = [["x", 100.0]]
    answer = await post(child, "/completion", body)
    top = answer["completion_probabilities"][0]["top_logprobs"]
    return {entry["id"]: entry["logprob"] for entry in top}


async def post(child: Child, path: str, body: dict[str, Any]) -> dict[str, Any]:
    upstream = await child.request(path, body)
    try:
        assert await child.patiently(upstream.status) == 200
        answer: dict[str, Any] = json.loads(await child.patiently(upstream.read))
        return answer
    finally:
        upstream.close()


def test_every_arm_is_given_the_same_bytes_within_the_budget() -> None:
    spans = [span("x" * 60), span("y" * 30), span("é" * 200), span("z")]
    assert within_budget(spans, 30) == [0, 1]
    assert within_budget(spans, 1000) == [0, 1, 2, 3]
    assert within_budget(spans, 0) == []
    assert len(target(spans[2]).encode()) == MAX_MIDDLE_BYTES
