"""The progress and the report of a judgement on a terminal."""

from __future__ import annotations

from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from hotseat.cli.experts import size_text
from hotseat.cli.tables import PlainTable, wide_console
from hotseat.judge.figures import Cell, Figures
from hotseat.judge.proposal import Judgement, gain_text
from hotseat.judge.report import Report, change_texts, diagonal_text

_STYLES = {Judgement.HELPS: "green", Judgement.WORSE: "red", Judgement.UNCLEAR: "yellow"}
_LINE_EVERY = 10
"""Steps between two lines without a terminal."""


class ProgressDisplay:
    """Shows the progress on stderr: a bar on a terminal, otherwise a line now and then."""

    def __init__(self) -> None:
        self._console = Console(stderr=True, highlight=False)
        self._bar: Bar | None = None
        self._n_done = self._n_steps = 0

    def __enter__(self) -> ProgressDisplay:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def report(self, what: str) -> None:
        self._console.print(f"{what} …", markup=False, soft_wrap=True)

    def begin(self, what: str, n_steps: int) -> None:
        self.report(what)
        self._n_steps = n_steps
        if self._console.is_terminal:
            self._bar = Bar(
                BarColumn(),
                MofNCompleteColumn(),
                TimeRemainingColumn(),
                TextColumn("{task.description}", markup=False),
                console=self._console,
                transient=True,
            )
            self._bar.add_task("", total=n_steps)
            self._bar.start()

    def step(self, what: str) -> None:
        self._n_done += 1
        if self._bar is not None:
            self._bar.update(self._bar.task_ids[0], advance=1, description=what)
        elif self._n_done % _LINE_EVERY == 0 or self._n_done == self._n_steps:
            self.report(f"{self._n_done} of {self._n_steps}: {what}")


def print_report(report: Report) -> None:
    """Print the tables, the proposal and the notes."""
    console = wide_console(120)
    figures = report.figures
    tables = [
        _matrix(figures, bits=bits) for bits in ((False, True) if figures.is_scored else (False,))
    ]
    for table in tables:
        console.print(table)
        console.print()
    console.print("* serves that language in the roster; bold: the best of its column")
    if text := diagonal_text(figures):
        console.print(text)
    for table in (_gains(figures), *([_seats(figures)] if len(figures.seats) > 1 else [])):
        console.print()
        console.print(table)
    console.print()
    for decision in report.proposal.decisions:
        console.print(
            f"[{_STYLES.get(decision.judgement, 'dim')}]{decision.judgement}[/]"
            f" {decision.language}, {decision.expert}: {decision.reason}"
        )
    changes = change_texts(report.proposal)
    console.print("\nProposed:" if changes else "\nProposed: leave the roster as it is.")
    for text in changes:
        console.print(f"  {text}", markup=False)
    console.print("")
    for note in report.notes:
        console.print(note, markup=False)


def _matrix(figures: Figures, *, bits: bool) -> PlainTable:
    table = PlainTable()
    table.add_column("bits per byte (less is better)" if bits else "edit similarity", no_wrap=True)
    for language in figures.languages:
        table.add_column(language, justify="right", no_wrap=True)
    for name in () if bits else ("first token", "total", "memory"):
        table.add_column(name, justify="right", no_wrap=True)
    for arm in figures.arms:
        cells = [figures.cells.get((arm.name, language)) for language in figures.languages]
        row = [
            _cell_text(
                cell,
                bits=bits,
                at_home=language in arm.languages,
                is_best=figures.best(language, bits=bits) == arm.name,
            )
            for language, cell in zip(figures.languages, cells, strict=True)
        ]
        if not bits:
            measured = [cell for cell in cells if cell is not None]
            row += [
                _ms([cell.first_token_ms for cell in measured]),
                _ms([cell.total_ms for cell in measured]),
                size_text(figures.memory_bytes.get(arm.name)),
            ]
        table.add_row(f"{arm.name} ({arm.label})" if arm.name != arm.label else arm.name, *row)
    return table


def _cell_text(cell: Cell | None, *, bits: bool, at_home: bool, is_best: bool) -> str:
    if cell is None or (bits and cell.bits_per_byte is None):
        return "–"
    text = f"{cell.bits_per_byte:.3f}" if bits else f"{cell.similarity:.3f}"
    if is_best:
        text = f"[bold]{text}[/bold]"
    return text + ("*" if at_home else " ")


def _ms(times: list[float | None]) -> str:
    """Return the middle one of the medians of the languages."""
    known = sorted(ms for ms in times if ms is not None)
    return f"{known[len(known) // 2]:.0f} ms" if known else "–"


def _gains(figures: Figures) -> PlainTable:
    table = PlainTable(f"against {figures.generalist.name}")
    for name in ("language", "holes", "exact"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("similarity gained (95 %)", justify="right", no_wrap=True)
    if figures.is_scored:
        table.add_column("bits saved a byte (95 %)", justify="right", no_wrap=True)
    table.add_column("for", justify="right", no_wrap=True)
    for (arm, language), of in figures.against.items():
        mine = figures.cells[arm, language]
        theirs = figures.cells.get((figures.generalist.name, language))
        row = [arm, language, str(of.similarity.n if of.similarity else 0)]
        row.append(f"{mine.exact:.2f}" + (f" / {theirs.exact:.2f}" if theirs else ""))
        row.append(gain_text(of.similarity) if of.similarity else "–")
        if figures.is_scored:
            row.append(gain_text(of.bits_per_byte) if of.bits_per_byte else "–")
        extra = figures.extra_bytes.get(arm)
        table.add_row(*row, "–" if extra is None else f"+{size_text(extra)}")
    return table


def _seats(figures: Figures) -> PlainTable:
    table = PlainTable("in memory together")
    for name in ("memory", "similarity", *(("bits per byte",) if figures.is_scored else ())):
        table.add_column(name, justify="right", no_wrap=True)
    for seats in figures.seats:
        row = [size_text(seats.memory_bytes)]
        row.append("–" if seats.similarity is None else f"{seats.similarity:.3f}")
        if figures.is_scored:
            row.append("–" if seats.bits_per_byte is None else f"{seats.bits_per_byte:.3f}")
        table.add_row(seats.name, *row)
    return table
