"""The bits of pieces of code under mixtures of adapters. Scores are kept in a folder, so a run that
was stopped continues, and nothing is computed twice.

Owns the base in memory and the cache. Tokens come from the embedded engine's llama.cpp, so that
they are those of a completion.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from hotseat.client.engine_process import runtime_folder
from hotseat.domain.errors import EngineGarbled, EngineUnavailable, HotseatError
from hotseat.embedded.models.gguf import read_gguf
from hotseat.embedded.options import LoadOptions
from hotseat.embedded.processes.runner import Child, ChildSpec
from hotseat.engines.discovery import embedded_installed
from hotseat.machine.platforms import HERE
from hotseat.mixtures.adapter_file import AdapterFile
from hotseat.mixtures.forward import LlamaModel
from hotseat.mixtures.mixture import Weights
from hotseat.mixtures.pieces import Piece
from hotseat.train.base import SEPARATORS
from hotseat.train.likelihood import TextScore

N_CTX = 512
_BATCH = 8
"""Pieces after which scores are written to the cache."""
_LOAD_PATIENCE_S = 120.0


class Scorer:
    """Scores pieces under any mixture of adapters over one base.

    `on_step` is called with the name of what is scored and the number of pieces that it took.
    """

    def __init__(
        self,
        base: Path,
        adapters: Mapping[str, AdapterFile],
        cache: Path,
        on_step: Callable[[str, int], None],
    ) -> None:
        self._base = base
        self._adapters = adapters
        self._cache = cache
        self._on_step = on_step
        self._model: LlamaModel | None = None
        self._tokens: dict[str, list[int]] = {}
        self._files = {
            name: hashlib.sha256(adapter.path.read_bytes()).hexdigest()
            for name, adapter in adapters.items()
        }
        self._separator = _separator(base)

    def score(self, name: str, weights: Weights, pieces: Sequence[Piece]) -> list[TextScore]:
        """Return the score of each piece under a mixture; with no weights, under the base alone.

        Raises HotseatError when the base or the cache cannot be used.
        """
        place = self._cache / f"{self._key(weights)}.json"
        known: dict[str, list[float]] = _read(place)
        todo = list({p.digest: p for p in pieces if p.digest not in known}.values())
        if todo:
            self._tokenize(todo)
            model = self._loaded()
            model.use(self._adapters, weights)
        for at in range(0, len(todo), _BATCH):
            batch = todo[at : at + _BATCH]
            ids = [self._tokens[piece.digest] for piece in batch]
            nats = self._loaded().nats(ids, [1] * len(ids))
            for piece, lost, tokens in zip(batch, nats, ids, strict=True):
                known[piece.digest] = [lost, len(piece.text.encode()), len(tokens) - 1]
            _write(place, known)
            self._on_step(name, len(batch))
        return [
            TextScore(nats=nats, n_bytes=int(n_bytes), n_tokens=int(n_tokens))
            for nats, n_bytes, n_tokens in (known[piece.digest] for piece in pieces)
        ]

    def _loaded(self) -> LlamaModel:
        if self._model is None:
            self._model = LlamaModel.read(self._base)
        return self._model

    def _key(self, weights: Weights) -> str:
        parts = [self._base.name, str(self._base.stat().st_size)]
        parts += sorted(f"{self._files[name]} {weight:.6f}" for name, weight in weights.items())
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]

    def _tokenize(self, pieces: Sequence[Piece]) -> None:
        new = [piece for piece in pieces if piece.digest not in self._tokens]
        found = asyncio.run(tokenized(self._base, [p.text for p in new])) if new else []
        for piece, ids in zip(new, found, strict=True):
            self._tokens[piece.digest] = [self._separator, *ids[: N_CTX - 1]]


async def tokenized(base: Path, texts: Sequence[str]) -> list[list[int]]:
    """Return the tokens of each text, as llama.cpp makes them for this model.

    Raises EngineUnavailable without the embedded engine, and EngineError when it cannot load the
    model.
    """
    if not embedded_installed():
        raise EngineUnavailable(
            "The embedded engine is not installed, and its llama.cpp makes the tokens",
            hint="pip install 'hotseat[embedded]'",
        )
    options = LoadOptions(
        n_ctx=N_CTX, n_batch=32, n_threads=1, n_gpu_layers=0, main_gpu=0, use_mmap=True
    )
    with runtime_folder() as folder:
        has_sockets = HERE.has_unix_sockets
        spec = ChildSpec(
            model=base,
            adapters=(),
            options=options,
            socket=folder / "model.sock" if has_sockets else None,
        )
        child = await Child.start(spec, timeout_s=_LOAD_PATIENCE_S)
        try:
            return [await _tokens(child, text) for text in texts]
        finally:
            child.kill()
            await child.wait()


async def _tokens(child: Child, text: str) -> list[int]:
    body: dict[str, object] = {"content": text, "add_special": False, "parse_special": False}
    upstream = await child.request("/tokenize", body)
    try:
        status = await child.patiently(upstream.status)
        answer = json.loads(await child.patiently(upstream.read))
    finally:
        upstream.close()
    if status != 200:
        raise EngineGarbled(f"llama.cpp answered /tokenize with status {status}")
    return [int(token) for token in answer["tokens"]]


def _separator(base: Path) -> int:
    """Return the token before each text in training."""
    head = read_gguf(base, with_arrays=True)
    tokens = list(head.arrays.get("tokenizer.ggml.tokens", ()))
    known = next((tokens.index(text) for text in SEPARATORS if text in tokens), None)
    return known if known is not None else head.integer("tokenizer.ggml.eos_token_id") or 0


def _read(place: Path) -> dict[str, Any]:
    try:
        found = json.loads(place.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        return {}  # it is computed again
    return found if isinstance(found, dict) else {}


def _write(place: Path, scores: Mapping[str, Sequence[float]]) -> None:
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        partial = place.with_suffix(".partial")
        partial.write_text(json.dumps(scores), encoding="utf-8")
        partial.replace(place)
    except OSError as error:
        raise HotseatError(
            f"Cannot write {place}: {error.strerror or error}",
            hint="Name a folder that you can write to with --cache",
        ) from error
