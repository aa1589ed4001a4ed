"""Pictures of the plugin at work in a real Neovim, for the docs: SVG, cell by cell of its screen.

    PYTHONPATH=server:tests python tests/tools/picture_neovim.py [FOLDER]

Writes nvim-suggestion-THEME.svg and nvim-ask-THEME.svg into FOLDER, without it docs/images, light
and dark. Neovim is the one of install-neovim.sh; server, embedded engine and starter
models are real, and so is what they write. Look at the answer before you commit it: they are small.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from support.machine import HOTSEAT, machine_with_engine
from support.neovim import REPOSITORY, Neovim, find_neovim, wait_for

CELL_WIDTH, CELL_HEIGHT, FONT_SIZE = 8.4, 18, 14
COLUMNS, ROWS = 92, 18
NO_BREAK = "\u00a0"
"""SVG would draw a row of spaces as one."""
GO = 'package main\n\nimport "fmt"\n\nfunc main() {\n\tfor i := 0; i < 10; i++ {\n\t\t\n\t}\n}\n'
QUESTION = "Which package does this import?"
"""One that models of this size answer right."""
LOOKS = """
vim.o.termguicolors, vim.o.number, vim.o.laststatus, vim.o.tabstop = true, true, 2, 4
vim.o.shiftwidth, vim.o.showmode, vim.o.ruler = 4, false, false
vim.o.statusline = " %f %m%=%{v:lua.require'hotseat'.status()}  %l,%c "
vim.cmd.syntax('on')
"""
DRAW = "vim.cmd('redraw!') vim.rpcnotify(..., 'drawn')"


class Screen:
    """What Neovim sends to the UI that has to draw it: events of ext_linegrid, on one grid."""

    def __init__(self, neovim: Neovim, columns: int = COLUMNS, rows: int = ROWS) -> None:
        self._nvim = neovim._nvim
        self.colors = (0xE0E2EA, 0x14161B)
        """Of text and of what is behind it."""
        self.cursor = (0, 0)
        self._looks: dict[int, dict[str, Any]] = {0: {}}
        self._rows: list[list[tuple[str, int]]] = []
        self._nvim.ui_detach()
        self._nvim.api.ui_attach(columns, rows, {"rgb": True, "ext_linegrid": True})

    def rows(self) -> list[list[tuple[str, dict[str, Any]]]]:
        """Cells with their text and looks, as they are now."""
        self._nvim.exec_lua(DRAW, self._nvim.channel_id, async_=True)
        self._nvim.run_loop(None, self._take)
        return [[(text, self._looks[id_]) for text, id_ in row] for row in self._rows]

    def _take(self, name: str, events: list[Any]) -> None:
        if name == "drawn":
            self._nvim.stop_loop()
        elif name == "redraw":
            for kind, *calls in events:
                if handler := getattr(self, f"_{kind}", None):
                    for call in calls:
                        handler(*call)

    def _grid_resize(self, _grid: int, width: int, height: int) -> None:
        self._rows = [[(" ", 0)] * width for _ in range(height)]

    def _grid_clear(self, _grid: int) -> None:
        self._rows = [[(" ", 0)] * len(row) for row in self._rows]

    def _grid_cursor_goto(self, _grid: int, row: int, column: int) -> None:
        self.cursor = (row, column)

    def _default_colors_set(self, fg: int, bg: int, *_: Any) -> None:
        self.colors = (fg, bg)

    def _hl_attr_define(self, id_: int, rgb: dict[str, Any], *_: Any) -> None:
        self._looks[id_] = rgb

    def _grid_line(self, _grid: int, row: int, column: int, cells: list[Any], *_: Any) -> None:
        look = 0
        for text, *more in cells:
            look = more[0] if more else look
            for _repeat in range(more[1] if len(more) > 1 else 1):
                self._rows[row][column] = (text, look)
                column += 1

    def _grid_scroll(
        self, _grid: int, top: int, bottom: int, left: int, right: int, rows: int, *_: Any
    ) -> None:
        whole = range(top, bottom) if rows > 0 else range(bottom - 1, top - 1, -1)
        for row in whole:
            if top <= row + rows < bottom:
                self._rows[row][left:right] = self._rows[row + rows][left:right]


def main() -> None:
    parser = argparse.ArgumentParser(description="Pictures of Neovim for the docs.")
    parser.add_argument("folder", nargs="?", type=Path, default=REPOSITORY / "docs" / "images")
    folder: Path = parser.parse_args().folder
    command = find_neovim()
    if command is None:
        raise SystemExit("picture_neovim: no Neovim; run tests/tools/install-neovim.sh")
    with (
        tempfile.TemporaryDirectory() as made,
        machine_with_engine(Path(made)) as machine,
        Neovim(command, env=machine.env) as neovim,
    ):
        shop = Path(made) / "shop"
        (shop / ".git").mkdir(parents=True)
        (shop / "main.go").write_text(GO)
        screen = Screen(neovim)
        neovim.lua(LOOKS)
        neovim.lua("vim.cmd.cd(...)", str(shop))
        neovim.set_up(
            cmd=[*HOTSEAT, "lsp", "--roster", "starter"],
            init_options={"budgetBytes": 900_000_000},
            window={"width": 0.95, "height": 0.6},
        )
        neovim.edit(Path("main.go"))
        neovim.wait_for_status("go → go in memory", deadline_s=120)
        neovim.type("7GAfmt.")
        wait_for(neovim.ghost_text, "ghost text", deadline_s=60)
        write(folder, "nvim-suggestion", neovim, screen)
        neovim.type("<Tab><Esc>")
        neovim.type(f":Hotseat ask {QUESTION}<CR>")
        wait_for(lambda: "*From " in "\n".join(neovim.lines()), "an answer", deadline_s=120)
        write(folder, "nvim-ask", neovim, screen)


def write(folder: Path, name: str, neovim: Neovim, screen: Screen) -> None:
    for theme in ("light", "dark"):
        neovim.lua("vim.o.background = ...", theme)
        path = folder / f"{name}-{theme}.svg"
        path.write_text(svg(screen.rows(), *screen.colors, *screen.cursor))
        print(f"{path} ({path.stat().st_size / 1024:.0f} KB)")


def svg(
    rows: list[list[tuple[str, dict[str, Any]]]], fg: int, bg: int, row: int, column: int
) -> str:
    """Runs of cells that look alike are one piece of text; `row` and `column` are the cursor's."""
    width, height = len(rows[0]) * CELL_WIDTH, len(rows) * CELL_HEIGHT
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" '
        f'width="{width:.0f}" font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" '
        f'font-size="{FONT_SIZE}">',
        f'<rect width="100%" height="100%" fill="{color(bg)}"/>',
    ]
    for n, cells in enumerate(rows):
        parts += row_parts(cells, n * CELL_HEIGHT, fg, bg)
    x, y = column * CELL_WIDTH, row * CELL_HEIGHT
    parts.append(f'<rect x="{x:.1f}" y="{y}" width="2" height="{CELL_HEIGHT}" fill="{color(fg)}"/>')
    return "\n".join([*parts, "</svg>\n"])


