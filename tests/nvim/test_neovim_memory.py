"""`:Hotseat memory` and `:Hotseat continue`, with a server inside Neovim that remembers."""

from __future__ import annotations

from typing import Any

import pytest

from support.neovim import Neovim, wait_for
from support.neovim_fake import SOON_S, fake, until, until_text

pytestmark = pytest.mark.nvim

METHOD = "hotseat/memory"
ASKED = "Which port?"
MEMORY = """
    local turns = {
      { id = 1, conversation = 'c1', role = 'user', day = '2026-03-02', text = 'Which port?' },
      { id = 2, conversation = 'c1', role = 'assistant', day = '2026-03-02', expert = 'go',
        language = 'go', text = '5050, the printer has 5000.' },
    }
    local facts = { { id = 7, kind = 'decision', text = 'Money is in cents', pinned = false,
                      supersededBy = vim.NIL } }
    local conversations = {
      { id = 'c1', title = 'Which port?', lastS = 1772451000.5, turns = 2 },
      { id = 'c0', title = 'Which licence?', lastS = 1772000000, turns = 2 },
    }
    Fake.answers['hotseat/memory'] = function(params)
      if params.action == 'list' then
        return { conversations = conversations, facts = facts, turns = {}, removed = 0 }
      elseif params.action == 'show' then
        return { turns = params.conversation == 'c1' and turns or {} }
      elseif params.action == 'search' then
        return { turns = { turns[2] } }
      elseif params.action == 'forget' and params.conversation then
        table.remove(conversations, 1)
        return { removed = 2 }
      elseif params.action == 'forget' then
        facts = {}
        return { removed = 1 }
      end
      facts[1].pinned = true
      return { facts = facts }
    end
"""


@pytest.fixture
def remembering(faked: Neovim) -> Neovim:
    faked.lua(MEMORY)
    return faked


def actions(neovim: Neovim, name: str) -> list[dict[str, Any]]:
    return [one for one in fake(neovim, "seen", METHOD) if one["action"] == name]


def until_action(neovim: Neovim, name: str) -> dict[str, Any]:
    return wait_for(lambda: actions(neovim, name), name, deadline_s=SOON_S)[-1]


def test_the_window_lists_opens_and_continues_a_conversation(remembering: Neovim) -> None:
    remembering.command("Hotseat memory")
    until_text(remembering, "Money is in cents")
    remembering.type(f"/{ASKED}<CR><CR>")
    until_text(remembering, "## go\n\n5050, the printer has 5000.")
    assert remembering.lua("return vim.bo.modifiable") is False
    remembering.type("-")
    until_text(remembering, "Which licence?")
    remembering.type(f"gg/{ASKED}<CR>c")
    wait_for(
        lambda: remembering.lua("return vim.b.hotseat_window") == "ask", "ask", deadline_s=SOON_S
    )
    assert remembering.lines()[:5] == ["## You", "", ASKED, "", "## go"]
    remembering.command("Hotseat ask and why?")
    asked = until(remembering, "hotseat/ask")
    assert (asked["conversation"], asked["question"]) == ("c1", "and why?")
    assert "history" not in asked
    assert ASKED in remembering.lines()


def test_entries_are_forgotten_after_a_confirmation_and_pinned(remembering: Neovim) -> None:
    remembering.command("Hotseat memory")
    until_text(remembering, "Money is in cents")
    remembering.type("/Money<CR>p")
    until_text(remembering, "* decision    Money is in cents")
    assert actions(remembering, "pin") == [{"action": "pin", "fact": 7}]
    remembering.type("gg/Money<CR>dn")
    remembering.type("dy")
    wait_for(
        lambda: "Money is in cents" not in "\n".join(remembering.lines()), "gone", deadline_s=SOON_S
    )
    assert actions(remembering, "forget") == [{"action": "forget", "fact": 7}], "after yes only"
    remembering.type(f"gg/{ASKED}<CR>dy")
    wait_for(lambda: ASKED not in "\n".join(remembering.lines()), "gone", deadline_s=SOON_S)
    assert actions(remembering, "forget")[1] == {"action": "forget", "conversation": "c1"}
    assert "2 entries are forgotten" in remembering.messages()


def test_words_search_and_a_turn_that_they_find_is_pinned(remembering: Neovim) -> None:
    remembering.command("Hotseat memory which port is it")
    until_text(remembering, "2026-03-02  go: 5050, the printer has 5000.")
    assert actions(remembering, "search") == [{"action": "search", "question": "which port is it"}]
    remembering.type("jp")
    assert until_action(remembering, "pin") == {"action": "pin", "turn": 2}
    remembering.type("<CR>")
    until_text(remembering, f"## You\n\n{ASKED}")
    wait_for(
        lambda: remembering.lua("return vim.api.nvim_get_current_line()") == "## go",
        "the cursor on the turn that was found",
        deadline_s=SOON_S,
    )


def test_continue_goes_on_with_the_latest_conversation(remembering: Neovim) -> None:
    remembering.command("6Hotseat continue and why?")
    asked = until(remembering, "hotseat/ask")
    assert (asked["conversation"], asked["question"]) == ("c1", "and why?")
    assert asked["textDocument"]["uri"].endswith("/main.go")
    assert asked["range"]["start"]["line"] == 5
    assert remembering.lines()[:5] == ["## You", "", ASKED, "", "## go"]


def test_an_answer_names_what_it_recalled_and_the_window_has_it(remembering: Neovim) -> None:
    remembering.command("Hotseat ask which port?")
    asked = until(remembering, "hotseat/ask")
    assert "conversation" not in asked, "a question without continue begins a new conversation"
    recalled = [{"text": "You, on 2 March: port 5050", "turn": 1, "fact": None}]
    answer = {"conversation": "c9", "answer": "5050", "recalled": recalled}
    fake(remembering, "answer", "hotseat/ask", {**answer, "contributions": [], "sources": []})
    until_text(remembering, "*Recalled: 1 note (:Hotseat memory)*")
    remembering.command("Hotseat memory")
    until_text(remembering, "## Recalled for the last answer\nYou, on 2 March: port 5050")
    remembering.type("ggjdy")
    wait_for(lambda: "Recalled" not in "\n".join(remembering.lines()), "dropped", deadline_s=SOON_S)
    assert actions(remembering, "forget") == [{"action": "forget", "turn": 1}]


def test_a_refusal_says_why(faked: Neovim) -> None:
    faked.command("Hotseat memory")
    until(faked, METHOD)
    fake(faked, "answer", METHOD, None, "Memory is off here, or no folder is open")
    until_text(faked, "Memory is off here, or no folder is open")
    assert "Waiting" not in "\n".join(faked.lines())
