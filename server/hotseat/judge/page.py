"""The report as one HTML file, without network access or scripts; plots are SVG with their figures
as text.

Colours follow the reader's light or dark scheme; no information is shown by colour alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from hotseat.infill.scores import Difference
from hotseat.judge.arms import Arm
from hotseat.judge.figures import Figures
from hotseat.judge.plots import Interval, Point, interval_plot, memory_plot
from hotseat.judge.proposal import Judgement, gain_text
from hotseat.judge.report import Report, change_texts, diagonal_text

STYLE = """
:root { color-scheme: light dark; --ink: #1b1b1b; --paper: #fdfdfc; --faint: #5c5c5c;
  --line: #c9c9c9; --gain: #1f6f3f; --loss: #a3261d; --mark: 31, 111, 63; --other: 163, 38, 29; }
@media (prefers-color-scheme: dark) { :root { --ink: #e9e9e6; --paper: #181a1b; --faint: #a8a8a4;
  --line: #4a4d4f; --gain: #7fd09b; --loss: #f2938a; --mark: 90, 190, 130; --other: 230, 120, 110; } }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
  max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2.2rem; }
table { border-collapse: collapse; margin: 1rem 0; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--faint); padding-bottom: .3rem; }
th, td { padding: .3rem .7rem; border-bottom: 1px solid var(--line); text-align: right; }
th[scope=row], thead th:first-child, .text { text-align: left; }
td:not(.text), th { white-space: nowrap; } figure { margin: 1rem 0; }
td.home { outline: 2px solid var(--ink); outline-offset: -2px; }
small, .faint { color: var(--faint); } .scroll { overflow-x: auto; }
svg { max-width: 100%; height: auto; } svg text { fill: var(--ink); font: 13px system-ui, sans-serif; }
svg .axis { stroke: var(--line); } svg .zero { stroke: var(--ink); stroke-dasharray: 3 3; }
svg .gain { stroke: var(--gain); fill: var(--gain); } svg .loss { stroke: var(--loss); fill: var(--loss); }
svg .unclear { stroke: var(--faint); fill: var(--faint); }
"""  # noqa: E501


def page(report: Report) -> str:
    """Return the whole HTML document."""
    figures = report.figures
    title = f"Are experts worth their memory on {report.repository}?"
    parts = [
        f"<h1>{escape(title)}</h1>",
        f"<p>{escape(_lead(report))}</p>",
        "<h2>Proposal</h2>",
        _proposal(report),
        "<h2>Figures by model and language</h2>",
        f"<p>{escape(diagonal_text(figures))} A framed cell is a language that the model"
        " serves in the roster: a specialist is best in its own frames. The shade is the"
        f" difference from {escape(figures.generalist.name)}: green is better, red worse.</p>",
        _matrix(figures, bits=False),
        _matrix(figures, bits=True) if figures.is_scored else "",
        f"<h2>Gains over {escape(figures.generalist.name)}</h2>",
        _gain_plot(figures, bits=False),
        _gain_plot(figures, bits=True) if figures.is_scored else "",
        _gains(figures),
        "<h2>Memory</h2>",
        _memory(figures),
        "<h2>Uncertainty</h2>",
        "<ul>" + "".join(f"<li>{escape(note)}</li>" for note in report.notes) + "</ul>",
        f'<p class="faint">{figures.n_spans} holes, seed {figures.seed}.'
        " Made by <code>hotseat judge</code>; none of your code is in this file.</p>",
    ]
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        + "\n".join(part for part in parts if part)
        + "\n</main>\n</body>\n</html>\n"
    )


def _lead(report: Report) -> str:
    figures = report.figures
    helps = [d for d in report.proposal.decisions if d.judgement is Judgement.HELPS]
    judged = [d for d in report.proposal.decisions if d.judgement is not Judgement.SAME]
    return (
        f"{len(figures.arms)} models filled the same {figures.n_spans} holes, cut out of"
        f" {report.repository}, in {', '.join(figures.languages)}. In {len(helps)} of"
        f" {len(judged)} languages that have an expert of their own, it is measurably better than"
        f" the generalist, {figures.generalist.label}."
    )


def _proposal(report: Report) -> str:
    changes = change_texts(report.proposal)
    items = "".join(f"<li>{escape(text)}</li>" for text in changes)
    listed = f"<ul>{items}</ul>" if items else "<p>Leave the roster as it is.</p>"
    if not report.proposal.decisions:
        return listed
    rows = [[d.language, d.expert, str(d.judgement), d.reason] for d in report.proposal.decisions]
    head = ("language", "expert", "verdict", "why")
    return listed + table_of("Each language that an expert serves", head, rows, n_text=4)


def _matrix(figures: Figures, *, bits: bool) -> str:
    caption = (
        "Bits per byte of what was cut out: less is better"
        if bits
        else "Edit similarity, 0 to 1: more is better; below it the share of exact matches"
    )
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in figures.languages)
    rows = []
    for arm in figures.arms:
        cells = "".join(_matrix_cell(figures, arm, name, bits=bits) for name in figures.languages)
        label = f"<small>{escape(arm.label)}</small>" if arm.label != arm.name else ""
        rows.append(f'<tr><th scope="row">{escape(arm.name)} {label}</th>{cells}</tr>')
    return (
        f'<div class="scroll"><table><caption>{caption}</caption>'
        f'<thead><tr><th scope="col">model</th>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _matrix_cell(figures: Figures, arm: Arm, language: str, *, bits: bool) -> str:
    cell = figures.cells.get((arm.name, language))
    if cell is None or (bits and cell.bits_per_byte is None):
        return "<td>–</td>"
    text = f"{cell.bits_per_byte:.3f}" if bits else f"{cell.similarity:.3f}"
    if figures.best(language, bits=bits) == arm.name:
        text = f'<strong title="the best of its column">{text}</strong>'
    if not bits:
        text += f"<br><small>{cell.exact:.2f}</small>"
    of = figures.against.get((arm.name, language))
    style = ""
    if of is not None and (difference := of.bits_per_byte if bits else of.similarity) is not None:
        share = min(1.0, abs(difference.mean) / (0.3 if bits else 0.2)) * 0.45
        colour = "mark" if difference.mean > 0 else "other"
        style = f' style="background: rgba(var(--{colour}), {share:.2f})"'
    home = ' class="home"' if language in arm.languages else ""
    return f"<td{home}{style}>{text}</td>"


def _gain_plot(figures: Figures, *, bits: bool) -> str:
    intervals = [
        Interval(label=f"{arm}, {language}", difference=difference)
        for (arm, language), of in figures.against.items()
        if (difference := of.bits_per_byte if bits else of.similarity) is not None
    ]
    if not intervals:
        return ""
    what = "Bits saved in each byte" if bits else "Edit similarity gained"
    return interval_plot(intervals, f"{what}, with 95 % intervals; right of the line is better")


def _gains(figures: Figures) -> str:
    head = ["model", "language", "holes", "similarity gained", "bits saved a byte"]
    head += ["first token", "total", "memory more"]
    rows = []
    for (arm, language), of in figures.against.items():
        cell = figures.cells[arm, language]
        n = of.similarity.n if of.similarity else 0
        row = [arm, language, str(n), _gain(of.similarity), _gain(of.bits_per_byte)]
        row += [_ms(cell.first_token_ms), _ms(cell.total_ms)]
        rows.append([*row, _megabytes(figures.extra_bytes.get(arm))])
    return table_of("Against the generalist, on the same holes; medians of times", head, rows)


def _memory(figures: Figures) -> str:
    rows = [
        [
            seats.name,
            ", ".join(seats.arms),
            _megabytes(seats.memory_bytes),
            _number(seats.similarity),
            _number(seats.bits_per_byte),
        ]
        for seats in figures.seats
    ]
    head = ["in memory together", "models", "memory", "similarity", "bits per byte"]
    points = [
        Point(label=s.name, x=s.memory_bytes / 1e6, y=s.similarity)
        for s in figures.seats
        if s.memory_bytes is not None and s.similarity is not None
    ]
    plot = memory_plot(points, "Memory in MB, and mean similarity over the languages")
    table = table_of(
        "Means over the languages, each filled by the model that serves it", head, rows, n_text=2
    )
    return (plot if len(points) > 1 else "") + table


def table_of(
    caption: str, head: Sequence[str], rows: Iterable[Sequence[str]], *, n_text: int = 1
) -> str:
    kinds = [' class="text"' if i < n_text else "" for i in range(len(head))]
    columns = "".join(
        f'<th scope="col"{kind}>{escape(name)}</th>' for name, kind in zip(head, kinds, strict=True)
    )
    body = ""
    for row in rows:
        cells_of_row = list(zip(row, kinds, strict=True))[1:]
        cells = "".join(f"<td{kind}>{escape(text)}</td>" for text, kind in cells_of_row)
        body += f'<tr><th scope="row">{escape(row[0])}</th>{cells}</tr>'
    return (
        f'<div class="scroll"><table><caption>{escape(caption)}</caption>'
        f"<thead><tr>{columns}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _gain(difference: Difference | None) -> str:
    return "–" if difference is None else gain_text(difference)


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _ms(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f} ms"


def _megabytes(value: int | None) -> str:
    return "–" if value is None else f"{value / 1e6:.0f} MB"