def row_parts(cells: list[tuple[str, dict[str, Any]]], y: float, fg: int, bg: int) -> list[str]:
    return [
        part
        for begin, text, looks in runs(cells)
        for part in piece(begin * CELL_WIDTH, y, text, looks, fg, bg)
    ]


def runs(cells: list[tuple[str, dict[str, Any]]]) -> list[tuple[int, str, dict[str, Any]]]:
    found: list[tuple[int, str, dict[str, Any]]] = []
    for n, (text, looks) in enumerate(cells):
        if found and found[-1][2] == looks:
            found[-1] = (found[-1][0], found[-1][1] + text, looks)
        else:
            found.append((n, text, looks))
    return found


def piece(x: float, y: float, text: str, looks: dict[str, Any], fg: int, bg: int) -> list[str]:
    front, back = looks.get("foreground", fg), looks.get("background", bg)
    if looks.get("reverse"):
        front, back = back, front
    width = len(text) * CELL_WIDTH
    parts = []
    if back != bg:
        parts.append(
            f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="{CELL_HEIGHT}" '
            f'fill="{color(back)}"/>'
        )
    if text.strip():
        shown = text.rstrip()
        style = ' font-weight="bold"' if looks.get("bold") else ""
        style += ' font-style="italic"' if looks.get("italic") else ""
        parts.append(
            f'<text x="{x:.1f}" y="{y + 14}" textLength="{len(shown) * CELL_WIDTH:.1f}" '
            f'fill="{color(front)}"'
            f"{style}>{escape(shown.replace(' ', NO_BREAK))}</text>"
        )
    return parts


def color(rgb: int) -> str:
    return f"#{rgb:06x}"


if __name__ == "__main__":
    main()
