"""A line chart as SVG, written directly: a few lines need no plotting library."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

WIDTH, HEIGHT = 720, 420
LEFT, RIGHT, TOP, BOTTOM = 70, 150, 40, 55
# Paul Tol's "bright" scheme: distinguishable with colour blindness.
COLOURS = ("#4477aa", "#bbbbbb", "#ccbb44", "#ee6677", "#228833", "#66ccee", "#aa3377")
_N_TICKS = 5


def line_chart(
    series: Mapping[str, Sequence[tuple[float, float]]],
    *,
    title: str,
    x_label: str,
    y_label: str,
    x_ticks: Sequence[tuple[float, str]],
) -> str:
    """Return an SVG document with one line for each of `series`, labelled at its right end."""
    points = [p for line in series.values() for p in line]
    low, high = min(x for x, _ in points), max(x for x, _ in points)
    top = max((y for _, y in points), default=1.0) or 1.0

    def at(x: float, y: float) -> tuple[float, float]:
        share = (x - low) / (high - low) if high > low else 0.5
        return (
            round(LEFT + share * (WIDTH - LEFT - RIGHT), 1),
            round(HEIGHT - BOTTOM - y / top * (HEIGHT - TOP - BOTTOM), 1),
        )

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}" font-family="sans-serif" font-size="13">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        _text(LEFT, 24, title, size=15),
        _text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 12, x_label, anchor="middle"),
        f'<text transform="translate(18 {HEIGHT / 2}) rotate(-90)" text-anchor="middle">'
        f"{escape(y_label)}</text>",
    ]
    for i in range(_N_TICKS + 1):
        value = top * i / _N_TICKS
        x, y = at(low, value)
        parts.append(
            f'<line x1="{x}" y1="{y}" x2="{WIDTH - RIGHT}" y2="{y}" stroke="#dddddd"/>'
            + _text(x - 8, y + 4, f"{value:.3g}", anchor="end")
        )
    for value, label in x_ticks:
        x, y = at(value, 0.0)
        parts.append(_text(x, y + 20, label, anchor="middle"))
    labels: list[float] = []
    ends = sorted(series, key=lambda name: -series[name][-1][1])
    for name in ends:
        colour = COLOURS[list(series).index(name) % len(COLOURS)]
        line = [at(x, y) for x, y in series[name]]
        path = " ".join(f"{x},{y}" for x, y in line)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x}" cy="{y}" r="3" fill="{colour}"/>' for x, y in line]
        # Labels of lines that end together are placed below one another.
        y = max(line[-1][1] + 4, labels[-1] + 16 if labels else 0.0)
        labels.append(y)
        parts.append(_text(WIDTH - RIGHT + 10, y, name, colour=colour))
    parts.append("</svg>")
    return "\n".join(parts) + "\n"


def _text(
    x: float, y: float, text: str, *, anchor: str = "start", size: int = 13, colour: str = "#222222"
) -> str:
    return (
        f'<text x="{x}" y="{y}" text-anchor="{anchor}" font-size="{size}" fill="{colour}">'
        f"{escape(text)}</text>"
    )
