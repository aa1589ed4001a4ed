"""The report of `hotseat bench together` as one HTML file, in the style of the judge's."""

from __future__ import annotations

from html import escape

from hotseat.judge.page import STYLE, table_of
from hotseat.judge.plots import Interval, interval_plot
from hotseat.judge.proposal import gain_text
from hotseat.lab.evaluate.together import Together, Way


def together_page(found: Together) -> str:
    """Return the whole HTML document."""
    title = f"Which combination is worth having on {found.repository}?"
    parts = [
        f"<h1>{escape(title)}</h1>",
        "<ul>" + "".join(f"<li>{escape(text)}</li>" for text in found.advice) + "</ul>",
        "<h2>Proposed roster</h2>",
        f"<pre>{escape(found.roster)}</pre>",
        "<h2>Every way on the same holes</h2>",
        table_of(
            "Edit similarity 0 to 1: more is better; bits per byte and time: less",
            ("way", "holes", "similarity", "bits per byte", "ms", "memory"),
            [[name, *_cells(way)] for name, way in found.ways.items()],
        ),
        "<h2>Differences</h2>",
        _plot(found),
        table_of(
            "With 95 % bootstrap intervals over holes or edits",
            ("pair", "what", "n", "difference"),
            [
                [f"{p.a} − {p.b}", p.what, str(p.difference.n), gain_text(p.difference)]
                for p in found.pairs
            ],
            n_text=2,
        ),
        '<p class="faint">Made by <code>hotseat bench together</code>; none of your code is in'
        " this file.</p>",
    ]
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        + "\n".join(part for part in parts if part)
        + "\n</main>\n</body>\n</html>\n"
    )


def _cells(way: Way) -> list[str]:
    return [
        str(way.n),
        "–" if way.similarity is None else f"{way.similarity:.3f}",
        "–" if way.bits_per_byte is None else f"{way.bits_per_byte:.3f}",
        "–" if way.ms is None else f"{way.ms:.0f}",
        "–" if way.n_bytes is None else f"{way.n_bytes / 1e6:.0f} MB",
    ]


def _plot(found: Together) -> str:
    intervals = [
        Interval(label=f"{pair.a} − {pair.b}", difference=pair.difference) for pair in found.pairs
    ]
    if not intervals:
        return ""
    return interval_plot(intervals, "Right of the line the first of the two is better")
