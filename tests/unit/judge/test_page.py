"""The HTML report: whole in itself, readable without colours, and safe to open."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

from hotseat.infill.scores import Difference
from hotseat.judge.page import page
from hotseat.judge.plots import Interval, interval_plot
from hotseat.judge.report import report_of
from support.judged import ROSTER, judged

VOID = {"meta", "circle", "rect", "line", "br"}


class Balanced(HTMLParser):
    """Fails where a tag is not closed; collects what is there."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag


def report_page(repository: str = "shop") -> str:
    measured = judged(
        {
            ("py", "python"): [0.9, 0.7] * 8,
            ("py", "javascript"): [0.2, 0.1] * 8,
            ("generalist", "python"): [0.4, 0.5] * 8,
            ("generalist", "javascript"): [0.4, 0.5] * 8,
        },
        {("py", "python"): [8.0] * 16, ("generalist", "python"): [9.0] * 16},
        memory={"py": 250_000_000, "generalist": 400_000_000},
    )
    return page(report_of(measured, ROSTER, Path(repository)))


def test_it_is_wspan_in_itself() -> None:
    html = report_page()
    parser = Balanced()
    parser.feed(html)
    assert parser.open == []
    names = {tag for tag, _ in parser.tags}
    assert not names & {"script", "link", "img", "iframe"}
    assert not re.search(r"https?:|url\(|@import", html)
    assert "prefers-color-scheme: dark" in html


def test_plots_and_tables_can_be_read_without_seeing_them() -> None:
    html = report_page()
    parser = Balanced()
    parser.feed(html)
    images = [attributes for tag, attributes in parser.tags if tag == "svg"]
    assert len(images) >= 2
    assert all(attributes["role"] == "img" for attributes in images)
    assert html.count("<desc>") == len(images)
    assert "py, python: +0.350, from" in html
    heads = [attributes for tag, attributes in parser.tags if tag == "th"]
    assert all(attributes.get("scope") in ("row", "col") for attributes in heads)
    assert html.count("<caption>") == html.count("<table>")


def test_names_cannot_break_out() -> None:
    html = report_page("<script>alert(1)</script>")
    assert "<script>" not in html


def test_intervals_differ_in_shape_too() -> None:
    gain = Interval(label="a", difference=Difference(n=9, mean=0.2, low=0.1, high=0.3))
    loss = Interval(label="b", difference=Difference(n=9, mean=-0.2, low=-0.3, high=-0.1))
    plot = interval_plot([gain, loss], "gains")
    assert 'circle class="gain"' in plot
    assert 'rect class="loss"' in plot
