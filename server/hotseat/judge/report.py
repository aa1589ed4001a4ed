"""Figures, proposal and notes in words, for the terminal, the HTML page and scripts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from hotseat.domain.experts import Roster
from hotseat.judge import figures as fig
from hotseat.judge import proposal as prop
from hotseat.judge.figures import Figures, Measurements
from hotseat.judge.proposal import Proposal


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Figures, proposal and notes of one judgement."""

    repository: str
    figures: Figures
    proposal: Proposal
    notes: tuple[str, ...]
    """Sentences on the uncertainty of the figures, and on what was left out."""


def report_of(measured: Measurements, roster: Roster, repository: Path) -> Report:
    """Return the report of the measurements so far."""
    figures = fig.figures_of(measured)
    proposal = prop.propose(figures, roster)
    if proposal.changes:
        figures = replace(figures, seats=(*figures.seats, _proposed(measured, figures, proposal)))
    return Report(
        repository=repository.name,
        figures=figures,
        proposal=proposal,
        notes=tuple(_notes(figures)),
    )


def change_texts(proposal: Proposal) -> list[str]:
    """Return one sentence for each change."""
    texts = []
    for change in proposal.changes:
        gone = [name for name in change.before if name not in change.after]
        languages = ", ".join(gone)
        if change.after:
            kept = ", ".join(change.after)
            texts.append(f"{change.expert}: {languages} to the generalist; it keeps {kept}")
        else:
            texts.append(f"{change.expert}: removed; {languages} to the generalist")
    return texts


def diagonal_text(figures: Figures) -> str:
    """Return a sentence on how many languages are served best by their own expert."""
    home = [
        (language, arm.name)
        for language in figures.languages
        for arm in figures.arms[:-1]
        if language in arm.languages
        and sum((other.name, language) in figures.cells for other in figures.seated) > 1
    ]
    if not home:
        return ""
    use_bits = figures.is_scored
    won = [
        language
        for language, arm in home
        if figures.best(language, bits=use_bits, among=figures.seated) == arm
    ]
    by = "bits per byte" if use_bits else "similarity"
    return f"By {by}, {len(won)} of {len(home)} languages are best served by their own expert."


def _proposed(measured: Measurements, figures: Figures, proposal: Proposal) -> fig.Seats:
    kept = {d.language: d.arm for d in proposal.decisions if not d.judgement.gives_way}
    arms = {arm.name: arm for arm in figures.arms}
    serving = {
        language: arms[kept.get(language, figures.generalist.name)]
        for language in figures.languages
    }
    return fig.seats_of("the proposed roster", serving, measured, figures.cells, figures.generalist)


def _notes(figures: Figures) -> Sequence[str]:
    notes = []
    if figures.stopped:
        notes.append(
            "The run was stopped before everything was measured; these are the figures so far."
        )
    if figures.n_failed:
        notes.append(
            f"{figures.n_failed} suggestions did not come in time and are left out: the machine may"
            " have been busy with something else."
        )
    widths = [
        (c.similarity.high - c.similarity.low) / 2
        for c in figures.against.values()
        if c.similarity is not None and c.similarity.n >= prop.MIN_SPANS
    ]
    if widths:
        notes.append(
            f"Intervals are 95 % bootstrap intervals over the same holes. With so many holes a"
            f" difference in similarity is known to ±{sum(widths) / len(widths):.2f}; four times"
            " the holes (--n) halve that."
        )
    tokens = [cell.n_tokens for cell in figures.cells.values()]
    if figures.is_scored:
        notes.append(
            f"Bits per byte: {figures.likelihood}, {sum(tokens)} tokens in"
            f" {sum(c.n_scored for c in figures.cells.values())} holes."
        )
    elif figures.likelihood:
        notes.append(f"Bits per byte were not measured: {figures.likelihood}.")
    if figures.without_spans:
        notes.append(f"{', '.join(figures.without_spans)}: no holes were found.")
    few = [
        language
        for language in figures.languages
        if max((c.n for (_, at), c in figures.cells.items() if at == language), default=0)
        < prop.MIN_SPANS
    ]
    if few:
        notes.append(
            f"{', '.join(few)}: fewer than {prop.MIN_SPANS} holes; nothing is proposed there."
        )
    return notes
