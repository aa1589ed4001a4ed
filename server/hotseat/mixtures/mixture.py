"""The weighted sum of low-rank changes, cut to the rank of one adapter. Pure arithmetic.

The sum of n adapters of rank r has rank n * r at most. Its largest r singular values are kept: the
best approximation at that rank (Eckart and Young), and a file as large as one of the adapters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from hotseat.domain.errors import HotseatError
from hotseat.mixtures.adapter_file import AdapterFile, LoraPair

if TYPE_CHECKING:
    from hotseat.mixtures.adapter_file import Matrix

Weights = Mapping[str, float]
"""The weight of each adapter in a mixture, by the adapter's name."""


def own_and_others(own: str, names: Sequence[str], *, scale: float, share: float) -> Weights:
    """Return `scale` for `own`, and `share` for each of the others (none where it is 0)."""
    return {name: scale if name == own else share for name in names if name == own or share}


def uniform(names: Sequence[str], *, total: float = 1.0) -> Weights:
    """Return the same weight for each adapter; the weights add up to `total`."""
    return {name: total / len(names) for name in names}


def check_together(adapters: Mapping[str, AdapterFile]) -> None:
    """Raise HotseatError unless all adapters are over one base and have one rank."""
    if not adapters:
        raise HotseatError("There is no adapter to mix")
    first_name, first = next(iter(adapters.items()))
    for name, other in adapters.items():
        same_base = other.base_digest == first.base_digest
        if other.metadata["general.architecture"] != first.metadata["general.architecture"]:
            same_base = False
        if not same_base:
            raise HotseatError(
                f"{name} and {first_name} were trained over different bases",
                hint="Only adapters over one base can be mixed",
            )
        if other.rank != first.rank:
            raise HotseatError(
                f"{name} has rank {other.rank} and {first_name} rank {first.rank}",
                hint="Only adapters of one rank can be mixed: train them with the same --rank",
            )


def mixed_pairs(
    adapters: Mapping[str, AdapterFile], weights: Weights, *, alpha: float, rank: int
) -> dict[str, LoraPair]:
    """Return pairs of rank `rank` that approximate the weighted sum, for a file with `alpha`.

    Raises ValueError without weights.
    """
    if not weights:
        raise ValueError("a mixture of nothing")
    used = {name: adapters[name] for name in weights}
    layers = sorted({layer for adapter in used.values() for layer in adapter.pairs})
    return {
        layer: _cut(
            [
                (adapter.pairs[layer], weights[name] * adapter.scale)
                for name, adapter in used.items()
                if layer in adapter.pairs
            ],
            rank=rank,
            scale=alpha / rank if alpha else 1.0,
        )
        for layer in layers
    }


def exact_change(
    adapters: Mapping[str, AdapterFile], weights: Weights, layer: str
) -> Matrix | None:
    """Return the weighted sum of `b @ a` for one weight, [out, in]; None if no adapter changes
    it."""
    found: Matrix | None = None
    for name, weight in weights.items():
        pair = adapters[name].pairs.get(layer)
        if pair is not None:
            change: Matrix = (pair.b @ pair.a).astype("float32")
            change *= weight * adapters[name].scale
            found = change if found is None else found + change
    return found


def _cut(parts: Sequence[tuple[LoraPair, float]], *, rank: int, scale: float) -> LoraPair:
    import numpy as np

    b = np.concatenate([pair.b * factor for pair, factor in parts], axis=1, dtype=np.float64)
    a = np.concatenate([pair.a for pair, _ in parts], axis=0, dtype=np.float64)
    # b @ a = q_b (r_b r_a^T) q_a^T: the SVD of the small matrix in the middle is enough.
    q_b, r_b = np.linalg.qr(b)
    q_a, r_a = np.linalg.qr(a.T)
    u, s, v = np.linalg.svd(r_b @ r_a.T)
    n = min(rank, len(s))
    root = np.sqrt(s[:n] / scale)
    left, right = (q_b @ u[:, :n]) * root, (v[:n] @ q_a.T) * root[:, None]
    if n < rank:
        left = np.pad(left, ((0, 0), (0, rank - n)))
        right = np.pad(right, ((0, rank - n), (0, 0)))
    return LoraPair(a=right.astype(np.float32), b=left.astype(np.float32))
