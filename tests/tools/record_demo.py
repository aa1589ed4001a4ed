"""A recording of `hotseat demo` for the README: an SVG that moves, from a real run in a terminal.

    PYTHONPATH=server:tests python tests/tools/record_demo.py [FILE]

Writes FILE, without it docs/images/demo.svg. The terminal is Neovim's; server, embedded engine and
starter models are real. The run is played in 20 seconds, whatever it took; both times are printed.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from typing import Any

from support.machine import HOTSEAT, machine_with_engine
from support.neovim import REPOSITORY, Neovim, find_neovim
from tools.picture_neovim import CELL_HEIGHT, CELL_WIDTH, FONT_SIZE, Screen, color, row_parts

COLUMNS, ROWS = 104, 30
PLAYED_S, HELD_S = 20.0, 4.0
"""How long it plays, and how long of that the end is shown."""
LOOK_S = 0.1
"""Between two looks at the terminal."""
START = """
vim.o.termguicolors, vim.o.laststatus, vim.o.ruler, vim.o.showmode = true, 0, false, false
vim.env.COLORTERM = 'truecolor'
vim.cmd.enew()
vim.fn.jobstart(..., { term = true, on_exit = function() vim.g.demo_has_ended = true end })
"""
Rows = list[list[tuple[str, dict[str, Any]]]]


def main() -> None:
    parser = argparse.ArgumentParser(description="A recording of the demo as SVG.")
    images = REPOSITORY / "docs" / "images"
    parser.add_argument("file", nargs="?", type=Path, default=images / "demo.svg")
    file: Path = parser.parse_args().file
    command = find_neovim()
    if command is None:
        raise SystemExit("record_demo: no Neovim; run tests/tools/install-neovim.sh")
    with (
        tempfile.TemporaryDirectory() as made,
        machine_with_engine(Path(made)) as machine,
        Neovim(command, env=machine.env) as neovim,
    ):
        screen = Screen(neovim, COLUMNS, ROWS)
        neovim.lua(START, [*HOTSEAT, "demo"])
        frames = record(neovim, screen)
        taken_s = frames[-1][0]
        file.write_text(animation(frames, *screen.colors))
    n_kb = file.stat().st_size / 1024
    print(f"{file}: {len(frames)} frames of {taken_s:.0f} s in {PLAYED_S:.0f} s, {n_kb:.0f} KB")


def record(neovim: Neovim, screen: Screen) -> list[tuple[float, Rows]]:
    """Return each different screen until the program ends, with its seconds since the first."""
    begun_s, frames = time.monotonic(), list[tuple[float, Rows]]()
    has_ended = False
    while not has_ended:
        has_ended = bool(neovim.lua("return vim.g.demo_has_ended or false"))
        rows = without_exit(screen.rows())
        if not frames or frames[-1][1] != rows:
            frames.append((time.monotonic() - begun_s, rows))
        time.sleep(LOOK_S)
    return frames


def without_exit(rows: Rows) -> Rows:
    """Without the line that Neovim adds when the program has ended."""
    blank: list[tuple[str, dict[str, Any]]] = [(" ", {})] * COLUMNS
    is_exit = ["[Process exited" in "".join(text for text, _ in row) for row in rows]
    return [blank if gone else row for row, gone in zip(rows, is_exit, strict=True)]


def animation(frames: list[tuple[float, Rows]], fg: int, bg: int) -> str:
    """Frames lie below each other, and jump into view. A row that occurs again is drawn once."""
    width, height = COLUMNS * CELL_WIDTH, ROWS * CELL_HEIGHT
    rows: dict[str, str] = {}
    uses = []
    for n, (_, frame) in enumerate(frames):
        for y, cells in enumerate(frame):
            drawn = "".join(row_parts(cells, 0, fg, bg))
            if drawn:
                name = rows.setdefault(drawn, f"r{len(rows)}")
                uses.append(f'<use href="#{name}" y="{n * height + y * CELL_HEIGHT}"/>')
    last_s = frames[-1][0] or 1.0
    steps = []
    for n, (at_s, _) in enumerate(frames):
        percent = 100 * at_s / last_s * (PLAYED_S - HELD_S) / PLAYED_S
        steps.append(f"{percent:.2f}%{{transform:translateY(-{n * height}px)}}")
    steps.append(f"100%{{transform:translateY(-{(len(frames) - 1) * height}px)}}")
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" '
            f'width="{width:.0f}" font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" '
            f'font-size="{FONT_SIZE}">',
            f"<style>@keyframes play{{{''.join(steps)}}}"
            f"#film{{animation:play {PLAYED_S:.0f}s steps(1,end) infinite}}</style>",
            f'<rect width="100%" height="100%" fill="{color(bg)}"/>',
            "<defs>",
            *(f'<g id="{name}">{drawn}</g>' for drawn, name in rows.items()),
            "</defs>",
            '<g id="film">',
            *uses,
            "</g>",
            "</svg>\n",
        ]
    )


if __name__ == "__main__":
    main()
