"""The next edit in Neovim: shown, gone to, made, dismissed; and keys that keep their meaning."""

from __future__ import annotations

from typing import Any

import pytest

from support.neovim import Neovim, both_versions, wait_for
from support.neovim_fake import SOON_S, until

pytestmark = [pytest.mark.nvim, both_versions]

OFFER = """
local line = ...
Fake.answers['hotseat/nextEdit'] = function(params)
  local id = params.textDocument
  return { edits = line ~= vim.NIL and { {
    id = 'next-1',
    textDocument = { uri = id.uri, version = id.version },
    range = {
      start = { line = line, character = 0 },
      ['end'] = { line = line, character = 7 },
    },
    text = 'program',
    command = { title = '', command = 'hotseat.nextEditAccepted', arguments = { 'next-1' } },
  } } or {} }
end
"""
MARKS = """
local namespace = vim.api.nvim_get_namespaces()['hotseat.next_edit']
return vim.api.nvim_buf_get_extmarks(0, namespace, 0, -1, { details = true })
"""


def marks(neovim: Neovim) -> list[Any]:
    found: list[Any] = neovim.lua(MARKS)
    return found


def offered(neovim: Neovim, keys: str = "7GA x<Esc>") -> None:
    """Change line 7 of main.go, and see its first line's beginning offered."""
    neovim.lua(OFFER, 0)
    neovim.type(keys)
    wait_for(lambda: marks(neovim), "a next edit", deadline_s=SOON_S)


def test_tab_goes_to_the_edit_and_tab_again_makes_it(either: Neovim) -> None:
    offered(either)
    assert [mark[1] for mark in marks(either)] == [0, 0]
    either.type("<Tab>")
    wait_for(lambda: either.lua("return vim.fn.line('.')") == 1, "there", deadline_s=SOON_S)
    assert either.lines()[0].startswith("package")
    either.lua(OFFER, None)
    either.type("<Tab>")
    wait_for(lambda: either.lines()[0].startswith("program"), "made", deadline_s=SOON_S)
    command = until(either, "workspace/executeCommand")
    assert (command["command"], command["arguments"]) == ("hotseat.nextEditAccepted", ["next-1"])
    assert not marks(either)
    assert either.lua("return vim.fn.maparg('<Tab>', 'n')") == ""


def test_escape_dismisses_it_and_the_server_knows(either: Neovim) -> None:
    offered(either)
    either.type("<Esc>")
    wait_for(lambda: not marks(either), "dismissed", deadline_s=SOON_S)
    resolved = until(either, "hotseat/didResolveSuggestion")
    assert resolved == {"id": "next-1", "outcome": "rejected"}


def test_a_change_of_the_text_takes_it_away(either: Neovim) -> None:
    offered(either)
    either.lua("Fake.answers['hotseat/nextEdit'] = nil")
    either.type("8GA y<Esc>")
    wait_for(lambda: not marks(either), "gone", deadline_s=SOON_S)
    assert either.lines()[0].startswith("package")
