"""The gain of an adapter: the paired difference over held-out files, with an interval. Pure."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hotseat.infill.scores import CONFIDENCE, N_RESAMPLES
from hotseat.train.likelihood import TextScore, bits_per_byte


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """Bits per byte on the same texts. `gain` is the share of the base's bits that was saved."""

    n_files: int
    n_bytes: int
    base: float
    adapter: float
    gain: float
    interval: tuple[float, float]
    """The 95 % interval of `gain`, by bootstrap over files."""
    n_better: int
    """Number of files that the adapter predicts better."""

    @property
    def wins(self) -> bool:
        return self.interval[0] > 0

    def as_json(self) -> dict[str, Any]:
        return {
            "n_files": self.n_files,
            "n_bytes": self.n_bytes,
            "base": round(self.base, 4),
            "adapter": round(self.adapter, 4),
            "gain": round(self.gain, 4),
            "interval": [round(end, 4) for end in self.interval],
            "files_better": self.n_better,
            "wins": self.wins,
        }


def paired_gain(base: Sequence[TextScore], adapter: Sequence[TextScore], seed: int) -> Gain:
    """Compare scores of the same files in the same order; at least one is needed."""
    n = len(base)
    chance = random.Random(seed)
    gains = []
    for _ in range(N_RESAMPLES):
        drawn = chance.choices(range(n), k=n)
        gains.append(_gain([base[i] for i in drawn], [adapter[i] for i in drawn]))
    gains.sort()
    tail = (1 - CONFIDENCE) / 2
    interval = (gains[int(tail * N_RESAMPLES)], gains[int((1 - tail) * N_RESAMPLES) - 1])
    return Gain(
        n_files=n,
        n_bytes=sum(s.n_bytes for s in base),
        base=bits_per_byte(base),
        adapter=bits_per_byte(adapter),
        gain=_gain(base, adapter),
        interval=interval,
        n_better=sum(b.nats > a.nats for b, a in zip(base, adapter, strict=True)),
    )


def _gain(base: Sequence[TextScore], adapter: Sequence[TextScore]) -> float:
    total = sum(s.nats for s in base)
    return 1 - sum(s.nats for s in adapter) / total if total else 0.0
