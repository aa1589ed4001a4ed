"""How well a model predicts texts, in bits per byte, which is comparable across tokenizers.

One base stays in memory; adapters are switched over it, on the same texts.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

WINDOW = 512
CONTEXT = 64
"""Tokens repeated from the previous window, so that no token is scored without context."""
_BATCH_TOKENS = 2048
_CHUNK = 256
"""Positions whose logits are in memory at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextScore:
    """The score of one text."""

    nats: float
    n_bytes: int
    n_tokens: int

    @property
    def bits_per_byte(self) -> float:
        return self.nats / math.log(2) / max(1, self.n_bytes)


def bits_per_byte(scores: Sequence[TextScore]) -> float:
    """Return the bits per byte of all texts together."""
    return sum(s.nats for s in scores) / math.log(2) / max(1, sum(s.n_bytes for s in scores))


def score_texts(
    model: Any, encode: Any, texts: Sequence[str], *, separator: int, window: int = WINDOW
) -> list[TextScore]:
    """Return one score for each text, in order.

    `model` is a causal model of transformers, with the adapter to score in use; `encode` returns a
    text's tokens; `separator` is the token before each text.
    """
    import torch

    window = min(window, WINDOW)
    rows: list[tuple[int, list[int], int]] = []  # text, tokens, how many of them are context
    counts = []
    for i, text in enumerate(texts):
        ids = [separator, *encode(text)]
        counts.append(len(ids) - 1)
        at = 1
        while at < len(ids):
            start = max(0, at - (CONTEXT if at > 1 else 1))
            stop = min(len(ids), start + window)
            rows.append((i, ids[start:stop], at - start))
            at = stop
    nats = [0.0] * len(texts)
    rows.sort(key=lambda row: len(row[1]))
    with torch.inference_mode():
        for batch in _batches(rows):
            n = len(batch[-1][1])
            ids = torch.full((len(batch), n), separator, device=model.device)
            for row, (_, tokens, _) in enumerate(batch):
                ids[row, : len(tokens)] = torch.tensor(tokens)
            lost = _nats_by_token(model, ids)
            for row, (i, tokens, n_context) in enumerate(batch):
                nats[i] += float(lost[row, n_context - 1 : len(tokens) - 1].double().sum())
    return [
        TextScore(nats=n, n_bytes=len(text.encode()), n_tokens=count)
        for n, text, count in zip(nats, texts, counts, strict=True)
    ]


def _batches(rows: list[tuple[int, list[int], int]]) -> list[list[tuple[int, list[int], int]]]:
    found: list[list[tuple[int, list[int], int]]] = []
    for row in rows:  # sorted by length, so the last row of a batch is its longest
        if not found or (len(found[-1]) + 1) * len(row[1]) > _BATCH_TOKENS:
            found.append([])
        found[-1].append(row)
    return found


def _nats_by_token(model: Any, ids: Any) -> Any:
    """Return the nats of each next token, as [rows, n - 1].

    Padding is at the end, where a causal model does not see it.
    """
    import torch

    hidden = hidden_states(model, ids)[:, :-1]
    head = model.get_output_embeddings().weight
    flat = hidden.reshape(-1, hidden.shape[-1])
    targets = ids[:, 1:].reshape(-1)
    lost = [
        torch.nn.functional.cross_entropy(
            flat[at : at + _CHUNK] @ head.T, targets[at : at + _CHUNK], reduction="none"
        )
        for at in range(0, flat.shape[0], _CHUNK)
    ]
    return torch.cat(lost).reshape(hidden.shape[:2])


def hidden_states(model: Any, ids: Any) -> Any:
    """Return the input of the output matrix, as [rows, n, width]."""
    return model.base_model(input_ids=ids, use_cache=False).last_hidden_state
