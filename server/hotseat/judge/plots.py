"""SVG plots for the HTML report, coloured by its style sheet.

Each plot repeats its figures as a text description, for screen readers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from hotseat.infill.scores import Difference

_WIDTH = 720
_ROW, _TOP, _BOTTOM = 26, 12, 34
_N_TICKS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """One row of an interval plot."""

    label: str
    difference: Difference

    @property
    def kind(self) -> str:
        if self.difference.is_gain:
            return "gain"
        return "loss" if self.difference.is_loss else "unclear"


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One labelled point of a plot."""

    label: str
    x: float
    y: float


def interval_plot(intervals: Sequence[Interval], title: str) -> str:
    """Return a plot with one row for each interval and a line at zero."""
    left = 24 + 7 * max(len(i.label) for i in intervals)
    low = min(0.0, *(i.difference.low for i in intervals))
    high = max(0.0, *(i.difference.high for i in intervals))
    height = _TOP + _ROW * len(intervals) + _BOTTOM
    span = (high - low) or 1.0

    def at(value: float) -> float:
        return round(left + (value - low) / span * (_WIDTH - left - 24), 1)

    bottom = height - _BOTTOM
    parts = []
    for value in _ticks(low, high):
        parts.append(_line(at(value), _TOP, at(value), bottom, "axis"))
        parts.append(
            _text(at(value), bottom + 20, f"{value:+.2g}" if value else "0", anchor="middle")
        )
    parts.append(_line(at(0.0), _TOP, at(0.0), bottom, "zero"))
    for row, interval in enumerate(intervals):
        y = _TOP + _ROW * row + _ROW / 2
        d, kind = interval.difference, interval.kind
        parts.append(_text(left - 12, y + 4, interval.label, anchor="end"))
        parts.append(_line(at(d.low), y, at(d.high), y, kind, width=3))
        shape = (
            f'<circle class="{kind}" cx="{at(d.mean)}" cy="{y}" r="5"/>'
            if kind == "gain"
            else f'<rect class="{kind}" x="{at(d.mean) - 4}" y="{y - 4}" width="8" height="8"/>'
        )
        parts.append(shape)
    description = "; ".join(
        f"{i.label}: {i.difference.mean:+.3f}, from {i.difference.low:+.3f}"
        f" to {i.difference.high:+.3f}"
        for i in intervals
    )
    return _figure(title, description, height, parts)


def memory_plot(points: Sequence[Point], title: str) -> str:
    """Return a plot with one labelled point for each; further left and higher is better."""
    if not points:
        return ""
    height, left, right = 280, 60, 24
    most = max(p.x for p in points) * 1.1 or 1.0
    top = max(p.y for p in points) * 1.15 or 1.0
    bottom = height - 40

    def at(x: float, y: float) -> tuple[float, float]:
        across = left + x / most * (_WIDTH - left - right)
        return round(across, 1), round(bottom - y / top * (bottom - 16), 1)

    parts = []
    for value in _ticks(0.0, most):
        x, _ = at(value, 0.0)
        parts.append(_line(x, 16, x, bottom, "axis"))
        parts.append(_text(x, bottom + 20, f"{value:.0f}", anchor="middle"))
    for value in _ticks(0.0, top):
        _, y = at(0.0, value)
        parts.append(_line(left, y, _WIDTH - right, y, "axis"))
        parts.append(_text(left - 8, y + 4, f"{value:.2g}", anchor="end"))
    labels: list[tuple[float, float]] = []
    for point in points:
        x, y = at(point.x, point.y)
        parts.append(f'<circle class="gain" cx="{x}" cy="{y}" r="5"/>')
        # Move a label down while it overlaps another one.
        label_y = y - 10
        while any(abs(label_y - b) < 15 and abs(x - a) < 180 for a, b in labels):
            label_y += 15
        labels.append((x, label_y))
        anchor = "end" if x > _WIDTH / 2 else "start"
        parts.append(_text(x, label_y, point.label, anchor=anchor))
    description = "; ".join(f"{p.label}: {p.x:.0f} MB, {p.y:.3f}" for p in points)
    return _figure(title, description, height, parts)


def _figure(title: str, description: str, height: int, parts: Sequence[str]) -> str:
    return (
        f'<figure><figcaption class="faint">{escape(title)}</figcaption>'
        f'<svg role="img" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}">'
        f"<title>{escape(title)}</title><desc>{escape(description)}</desc>{''.join(parts)}</svg></figure>"
    )


def _ticks(low: float, high: float) -> list[float]:
    """Return about `_N_TICKS` round values between `low` and `high`."""
    span = high - low
    if span <= 0:
        return [low]
    rough = span / _N_TICKS
    power = 10 ** math.floor(math.log10(rough))
    step = next(m * power for m in (1, 2, 5, 10) if m * power >= rough)
    first = math.ceil(low / step)
    return [round(n * step, 10) for n in range(first, math.floor(high / step) + 1)]


def _line(x1: float, y1: float, x2: float, y2: float, kind: str, *, width: int = 1) -> str:
    return f'<line class="{kind}" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke-width="{width}"/>'


def _text(x: float, y: float, text: str, *, anchor: str) -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}">{escape(text)}</text>'
