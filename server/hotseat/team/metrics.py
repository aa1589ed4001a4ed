"""Counts by model, in Prometheus' text format. Holds no text, no developer and no key."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
FIRST_PIECE_BUCKETS_S = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
_PREFIX = "hotseat_team"


class Metrics:
    """The counts since the start of one ingress. Models are those of team.yaml: a bounded set."""

    def __init__(self) -> None:
        self._requests: Counter[tuple[str, int]] = Counter()
        self._refused: Counter[int] = Counter()
        self._running: Counter[str] = Counter()
        self._hints: Counter[str] = Counter()
        self._buckets: Counter[tuple[str, float]] = Counter()
        self._sums_s: dict[str, float] = {}
        self._firsts: Counter[str] = Counter()

    def began(self, model: str) -> None:
        self._running[model] += 1

    def ended(self, model: str, status: int) -> None:
        self._running[model] -= 1
        self._requests[model, status] += 1

    def refused(self, status: int) -> None:
        """Count a request that named no model of ours, or came without a key."""
        self._refused[status] += 1

    def hinted(self, *, is_dropped: bool) -> None:
        """Count a hint of a developer's keeper."""
        self._hints["dropped" if is_dropped else "passed"] += 1

    def first_piece(self, model: str, after_s: float) -> None:
        for bound in FIRST_PIECE_BUCKETS_S:
            if after_s <= bound:
                self._buckets[model, bound] += 1
        self._sums_s[model] = self._sums_s.get(model, 0.0) + after_s
        self._firsts[model] += 1

    def text(self, *, loads: int) -> str:
        """`loads`: models that all replicas have loaded."""
        total = [
            f"# HELP {_PREFIX}_loads_total Models that replicas have loaded.",
            f"# TYPE {_PREFIX}_loads_total counter",
            f"{_PREFIX}_loads_total {loads}",
        ]
        return "\n".join([*self._lines(), *total]) + "\n"

    def _lines(self) -> Iterator[str]:
        yield f"# HELP {_PREFIX}_requests_total Requests that have ended, by model and status."
        yield f"# TYPE {_PREFIX}_requests_total counter"
        for (model, status), n in sorted(self._requests.items()):
            yield f'{_PREFIX}_requests_total{{model="{model}",status="{status}"}} {n}'
        yield f"# HELP {_PREFIX}_refused_total Requests refused before a model was found."
        yield f"# TYPE {_PREFIX}_refused_total counter"
        for status, n in sorted(self._refused.items()):
            yield f'{_PREFIX}_refused_total{{status="{status}"}} {n}'
        yield f"# HELP {_PREFIX}_running Requests that run or wait, by model."
        yield f"# TYPE {_PREFIX}_running gauge"
        for model, n in sorted(self._running.items()):
            yield f'{_PREFIX}_running{{model="{model}"}} {n}'
        yield f"# HELP {_PREFIX}_hints_total Models that keepers expect next, by what became of it."
        yield f"# TYPE {_PREFIX}_hints_total counter"
        for outcome, n in sorted(self._hints.items()):
            yield f'{_PREFIX}_hints_total{{outcome="{outcome}"}} {n}'
        name = f"{_PREFIX}_first_piece_seconds"
        yield f"# HELP {name} Time from a request to the first bytes of its answer."
        yield f"# TYPE {name} histogram"
        for model, n in sorted(self._firsts.items()):
            for bound in FIRST_PIECE_BUCKETS_S:
                yield f'{name}_bucket{{model="{model}",le="{bound}"}} {self._buckets[model, bound]}'
            yield f'{name}_bucket{{model="{model}",le="+Inf"}} {n}'
            yield f'{name}_sum{{model="{model}"}} {self._sums_s[model]:.6f}'
            yield f'{name}_count{{model="{model}"}} {n}'
