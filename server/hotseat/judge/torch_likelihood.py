"""Bits of a given text in one forward pass of torch.

This is faster than forcing tokens, and works beside a real Ollama. It needs the extra `train`, and
weights that are files on this machine.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil

from hotseat.completion.prompt.fim_templates import FimChoice, choose
from hotseat.domain.errors import HotseatError
from hotseat.domain.experts import EngineChoice, Roster
from hotseat.embedded.models.card import begin_token, describe
from hotseat.embedded.models.gguf import Gguf, read_gguf
from hotseat.engines.protocol import ModelInfo
from hotseat.infill.infilling_spans import InfillingSpan
from hotseat.judge.arms import Arm
from hotseat.judge.likelihood import Likelihood, OpenLikelihood, SpanBits, context, target
from hotseat.train.base import Base, check_memory, find_base, load
from hotseat.train.extra import require_extra

_ARM = "arm"


def open_torch_likelihood(arms: Iterable[Arm], roster: Roster, url: str | None) -> OpenLikelihood:
    """Return an opener for any of `arms`; their weights are at the engine at `url` or in our own
    store.

    Either all arms can be scored or none, because all models are compared by one measure. Raises
    HotseatError with the reason.
    """
    require_extra()
    if url is not None:
        roster = replace(roster, engine=EngineChoice(host=url))
    bases = {arm.weights: find_base(arm.weights, roster, ()) for arm in arms}
    for base in bases.values():
        if not base.is_gguf:
            raise HotseatError(f"{base.name} is not a GGUF file")
        check_memory(base, psutil.virtual_memory().available)

    def opened(arm: Arm, info: ModelInfo) -> AbstractAsyncContextManager[Likelihood]:
        return _opened(bases[arm.weights], arm, info)

    return opened


@asynccontextmanager
async def _opened(base: Base, arm: Arm, info: ModelInfo) -> AsyncIterator[Likelihood]:
    adapted = await asyncio.to_thread(_load, base, arm.expert.adapter)
    yield TorchLikelihood(adapted, read_gguf(base.path), choose(info, arm.expert.fim))


def _load(base: Base, adapter: str | None) -> Any:
    from hotseat.train.lora import Adapted

    adapted = Adapted(load(base))
    if adapter is not None:
        adapted.read(_ARM, Path(adapter))
    return adapted


class TorchLikelihood:
    """The likelihood of one model, with its adapter if it has one."""

    how = "torch"

    def __init__(self, adapted: Any, gguf: Gguf, choice: FimChoice) -> None:
        self._loaded = adapted.loaded
        self._choice = choice
        self._begin = begin_token(gguf)
        self._fim = describe(gguf).fim

    async def score(self, span: InfillingSpan) -> SpanBits:
        return await asyncio.to_thread(self._score, span)

    def _score(self, span: InfillingSpan) -> SpanBits:
        import torch

        from hotseat.train.likelihood import hidden_states

        text = target(span)
        parts = context(span, suffix_first=self._choice.suffix_first)
        asked = self._choice.prompt(parts.prefix, parts.suffix, path=Path(span.path).name)
        if asked.suffix is None:
            begin = [] if self._begin is None else [self._begin]
            prompt = [*begin, *self._loaded.encode_control(asked.prompt)]
        else:
            prompt = self._fill_in(asked.prompt, asked.suffix)
        forced = self._loaded.encode(asked.taken + text)
        ids = torch.tensor([[*prompt, *forced]])
        with torch.inference_mode():
            hidden = hidden_states(self._loaded.model, ids)[0, len(prompt) - 1 : -1]
            logits = hidden @ self._loaded.model.get_output_embeddings().weight.T
            nats = torch.nn.functional.cross_entropy(logits, ids[0, len(prompt) :], reduction="sum")
        return SpanBits(
            bits=float(nats) / math.log(2), n_bytes=len(text.encode()), n_tokens=len(forced)
        )

    def _fill_in(self, prefix: str, suffix: str) -> list[int]:
        tokens: list[int] = []
        for part in self._fim.render(prefix, suffix) if self._fim else [prefix]:
            tokens += [part] if isinstance(part, int) else self._loaded.encode(part)
        return tokens
