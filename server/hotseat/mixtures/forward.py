"""The bits that a llama model with adapters needs for given tokens, computed with numpy.

One pass over a batch of windows, so it is many times faster than forcing each token through the
engine, and needs no torch. Only the architecture `llama` (SmolLM2, Llama 2 and 3, TinyLlama): token
embedding, RMS norm, grouped attention with rotary positions of neighbouring pairs, SwiGLU, as
llama.cpp's src/models/llama.cpp computes them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hotseat.domain.errors import HotseatError
from hotseat.embedded.models.gguf import Gguf, read_gguf
from hotseat.mixtures.adapter_file import AdapterFile
from hotseat.mixtures.extra import require_mix_extra
from hotseat.mixtures.mixture import Weights, exact_change

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from hotseat.mixtures.adapter_file import Matrix

_LINEAR = ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down")
_CHUNK = 256
"""Positions whose logits are in memory at a time."""
_BATCH_TOKENS = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """The numbers in the header of a llama model that its computation needs."""

    n_layers: int
    n_heads: int
    n_kv_heads: int
    head_width: int
    epsilon: float
    rope_base: float


class LlamaModel:
    """A llama model in memory, with float32 weights, and a mixture of adapters merged into them.

    135 million parameters take 0.55 GB, and as much again with a mixture.
    """

    def __init__(self, shape: Shape, weights: Mapping[str, Matrix]) -> None:
        self._shape = shape
        self._base = dict(weights)
        self._weights = self._base
        self._head = weights.get("output.weight", weights["token_embd.weight"])

    @classmethod
    def read(cls, path: Path) -> LlamaModel:
        """Read a GGUF file. Raises HotseatError for another architecture."""
        require_mix_extra()
        import gguf

        shape = _shape(read_gguf(path), path)
        weights = {
            t.name: gguf.quants.dequantize(t.data, t.tensor_type).astype("float32")
            for t in gguf.GGUFReader(path).tensors
        }
        return cls(shape, weights)

    def use(self, adapters: Mapping[str, AdapterFile], weights: Weights) -> None:
        """Merge the exact mixture of these adapters into the weights; an empty one removes it."""
        if not weights:
            self._weights = self._base
            return
        merged = dict(self._base)
        for layer in {layer for name in weights for layer in adapters[name].pairs}:
            change = exact_change(adapters, weights, layer)
            if change is None:
                continue
            if layer not in self._base or self._base[layer].shape != change.shape:
                raise HotseatError(
                    f"The adapters do not fit this base: {layer}",
                    hint="They were made for another model",
                )
            merged[layer] = self._base[layer] + change
        self._weights = merged

    def nats(self, windows: Sequence[Sequence[int]], n_context: Sequence[int]) -> list[float]:
        """Return the nats of each window's tokens after its first `n_context` (at least one)."""
        import numpy as np

        found = [0.0] * len(windows)
        order = sorted(range(len(windows)), key=lambda i: len(windows[i]))
        while order:
            longest = max(1, len(windows[order[-1]]))
            n = max(1, _BATCH_TOKENS // longest)
            batch, order = order[-n:], order[:-n]
            ids = np.zeros((len(batch), longest), dtype=np.int64)
            for row, i in enumerate(batch):
                ids[row, : len(windows[i])] = windows[i]
            lost = self._lost(ids)
            for row, i in enumerate(batch):
                begin = max(1, n_context[i]) - 1
                found[i] = float(lost[row, begin : len(windows[i]) - 1].sum(dtype=np.float64))
        return found

    def _lost(self, ids: NDArray[np.int64]) -> Matrix:
        """Return the nats of each next token, [rows, n - 1]; padding at the end has no effect."""
        import numpy as np

        hidden = self._hidden(ids)[:, :-1].reshape(-1, self._head.shape[1])
        targets = ids[:, 1:].reshape(-1)
        lost = np.empty(len(targets), dtype=np.float32)
        for at in range(0, len(targets), _CHUNK):
            logits = hidden[at : at + _CHUNK] @ self._head.T
            wanted = logits[np.arange(len(logits)), targets[at : at + _CHUNK]]
            top = logits.max(axis=1)
            np.exp(logits - top[:, None], out=logits)
            lost[at : at + _CHUNK] = np.log(logits.sum(axis=1)) + top - wanted
        return lost.reshape(ids.shape[0], -1)

    def _hidden(self, ids: NDArray[np.int64]) -> Matrix:
        """Return the input of the output matrix, [rows, n, width]."""
        import numpy as np

        w, shape = self._weights, self._shape
        rows, n = ids.shape
        angles = np.outer(
            np.arange(n),
            shape.rope_base ** (-np.arange(0, shape.head_width, 2) / shape.head_width),
        )
        cos, sin = (f(angles).astype(np.float32)[None, :, None] for f in (np.cos, np.sin))
        hidden: Matrix = w["token_embd.weight"][ids]
        for layer in range(shape.n_layers):
            at = {name: w[f"blk.{layer}.{name}.weight"] for name in _LINEAR}
            x = self._norm(hidden, f"blk.{layer}.attn_norm.weight")
            q = (x @ at["attn_q"].T).reshape(rows, n, shape.n_heads, shape.head_width)
            k = (x @ at["attn_k"].T).reshape(rows, n, shape.n_kv_heads, shape.head_width)
            v = (x @ at["attn_v"].T).reshape(rows, n, shape.n_kv_heads, shape.head_width)
            mixed = _attend(_rotated(q, cos, sin), _rotated(k, cos, sin), v)
            hidden = hidden + mixed.reshape(rows, n, -1) @ at["attn_output"].T
            x = self._norm(hidden, f"blk.{layer}.ffn_norm.weight")
            gate = x @ at["ffn_gate"].T
            gate = gate / (1 + np.exp(-gate)) * (x @ at["ffn_up"].T)
            hidden = hidden + gate @ at["ffn_down"].T
        return self._norm(hidden, "output_norm.weight")

    def _norm(self, x: Matrix, name: str) -> Matrix:
        import numpy as np

        size = np.mean(x * x, axis=-1, keepdims=True) + np.float32(self._shape.epsilon)
        scaled: Matrix = x / np.sqrt(size) * self._weights[name]
        return scaled


def _rotated(x: Matrix, cos: Matrix, sin: Matrix) -> Matrix:
    """Rotate neighbouring pairs, the order of rows that llama models have in GGUF files."""
    import numpy as np

    even, odd = x[..., 0::2], x[..., 1::2]
    found = np.empty_like(x)
    found[..., 0::2] = even * cos - odd * sin
    found[..., 1::2] = even * sin + odd * cos
    return found


def _attend(q: Matrix, k: Matrix, v: Matrix) -> Matrix:
    """Return causal attention, [rows, n, heads, width]; some heads of `q` share one of `k`."""
    import numpy as np

    rows, n, n_heads, width = q.shape
    n_shared = n_heads // k.shape[2]
    q = q.reshape(rows, n, k.shape[2], n_shared, width).transpose(0, 2, 3, 1, 4)
    keys, values = (x.transpose(0, 2, 1, 3)[:, :, None] for x in (k, v))
    scores: Matrix = (q @ keys.swapaxes(-1, -2)).astype(np.float32, copy=False)
    scores /= np.float32(math.sqrt(width))
    scores += np.triu(np.full((n, n), -np.inf, dtype=np.float32), 1)
    scores -= scores.max(axis=-1, keepdims=True)
    np.exp(scores, out=scores)
    scores /= scores.sum(axis=-1, keepdims=True)
    found: Matrix = (scores @ values).transpose(0, 3, 1, 2, 4).reshape(rows, n, n_heads, width)
    return found


def _shape(head: Gguf, path: Path) -> Shape:
    family = head.text("general.architecture")
    if family != "llama":
        raise HotseatError(
            f"{path.name} is a {family or 'model without an architecture'}; mixtures are judged "
            "over models of the architecture llama only",
            hint="`hotseat judge --arm MODEL+FILE.gguf` compares adapters over any model",
        )

    def number(name: str, default: float | None = None) -> float:
        value = head.metadata.get(f"llama.{name}", default)
        if not isinstance(value, int | float) or value <= 0:
            raise HotseatError(f"{path.name} does not state llama.{name}")
        return float(value)

    n_heads = int(number("attention.head_count"))
    width = int(number("rope.dimension_count", number("embedding_length") / n_heads))
    return Shape(
        n_layers=int(number("block_count")),
        n_heads=n_heads,
        n_kv_heads=int(number("attention.head_count_kv", n_heads)),
        head_width=width,
        epsilon=number("attention.layer_norm_rms_epsilon"),
        rope_base=number("rope.freq_base", 10_000.0),
    )
