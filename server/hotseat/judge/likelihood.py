"""How many bits a model needs for the removed text, with the embedded engine's llama.cpp.

llama.cpp's server does not score a given text, so the text is forced: its tokens are sent one by
one, each with a `logit_bias` that makes it the greedy choice. The log-probability that the server
reports for the chosen token is computed from the model's logits before the bias is added (checked
against the whole distribution, which `n_probs` returns). Owns a model process while it scores.
"""

from __future__ import annotations

import json
import math
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from hotseat.client.engine_process import runtime_folder
from hotseat.completion.prompt.fim_templates import FimChoice, choose
from hotseat.completion.prompt.window import PromptParts, window
from hotseat.domain.errors import EngineGarbled, ModelNotFound
from hotseat.embedded.models.card import FimTokens
from hotseat.embedded.models.names import parse_name
from hotseat.embedded.models.store import ModelStore
from hotseat.embedded.options import LoadOptions
from hotseat.embedded.processes.cores import usable_cores
from hotseat.embedded.processes.runner import Child, ChildSpec
from hotseat.engines.protocol import ModelInfo
from hotseat.infill.infilling_spans import InfillingSpan
from hotseat.judge.arms import Arm
from hotseat.machine.platforms import HERE

MAX_MIDDLE_BYTES = 160
"""Bytes scored of each removed text; many spans give more information than long ones."""
N_CTX = 1024
N_PROMPT_TOKENS = 320
"""Tokens of text around the span; processing a cold prompt is most of the cost of a span."""
BYTES_PER_TOKEN = 3
"""Estimate for code, used for the budget: arms with other tokenizers must score the same bytes."""
N_BATCH = 256
_BIAS = 1000.0
_ALL = 1_000_000
"""More tokens than any vocabulary has; llama.cpp then returns the whole distribution."""
_LOAD_PATIENCE_S = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanBits:
    """The bits that a model needs for the beginning of one span's removed text."""

    bits: float
    n_bytes: int
    n_tokens: int


class Likelihood(Protocol):
    """One model that scores texts. `how` names the method, for the report."""

    how: str

    async def score(self, span: InfillingSpan) -> SpanBits:
        """Return the bits of `target(span)`, given the prompt that a completion would send."""
        ...


OpenLikelihood = Callable[[Arm, ModelInfo], AbstractAsyncContextManager[Likelihood]]
"""Opens the scorer of one arm. Raises HotseatError for an arm that cannot be scored."""


def target(span: InfillingSpan) -> str:
    """Return the part of a span's text that is scored: its first bytes, whole characters only."""
    return span.middle.encode()[:MAX_MIDDLE_BYTES].decode(errors="ignore")


def context(span: InfillingSpan, *, suffix_first: bool = False) -> PromptParts:
    """Return the text around the span that the model gets as prompt."""
    return window(
        span.before,
        span.after,
        cursor_line=span.position[0],
        n_ctx=N_PROMPT_TOKENS,
        n_predict=0,
        suffix_first=suffix_first,
    )


def within_budget(spans: Sequence[InfillingSpan], n_tokens: int) -> list[int]:
    """Return the indices of the first spans whose targets take `n_tokens` by estimate.

    They are the same for every arm, whatever its tokenizer.
    """
    found, used = [], 0.0
    for i, span in enumerate(spans):
        used += len(target(span).encode()) / BYTES_PER_TOKEN
        if used > n_tokens:
            break
        found.append(i)
    return found


def likelihood_from_store(store: Path) -> OpenLikelihood:
    """Return an opener for arms whose weights are in the `store` of an embedded engine."""
    return partial(_forced, store)


@asynccontextmanager
async def _forced(store: Path, arm: Arm, info: ModelInfo) -> AsyncIterator[Likelihood]:
    models = ModelStore(store)
    stored = models.get(parse_name(arm.expert.spec.model))
    if stored is None:
        raise ModelNotFound(arm.expert.spec.model)
    manifest = stored.manifest
    card = models.card(manifest.base)
    with runtime_folder() as folder:
        spec = ChildSpec(
            model=models.blob_path(manifest.base),
            adapters=tuple(models.blob_path(digest) for digest in manifest.adapters),
            options=LoadOptions(
                n_ctx=min(N_CTX, card.context_length or N_CTX),
                n_batch=N_BATCH,
                n_threads=max(1, usable_cores() - 1),
                n_gpu_layers=-1,
                main_gpu=0,
                use_mmap=True,
            ),
            socket=folder / "model.sock" if HERE.has_unix_sockets else None,
        )
        child = await Child.start(spec, timeout_s=_LOAD_PATIENCE_S)
        try:
            choice = choose(info, arm.expert.fim)
            yield ForcedTokenLikelihood(child, choice, card.fim, len(manifest.adapters))
        finally:
            child.kill()
            await child.wait()


