"""What a person does with the code blocks of an answer: yank, insert, apply as a diff."""

from __future__ import annotations

from typing import Any

import pytest

from support.neovim import Neovim, both_versions, wait_for
from support.neovim_fake import SOON_S, fake, until, until_text

pytestmark = [pytest.mark.nvim, both_versions]

ANSWER = """\
Count to 3:

```go
for i := 0; i < 3; i++ {
\tfmt.Println(i)
}
```

or not at all:

```go
// nothing
```
"""
LOOP = ["\tfor i := 0; i < 3; i++ {", "\t\tfmt.Println(i)", "\t}"]
"""The first block, as deep as the text that it is for."""


def answered(neovim: Neovim, ask: str, answer: str = ANSWER) -> list[str]:
    """Ask about main.go; returns its lines. The cursor is in the answer's first code block."""
    before = neovim.lines()
    n_asked = len(fake(neovim, "seen", "hotseat/ask"))
    neovim.command(ask)
    until(neovim, "hotseat/ask", n_asked + 1)
    result = {"conversation": "c1", "answer": answer, "contributions": [], "sources": []}
    fake(neovim, "answer", "hotseat/ask", result)
    until_text(neovim, "or not at all" if answer == ANSWER else answer)
    neovim.type("G?Println<CR>")
    return before


def go_file(neovim: Neovim) -> list[str]:
    """What is in main.go now, wherever the person is."""
    lines: list[str] = neovim.lua(
        "return vim.api.nvim_buf_get_lines(vim.fn.bufnr('main.go'), 0, -1, false)"
    )
    return lines


def show_another_file(neovim: Neovim) -> None:
    """Where main.go was; the person stays in the answer."""
    neovim.lua("vim.api.nvim_win_set_buf(vim.fn.bufwinid('main.go'), vim.fn.bufadd('other.go'))")


def until_said(neovim: Neovim, text: str) -> None:
    wait_for(lambda: text in neovim.messages(), text, deadline_s=SOON_S)


def test_the_keys_are_in_sight_and_can_be_changed(faked: Neovim) -> None:
    faked.command("Hotseat ask why?")
    [footer] = [row for row in faked.screen() if "<CR> ask on" in row]
    assert "gy yank · gi insert · ga apply · gn new · q close" in footer
    faked.type("q")
    options: dict[str, Any] = {"yank_code": "Y", "insert_code": False, "apply_code": "<F2>"}
    faked.lua("require('hotseat').setup({ cmd = Fake.cmd, keys = ... })", options)
    faked.command("bwipeout hotseat://ask")
    answered(faked, "Hotseat! ask why?")
    [footer] = [row for row in faked.screen() if "<CR> ask on" in row]
    assert "Y yank · <F2> apply · gn new" in footer
    faked.type("Y")
    until_said(faked, "the code block is yanked")
    assert faked.lua("return vim.fn.getreg('\"')").startswith("for i := 0; i < 3")


def test_a_split_shows_the_keys_too(faked: Neovim) -> None:
    faked.lua("require('hotseat').setup({ cmd = Fake.cmd, window = { layout = 'vsplit' } })")
    faked.command("Hotseat ask why?")
    assert any("Hotseat: ask <CR> ask on" in row for row in faked.screen()), "cut at the end only"


def test_keys_jump_from_block_to_block(faked: Neovim) -> None:
    answered(faked, "Hotseat ask why?")

    def line() -> str:
        return str(faked.lua("return vim.api.nvim_get_current_line()"))

    faked.type("]cj")
    wait_for(lambda: line() == "// nothing", "the second", deadline_s=SOON_S)
    faked.type("]c")
    until_said(faked, "there is no later code block")
    faked.type("gg]cj")
    wait_for(lambda: line().startswith("for i"), "the first", deadline_s=SOON_S)
    faked.type("G[cj")
    wait_for(lambda: line() == "// nothing", "back", deadline_s=SOON_S)


def test_a_block_is_inserted_at_the_cursor_that_was_asked_from(faked: Neovim) -> None:
    faked.type("5G")
    before = answered(faked, "Hotseat ask what is this?")
    faked.type("gi")
    wait_for(lambda: go_file(faked) != before, "inserted", deadline_s=SOON_S)
    code = [line.removeprefix("\t") for line in LOOP]
    assert go_file(faked) == before[:5] + code + before[5:]
    until_said(faked, "inserted at main.go:6")
    faked.type("qu")
    wait_for(lambda: faked.lines() == before, "one undo takes it back", deadline_s=SOON_S)

    faked.type("7G")  # blanks only
    answered(faked, "Hotseat ask and here?")
    faked.type("gi")
    wait_for(lambda: go_file(faked) != before, "inserted", deadline_s=SOON_S)
    assert go_file(faked) == before[:6] + ["\t" + line for line in LOOP] + before[7:]


