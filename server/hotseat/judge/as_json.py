"""The report for scripts: cells and comparisons by arm, then by language."""

from __future__ import annotations

from typing import Any

from hotseat.judge.arms import Arm
from hotseat.judge.figures import Comparison, Figures
from hotseat.judge.proposal import Proposal
from hotseat.judge.report import Report


def as_json(report: Report) -> dict[str, Any]:
    """Return the report as values for JSON."""
    return {
        "repository": report.repository,
        **_figures(report.figures),
        "proposal": _proposal(report.proposal),
        "notes": list(report.notes),
    }


def _figures(figures: Figures) -> dict[str, Any]:
    return {
        "n": figures.n_spans,
        "seed": figures.seed,
        "stopped": figures.stopped,
        "failed": figures.n_failed,
        "likelihood": figures.likelihood,
        "generalist": figures.generalist.name,
        "languages": list(figures.languages),
        "arms": {arm.name: _arm(figures, arm) for arm in figures.arms},
        "seats": [
            {
                "name": seats.name,
                "arms": list(seats.arms),
                "memory_bytes": seats.memory_bytes,
                "edit_similarity": seats.similarity,
                "bits_per_byte": seats.bits_per_byte,
            }
            for seats in figures.seats
        ],
    }


def _arm(figures: Figures, arm: Arm) -> dict[str, Any]:
    return {
        "model": arm.weights,
        "adapter": arm.expert.adapter,
        "experts": list(arm.experts),
        "languages": list(arm.languages),
        "memory_bytes": figures.memory_bytes.get(arm.name),
        "extra_bytes": figures.extra_bytes.get(arm.name),
        "by_language": {
            language: {
                "n": cell.n,
                "edit_similarity": cell.similarity,
                "exact_match": cell.exact,
                "first_token_ms": cell.first_token_ms,
                "total_ms": cell.total_ms,
                "bits_per_byte": cell.bits_per_byte,
                "scored": {"holes": cell.n_scored, "tokens": cell.n_tokens},
                "against_generalist": _against(figures.against.get((arm.name, language))),
            }
            for language in figures.languages
            if (cell := figures.cells.get((arm.name, language))) is not None
        },
    }


def _against(comparison: Comparison | None) -> dict[str, Any] | None:
    if comparison is None:
        return None
    return {
        name: None if of is None else {"n": of.n, "gain": of.mean, "interval": [of.low, of.high]}
        for name, of in (
            ("edit_similarity", comparison.similarity),
            ("bits_per_byte", comparison.bits_per_byte),
        )
    }


def _proposal(proposal: Proposal) -> dict[str, Any]:
    return {
        "decisions": [
            {
                "language": d.language,
                "expert": d.expert,
                "arm": d.arm,
                "verdict": str(d.judgement),
                "reason": d.reason,
            }
            for d in proposal.decisions
        ],
        "changes": [
            {"expert": c.expert, "before": list(c.before), "after": list(c.after)}
            for c in proposal.changes
        ],
    }
