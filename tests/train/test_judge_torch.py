"""`hotseat judge` gets the same bits from torch as from llama.cpp, and says when it cannot."""

from __future__ import annotations

from pathlib import Path

import pytest

from hotseat.client.engine_process import runtime_folder
from hotseat.completion.prompt.fim_templates import choose
from hotseat.domain.errors import HotseatError
from hotseat.domain.experts import Expert, ModelSpec, Roster
from hotseat.embedded.models.card import describe, model_info
from hotseat.embedded.models.gguf import read_gguf
from hotseat.embedded.options import LoadOptions
from hotseat.embedded.processes.runner import Child, ChildSpec
from hotseat.engines.protocol import ModelInfo
from hotseat.infill.infilling_spans import InfillingSpan
from hotseat.judge.arms import Arm
from hotseat.judge.likelihood import ForcedTokenLikelihood
from hotseat.judge.torch_likelihood import open_torch_likelihood
from support.tiny_gguf import write_adapter, write_model

HOLE = InfillingSpan(
    path="a.py",
    language="python",
    code_language="python",
    kind="expression",
    before=" def total(items):\n    return",
    middle=" sum(items) + 1  # é",
    after=" \n\nprint(1)\n",
    code=(0, 0),
)
"""Each part begins with a blank: with such a vocabulary transformers puts one before others."""


@pytest.mark.parametrize("fim", [False, True])
@pytest.mark.parametrize("has_adapter", [False, True])
async def test_torch_needs_as_many_bits_as_llama_cpp(
    tmp_path: Path, fim: bool, has_adapter: bool
) -> None:
    path = write_model(tmp_path / "tiny.gguf", fim=fim)
    adapters = (write_adapter(tmp_path / "adapter.gguf"),) if has_adapter else ()
    card = describe(read_gguf(path))
    info = ModelInfo(
        capabilities=frozenset(card.capabilities),
        template="",
        metadata=model_info(read_gguf(path)),
    )
    options = LoadOptions(
        n_ctx=512, n_batch=64, n_threads=1, n_gpu_layers=0, main_gpu=0, use_mmap=True
    )
    with runtime_folder() as folder:
        spec = ChildSpec(model=path, adapters=adapters, options=options, socket=folder / "m.sock")
        child = await Child.start(spec, timeout_s=60)
        try:
            choice = choose(info, "auto")
            theirs = await ForcedTokenLikelihood(child, choice, card.fim, len(adapters)).score(HOLE)
        finally:
            child.kill()
            await child.wait()
    adapter = str(adapters[0]) if adapters else None
    arm = arm_of(str(path), adapter=adapter)
    async with open_torch_likelihood([arm], Roster(), None)(arm, info) as likelihood:
        ours = await likelihood.score(HOLE)
    assert (ours.n_tokens, ours.n_bytes) == (theirs.n_tokens, theirs.n_bytes)
    assert ours.bits == pytest.approx(theirs.bits, rel=0.01)


def test_one_arm_that_torch_cannot_open_leaves_all_to_another_way(base_file: Path) -> None:
    with pytest.raises(HotseatError, match="no base 'elsewhere:1b'"):
        open_torch_likelihood([arm_of(str(base_file)), arm_of("elsewhere:1b")], Roster(), None)


def arm_of(model: str, adapter: str | None = None) -> Arm:
    spec = ModelSpec(f"{model}-adapted" if adapter else model)
    base = model if adapter else None
    expert = Expert(name="e", languages=(), spec=spec, adapter=adapter, base_model=base)
    return Arm(name="e", expert=expert)