def test_a_block_is_not_inserted_where_the_file_is_no_more(faked: Neovim) -> None:
    before = answered(faked, "Hotseat ask what is this?")
    show_another_file(faked)
    faked.type("gi")
    until_said(faked, "the window that was asked from shows it no more; nothing was changed")
    assert go_file(faked) == before
    faked.command("bwipeout main.go")
    faked.type("gi")
    until_said(faked, "the file that this was asked about was closed; nothing was changed")


def test_a_block_takes_the_place_of_the_selection_once_its_diff_is_accepted(faked: Neovim) -> None:
    before = answered(faked, "6,8Hotseat ask count to 3")
    # The selection is followed when other lines change.
    faked.lua("vim.api.nvim_buf_set_lines(vim.fn.bufnr('main.go'), 0, 0, false, { '// new' })")
    faked.type("ga")
    diff = until_text(faked, "+\tfor i := 0; i < 3; i++ {")
    assert "--- main.go" in diff
    assert "-\tfor i := 0; i < 10; i++ {" in diff
    assert go_file(faked) == ["// new", *before]
    faked.type("a")
    wait_for(lambda: "i < 3;" in "\n".join(go_file(faked)), "accepted", deadline_s=SOON_S)
    assert go_file(faked) == ["// new", *before[:5], *LOOP, *before[8:]]
    until_said(faked, "main.go was changed")

    faked.command("Hotseat ask and now?")
    where = until(faked, "hotseat/ask", 2)["range"]
    assert where["start"] == {"line": 6, "character": 0}, "asking on is about the new text"
    assert where["end"] == {"line": 8, "character": 2}


def test_without_a_selection_a_block_is_applied_below_the_line_that_was_asked_about(
    faked: Neovim,
) -> None:
    faked.type("6G")
    before = answered(faked, "Hotseat ask what is this?")
    faked.type("ga")
    until_text(faked, "+\t\tfmt.Println(i)")
    faked.type("r")
    wait_for(lambda: "## You" in faked.lines(), "back at the answer", deadline_s=SOON_S)
    assert go_file(faked) == before
    faked.type("ga")
    until_text(faked, "+\t\tfmt.Println(i)")
    faked.type("a")
    wait_for(lambda: go_file(faked) != before, "accepted", deadline_s=SOON_S)
    assert go_file(faked) == before[:6] + LOOP + before[6:]


def test_a_selection_that_changed_meanwhile_stays_as_it_is(faked: Neovim) -> None:
    answered(faked, "6,8Hotseat ask count to 3")
    faked.lua("vim.api.nvim_buf_set_text(vim.fn.bufnr('main.go'), 5, 1, 5, 4, { 'FOR' })")
    changed = go_file(faked)
    faked.type("ga")
    until_said(faked, "what this was asked about changed meanwhile; nothing was changed")
    assert go_file(faked) == changed
    assert "## You" in faked.lines(), "no diff is shown"

    faked.type("<C-w>p")
    answered(faked, "6,8Hotseat ask again")
    faked.type("ga")
    until_text(faked, "-\tFOR i := 0; i < 10; i++ {")
    faked.lua("vim.api.nvim_buf_set_lines(vim.fn.bufnr('main.go'), 0, 0, false, { '// new' })")
    faked.type("a")
    until_said(faked, "the text changed meanwhile; nothing was edited")
    assert go_file(faked) == ["// new", *changed]


def test_a_block_for_a_file_that_was_closed_is_not_applied(faked: Neovim) -> None:
    answered(faked, "6,8Hotseat ask count to 3")
    show_another_file(faked)
    faked.command("bwipeout main.go")
    faked.type("ga")
    until_said(faked, "the file that this was asked about was closed; nothing was changed")


def test_each_answer_goes_where_its_own_question_was_asked(faked: Neovim) -> None:
    before = answered(faked, "6,8Hotseat ask the loop")
    faked.type("<C-w>p")
    answered(faked, "1Hotseat ask the package")
    faked.type("gg/Println<CR>ga")
    until_text(faked, "-\tfor i := 0; i < 10; i++ {")
    faked.type("r")
    wait_for(lambda: "## You" in faked.lines(), "back at the answers", deadline_s=SOON_S)
    faked.type("G?Println<CR>ga")
    until_text(faked, "-package main")
    assert go_file(faked) == before


def test_a_block_under_way_or_none_changes_nothing(faked: Neovim) -> None:
    faked.command("6,8Hotseat ask count to 3")
    until(faked, "hotseat/ask")
    fake(faked, "stream", "hotseat/ask", {"conversation": "c1", "text": "```go\nfor {\n"})
    faked.type("G?for {<CR>ga")
    until_said(faked, "this code block is not finished; nothing was changed")
    faked.type("gggi")
    until_said(faked, "there is no code block under the cursor")
