"""The sources for nvim-cmp and blink.cmp, called as these plugins call them, by a script.

The server is inside Neovim.
"""

from __future__ import annotations

from typing import Any

import pytest

from support.neovim import Neovim, both_versions, wait_for
from support.neovim_fake import SOON_S, fake, until

pytestmark = [pytest.mark.nvim, both_versions]

METHOD = "textDocument/inlineCompletion"
LINE = '\tx := "ä" + fmt.Pr'
SUGGESTION = "intln(i)\n\t\tfmt.Println()"

# What each plugin calls: `complete` gives the items to Menu.response, `accept` takes one.
MENUS = {
    "cmp": """
        local source = require('hotseat.cmp').new()
        assert(source:get_debug_name() == 'hotseat')
        assert(source:get_position_encoding_kind() == 'utf-8')
        Menu = { is_available = function() return source:is_available() end }
        function Menu.complete(reason)
          local row, col = unpack(vim.api.nvim_win_get_cursor(0))
          local line = vim.api.nvim_get_current_line()
          source:complete({
            offset = col + 1,
            completion_context = { triggerKind = 1 },
            context = {
              bufnr = vim.api.nvim_get_current_buf(),
              cursor = { row = row, col = col + 1 },
              cursor_line = line,
              cursor_before_line = line:sub(1, col),
              option = { reason = reason },
            },
          }, function(response) Menu.response = response end)
        end
        function Menu.accept(item)
          vim.lsp.util.apply_text_edits({ item.textEdit }, vim.api.nvim_get_current_buf(), 'utf-8')
          source:execute(item, function() Menu.accepted = true end)
        end
    """,
    "blink": """
        local source = require('hotseat.blink').new({}, { name = 'Hotseat' })
        Menu = { is_available = function() return source:enabled() end }
        local function context(reason)
          return {
            bufnr = vim.api.nvim_get_current_buf(),
            cursor = vim.api.nvim_win_get_cursor(0),
            line = vim.api.nvim_get_current_line(),
            trigger = { initial_kind = reason == 'manual' and 'manual' or 'keyword' },
          }
        end
        function Menu.complete(reason)
          Menu.cancel = source:get_completions(context(reason), function(response)
            Menu.response = response
          end)
        end
        function Menu.accept(item)
          source:execute(context('auto'), item, function() Menu.accepted = true end, function()
            local bufnr = vim.api.nvim_get_current_buf()
            vim.lsp.util.apply_text_edits({ item.textEdit }, bufnr, 'utf-8')
          end)
        end
    """,
}


@pytest.fixture(params=MENUS)
def menu(faked: Neovim, request: pytest.FixtureRequest) -> Neovim:
    """`faked`, with a menu that has our source and is open after `LINE`."""
    faked.lua(MENUS[request.param])
    fake(faked, "suggest", SUGGESTION)
    faked.lua("vim.api.nvim_buf_set_lines(0, 6, 7, false, { ... })", LINE)
    faked.type("7GA")
    return faked


def items(neovim: Neovim, reason: str = "auto") -> list[dict[str, Any]]:
    neovim.lua("Menu.response = nil; Menu.complete(...)", reason)
    wait_for(lambda: neovim.lua("return Menu.response ~= nil"), "items", deadline_s=SOON_S)
    found: list[dict[str, Any]] = neovim.lua("return Menu.response.items")
    return found


def test_an_item_begins_with_the_word_before_the_cursor(menu: Neovim) -> None:
    (item,) = items(menu)
    assert item["label"] == item["filterText"] == "Println(i)"
    assert item["textEdit"]["newText"] == "Pr" + SUGGESTION
    n_bytes = len(LINE.encode())
    start, end = item["textEdit"]["range"]["start"], item["textEdit"]["range"]["end"]
    assert (start, end) == (
        {"line": 6, "character": n_bytes - 2},
        {"line": 6, "character": n_bytes},
    )
    assert item["documentation"]["value"] == f"```go\nPr{SUGGESTION}\n```"


def test_an_accepted_item_is_the_suggestion_and_the_server_knows(menu: Neovim) -> None:
    items(menu)
    menu.lua("Menu.accept(Menu.response.items[1])")
    assert menu.lines()[6:8] == [LINE + "intln(i)", "\t\tfmt.Println()"]
    assert menu.lua("return Menu.accepted") is True
    command = until(menu, "workspace/executeCommand")
    assert (command["command"], command["arguments"]) == ("hotseat.suggestionAccepted", ["s1"])


def test_asked_by_hand_the_server_hides_nothing(menu: Neovim) -> None:
    for reason in ("auto", "manual"):
        items(menu, reason)
    kinds = [asked["context"]["triggerKind"] for asked in fake(menu, "seen", METHOD)]
    assert kinds[-2:] == [2, 1]


def test_the_menu_takes_the_place_of_ghost_text_and_is_toggled(menu: Neovim) -> None:
    n_asked = len(fake(menu, "seen", METHOD))
    menu.type("intl")
    wait_for(lambda: menu.lines()[6] == LINE + "intl", "typed", deadline_s=SOON_S)
    assert menu.ghost_text() == ""
    assert len(fake(menu, "seen", METHOD)) == n_asked
    assert menu.lua("return Menu.is_available()") is True
    menu.type("<Esc>")
    assert "suggestions are off" in menu.command("Hotseat toggle")
    assert menu.lua("return Menu.is_available()") is False
    menu.command("Hotseat toggle")
    assert menu.lua("return Menu.is_available()") is True


def test_no_suggestion_and_no_server_are_no_items(menu: Neovim) -> None:
    menu.lua("Fake.answers['textDocument/inlineCompletion'] = function() return vim.NIL end")
    assert items(menu) == []
    menu.command("stopinsert | enew")
    assert menu.lua("return Menu.is_available()") is False
    assert items(menu) == []