class ForcedTokenLikelihood:
    """Likelihood by llama.cpp, with each token forced. `likelihood_from_store` opens one."""

    how = "llama.cpp, each token forced"

    def __init__(
        self, child: Child, choice: FimChoice, fim: FimTokens | None, n_adapters: int
    ) -> None:
        self._child = child
        self._choice = choice
        self._fim = fim
        self._lora = [{"id": i, "scale": 1.0} for i in range(n_adapters)]
        self._plain: int | None = None

    async def score(self, span: InfillingSpan) -> SpanBits:
        """Raises EngineError when the model's process ended or returned an unexpected answer."""
        text = target(span)
        parts = context(span, suffix_first=self._choice.suffix_first)
        asked = self._choice.prompt(parts.prefix, parts.suffix, path=Path(span.path).name)
        if asked.suffix is None:
            prompt = await self._tokens(asked.prompt, special=True)
        else:
            prompt = await self._fill_in(asked.prompt, asked.suffix)
        # White space that was removed from the end of the prompt is scored first, as the model
        # would write it. It adds bits but no bytes: a small disadvantage for models that need it.
        forced = await self._tokens(asked.taken + text, special=False)
        try:
            nats = [
                await self._logprob([*prompt, *forced[:i]], token) for i, token in enumerate(forced)
            ]
        except (LookupError, TypeError, ValueError) as error:
            raise EngineGarbled("llama.cpp returned no log-probability for a token") from error
        return SpanBits(
            bits=-math.fsum(nats) / math.log(2), n_bytes=len(text.encode()), n_tokens=len(forced)
        )

    async def _logprob(self, prompt: list[int], token: int) -> float:
        entry = await self._forced(prompt, token)
        if entry is None:
            # llama.cpp reports nothing for a token that ends within a character. Then the whole
            # distribution is requested at a plain token, for which it does report.
            if self._plain is None:
                self._plain = (await self._tokens("a", special=False))[-1]
            entry = await self._forced(prompt, self._plain, n_probs=_ALL) or {}
            logprobs = {top["id"]: top["logprob"] for top in entry["top_logprobs"]}
            return float(logprobs[token])
        return float(entry["logprob"])

    async def _forced(
        self, prompt: list[int], token: int, n_probs: int = 1
    ) -> dict[str, Any] | None:
        answer = await self._post(
            "/completion",
            {
                "prompt": prompt,
                "n_predict": 1,
                "n_probs": n_probs,
                "temperature": 0.0,
                "samplers": ["temperature"],
                "logit_bias": [[token, _BIAS]],
                "cache_prompt": True,
                "id_slot": 0,
                **({"lora": self._lora} if self._lora else {}),
            },
        )
        entries: list[dict[str, Any]] = answer.get("completion_probabilities") or []
        if not entries:
            return None
        if entries[0]["id"] != token:
            raise EngineGarbled(
                f"llama.cpp chose token {entries[0]['id']} where {token} was forced"
            )
        return entries[0]

    async def _tokens(self, text: str, *, special: bool) -> list[int]:
        answer = await self._post(
            "/tokenize", {"content": text, "add_special": special, "parse_special": special}
        )
        return [int(token) for token in answer.get("tokens") or ()]

    async def _fill_in(self, prefix: str, suffix: str) -> list[int]:
        """Return the tokens of a prompt with a suffix, as the engine renders it."""
        tokens: list[int] = []
        for part in self._fim.render(prefix, suffix) if self._fim else [prefix]:
            tokens += [part] if isinstance(part, int) else await self._tokens(part, special=False)
        return tokens

    async def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        upstream = await self._child.request(path, body)
        try:
            status = await self._child.patiently(upstream.status)
            content = await self._child.patiently(upstream.read)
        finally:
            upstream.close()
        try:
            answer = json.loads(content)
        except ValueError:
            answer = None
        if status != 200 or not isinstance(answer, dict):
            raise EngineGarbled(f"llama.cpp answered {path} with status {status}")
        return answer
