"""What the recorded outcomes say, in figures: all together, by language, and by expert. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hotseat.storage.outcome_store import OutcomeRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Of some suggestions. Shares are of those shown; None where there is nothing to divide by."""

    shown: int
    accepted: int
    """All of it."""
    accepted_part: int
    typed: int
    """The user typed all of it, letter by letter."""
    dismissed: int
    accepted_share: float | None
    """In whole or in part."""
    accepted_chars: int
    kept_known: int
    """Accepted ones that were looked at again 30 s later."""
    kept_share: float | None
    """How much of those was still there, on average."""
    hidden: int
    """By the filter."""
    hidden_typed: int
    """Of these, what the user then wrote all the same: the filter was wrong."""
    latency_p50_ms: float | None
    latency_p95_ms: float | None
    """From the request to the answer, of those shown."""
    cached: int
    cached_share: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stats:
    total: Figures
    languages: dict[str, Figures]
    """The most often shown first."""
    experts: dict[str, Figures]


def stats_of(rows: Sequence[OutcomeRow]) -> Stats:
    return Stats(
        total=figures_of(rows),
        languages=_grouped(rows, lambda row: row.language),
        experts=_grouped(rows, lambda row: row.expert),
    )


def figures_of(rows: Sequence[OutcomeRow]) -> Figures:
    shown = [row for row in rows if not row.hidden]
    hidden = [row for row in rows if row.hidden]
    outcomes = [row.outcome for row in shown]
    accepted, part = outcomes.count("accepted"), outcomes.count("part")
    kept = [row.kept_share for row in shown if row.kept_share is not None]
    latencies = sorted(row.shown_ms for row in shown if row.shown_ms is not None)
    cached = sum(row.cached for row in shown)
    return Figures(
        shown=len(shown),
        accepted=accepted,
        accepted_part=part,
        typed=outcomes.count("typed"),
        dismissed=outcomes.count("dismissed"),
        accepted_share=_share(accepted + part, len(shown)),
        accepted_chars=sum(row.n_taken for row in shown),
        kept_known=len(kept),
        kept_share=_share(sum(kept), len(kept)),
        hidden=len(hidden),
        hidden_typed=sum(row.outcome == "typed" for row in hidden),
        latency_p50_ms=percentile(latencies, 50),
        latency_p95_ms=percentile(latencies, 95),
        cached=cached,
        cached_share=_share(cached, len(shown)),
    )


def percentile(ordered: Sequence[float], percent: int) -> float | None:
    """The nearest rank: a value that was measured."""
    if not ordered:
        return None
    return round(ordered[max(0, -(-percent * len(ordered) // 100) - 1)], 1)


def _grouped(rows: Sequence[OutcomeRow], name: Callable[[OutcomeRow], str]) -> dict[str, Figures]:
    groups: dict[str, list[OutcomeRow]] = defaultdict(list)
    for row in rows:
        groups[name(row)].append(row)
    found = {key: figures_of(group) for key, group in groups.items()}
    return dict(sorted(found.items(), key=lambda item: (-item[1].shown, item[0])))


def _share(part: float, whole: int) -> float | None:
    return round(part / whole, 3) if whole else None
