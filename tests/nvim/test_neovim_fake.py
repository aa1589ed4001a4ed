"""What a person sees of what a server says: suggestions, answers, edits, experts. Both versions of
Neovim, and a server inside it that does what the test says."""

from __future__ import annotations

from typing import Any

import pytest

from support.neovim import Neovim, both_versions, wait_for
from support.neovim_fake import SOON_S, fake, until, until_text

pytestmark = [pytest.mark.nvim, both_versions]

METHOD = "textDocument/inlineCompletion"
SUGGESTION = "Println(i)\n\t\tfmt.Println()"
LINE = "\t\tfmt."


def suggested(neovim: Neovim, text: str = SUGGESTION) -> None:
    """Type `fmt.` in the loop of main.go, and see `text` suggested behind it."""
    fake(neovim, "suggest", text)
    neovim.type("7GAfmt.")
    wait_for(lambda: neovim.ghost_text() == text, "ghost text", deadline_s=SOON_S)


# --- suggestions ---


def test_ghost_text_shows_every_line_and_is_accepted(either: Neovim) -> None:
    suggested(either)
    row = next(i for i, row in enumerate(either.screen()) if row.strip() == "fmt.Println(i)")
    assert either.screen()[row + 1].strip() == "fmt.Println()"
    either.type("<Tab>")
    wait_for(lambda: len(either.lines()) == 10, "accepted", deadline_s=SOON_S)
    assert either.lines()[6:8] == [LINE + "Println(i)", "\t\tfmt.Println()"]
    assert either.lua("return vim.api.nvim_win_get_cursor(0)") == [8, len("\t\tfmt.Println()")]
    command = until(either, "workspace/executeCommand")
    assert command["command"] == "hotseat.suggestionAccepted"
    assert command["arguments"] == ["s1"]


def test_a_suggestion_is_accepted_by_word_and_by_line(either: Neovim) -> None:
    suggested(either)
    either.lua(
        "Fake.answers['textDocument/inlineCompletion'] = nil"
    )  # what is left is ours to show
    either.type("<M-Right>")
    wait_for(lambda: either.lines()[6] == LINE + "Println", "a word", deadline_s=SOON_S)
    assert either.ghost_text() == "(i)\n\t\tfmt.Println()"
    either.type("<M-C-Right>")
    wait_for(lambda: either.lines()[6] == LINE + "Println(i)", "a line", deadline_s=SOON_S)
    assert not fake(either, "seen", "workspace/executeCommand"), "some of it is left"
    either.type("<M-C-Right>")
    wait_for(lambda: either.lines()[7] == "\t\tfmt.Println()", "the next", deadline_s=SOON_S)
    until(either, "workspace/executeCommand")
    assert either.ghost_text() == ""


def test_keys_typed_before_accepting_do_not_stand_twice(either: Neovim) -> None:
    suggested(either)
    either.lua("Fake.answers['textDocument/inlineCompletion'] = nil")
    either.type("Pr<Tab>")
    wait_for(lambda: len(either.lines()) == 10, "accepted", deadline_s=SOON_S)
    assert either.lines()[6] == LINE + "Println(i)"


def test_a_dismissed_suggestion_is_gone_and_the_server_knows(either: Neovim) -> None:
    suggested(either)
    either.type("<C-]>")
    wait_for(lambda: not either.ghost_text(), "gone", deadline_s=SOON_S)
    assert until(either, "hotseat/didResolveSuggestion") == {"id": "s1", "outcome": "rejected"}
    assert either.lines()[6] == LINE


def test_toggle_switches_suggestions(either: Neovim) -> None:
    suggested(either)
    either.type("<Esc>")
    assert "suggestions are off" in either.command("Hotseat toggle")
    assert either.statusline() == "hotseat starting · suggestions off"
    n_asked = len(fake(either, "seen", METHOD))
    either.type("Ax<Esc>")
    until_text(either, LINE + "x")
    wait_for(lambda: not either.ghost_text(), "nothing is shown", deadline_s=SOON_S)
    assert len(fake(either, "seen", METHOD)) == n_asked
    assert "suggestions are on" in either.command("Hotseat toggle")
    assert either.statusline() == "hotseat starting"
    either.type("A")
    until(either, METHOD, n_asked + 1)


def test_neovims_own_inline_completion_is_used_only_where_it_is_wanted(
    either: Neovim, request: pytest.FixtureRequest
) -> None:
    suggested(either)
    drawn = either.lua(
        """
        local namespace = vim.api.nvim_get_namespaces()['nvim.lsp.inline_completion']
        return namespace and #vim.api.nvim_buf_get_extmarks(0, namespace, 0, -1, {}) or 0
        """
    )
    is_native = "native" in request.node.name
    has_one = either.lua("return vim.lsp.inline_completion ~= nil")
    assert bool(drawn) == (is_native and has_one)


# --- ghost text of our own, the default ---


@pytest.fixture
def ghost(faked: Neovim) -> Neovim:
    options = "{ cmd = Fake.cmd, suggestions = { debounce_ms = 0 } }"
    faked.lua(f"require('hotseat').setup({options})")
    return faked


def test_what_is_typed_of_a_suggestion_stays_and_what_is_not_ends_it(ghost: Neovim) -> None:
    suggested(ghost)
    ghost.lua("Fake.answers['textDocument/inlineCompletion'] = nil")
    ghost.type("Print")
    wait_for(lambda: ghost.ghost_text().startswith("ln(i)"), "typed through", deadline_s=SOON_S)
    ghost.type("f")
    wait_for(lambda: not ghost.ghost_text(), "something else", deadline_s=SOON_S)


def test_keys_typed_on_after_accepting_wait_for_the_text(ghost: Neovim) -> None:
    suggested(ghost, "Println()")
    ghost.type("<Tab>;<Esc>")
    until_text(ghost, LINE + "Println();")


def test_an_older_request_is_cancelled_and_its_answer_dropped(ghost: Neovim) -> None:
    ghost.type("7GA")
    until(ghost, METHOD)
    ghost.type("f")
    wait_for(
        lambda: fake(ghost, "seen", METHOD)[-1]["position"]["character"] == 3,
        "a request behind the key",
        deadline_s=SOON_S,
    )
    until(ghost, "$/cancelRequest")
    ghost.lua("""
      local asked = vim.tbl_filter(function(request)
        return request.method == 'textDocument/inlineCompletion'
      end, Fake.requests)
      local first, second = asked[1], asked[#asked]
      local function item(text, request)
        local here = request.params.position
        return { items = { { insertText = text, range = { start = here, ['end'] = here } } } }
      end
      second.answer(nil, item('new', second))
      first.answer(nil, item('old', first))
    """)
    assert ghost.ghost_text() == "new"
    ghost.type("<Esc>")
    wait_for(lambda: not ghost.ghost_text(), "nothing outside insert mode", deadline_s=SOON_S)


def test_ghost_text_makes_way_for_the_popup_menu(ghost: Neovim) -> None:
    suggested(ghost)
    ghost.type("<C-x><C-n>")
    wait_for(lambda: ghost.lua("return vim.fn.pumvisible()"), "the menu", deadline_s=SOON_S)
    assert ghost.ghost_text() == ""
    ghost.type("<C-e>")
    wait_for(ghost.ghost_text, "the suggestion is back", deadline_s=SOON_S)


def test_undo_takes_back_what_was_accepted_and_not_what_was_typed(ghost: Neovim) -> None:
    suggested(ghost, "Println()")
    ghost.lua("Fake.answers['textDocument/inlineCompletion'] = nil")
    ghost.type("<Tab>;")
    until_text(ghost, LINE + "Println();")
    ghost.type("<Esc>u")
    until_text(ghost, LINE + "Println()")
    ghost.type("u")
    until_text(ghost, LINE)
    ghost.type("<C-r>")
    until_text(ghost, LINE + "Println()")


def test_undo_takes_back_every_line_that_was_accepted(ghost: Neovim) -> None:
    suggested(ghost)
    ghost.lua("Fake.answers['textDocument/inlineCompletion'] = nil")
    ghost.lua("require('hotseat').accept()")
    wait_for(lambda: len(ghost.lines()) == 10, "accepted", deadline_s=SOON_S)
    ghost.type("<Esc>u")
    wait_for(lambda: len(ghost.lines()) == 9, "one undo", deadline_s=SOON_S)
    assert ghost.lines()[6] == LINE


def test_a_key_asks_by_hand_and_then_shows_the_other_suggestions(ghost: Neovim) -> None:
    ghost.lua("""
      Fake.answers['textDocument/inlineCompletion'] = function(params)
        local range = { start = params.position, ['end'] = params.position }
        local texts = params.context.triggerKind == 1 and { 'one', 'two', 'three' } or {}
        return { items = vim.tbl_map(function(text)
          return { insertText = text, range = range }
        end, texts) }
      end
    """)
    ghost.type("7GA")
    until(ghost, METHOD)
    for text in ("one", "two", "three", "one"):
        ghost.type("<M-Bslash>")
        wait_for(lambda text=text: ghost.ghost_text() == text, text, deadline_s=SOON_S)
    asked = [request["context"]["triggerKind"] for request in fake(ghost, "seen", METHOD)]
    assert asked.count(1) == 1
    ghost.type("<Tab>")
    until_text(ghost, "\t\tone")


# --- ask ---


def test_an_answer_streams_and_the_conversation_goes_on(faked: Neovim) -> None:
    faked.command("6,8Hotseat ask what is this?")
    asked = until(faked, "hotseat/ask")
    assert asked["question"] == "what is this?"
    assert asked["textDocument"]["uri"].endswith("/main.go")
    assert asked["range"]["start"] == {"line": 5, "character": 0}
    assert asked["range"]["end"] == {"line": 7, "character": 2}
    assert faked.lua("return vim.bo.filetype") == "markdown"
    fake(faked, "stream", "hotseat/ask", {"conversation": "c1", "note": "go is loading"})
    fake(faked, "stream", "hotseat/ask", {"waitedS": 3})
    assert any("go is loading, 3 s" in row for row in faked.screen())
    fake(faked, "stream", "hotseat/ask", {"expert": "web", "text": "No idea"})
    fake(faked, "stream", "hotseat/ask", {"expert": "go", "language": "go", "text": "A lo"})
    assert faked.lines()[-3:] == ["## go", "", "A lo"], "what was said before counts no more"
    fake(faked, "stream", "hotseat/ask", {"text": "op\n\n```go\nfor {}\n```\n"})
    assert faked.lines()[-6:] == ["A loop", "", "```go", "for {}", "```", ""]

    fake(
        faked,
        "answer",
        "hotseat/ask",
        {
            "conversation": "c1",
            "answer": "A loop\n\n```go\nfor {}\n```",
            "contributions": [{"expert": "go", "language": "go", "text": "A loop"}],
            "sources": [{"uri": asked["textDocument"]["uri"], "range": asked["range"]}],
        },
    )
    text = until_text(faked, "From main.go")
    assert text.startswith("## You\n\nwhat is this?\n\n## go\n\nA loop\n")
    assert text.endswith("*From main.go:6-8*")

    faked.type("G?for {<CR>gy")
    wait_for(
        lambda: faked.lua("return vim.fn.getreg('\"')") == "for {}\n", "yanked", deadline_s=SOON_S
    )
    faked.command("Hotseat ask and now?")
    again = until(faked, "hotseat/ask", 2)
    assert again["conversation"] == "c1"
    assert again["textDocument"] == asked["textDocument"]
    assert "history" not in again


def test_a_conversation_goes_on_after_a_restart_of_the_server(faked: Neovim) -> None:
    faked.command("Hotseat ask what is this?")
    until(faked, "hotseat/ask")
    answer = {"conversation": "c1", "answer": "A loop", "contributions": [], "sources": []}
    fake(faked, "answer", "hotseat/ask", answer)
    until_text(faked, "A loop")
    faked.command("Hotseat restart")
    until(faked, "textDocument/didOpen", 2)
    faked.command("Hotseat ask and now?")
    asked = until(faked, "hotseat/ask", 2)
    assert asked["conversation"] == "c1", "remembered as one conversation"
    assert asked["history"] == [{"question": "what is this?", "answer": "A loop"}]


def test_an_answer_is_stopped_and_what_came_stays(faked: Neovim) -> None:
    faked.command("Hotseat ask why?")
    until(faked, "hotseat/ask")
    fake(faked, "stream", "hotseat/ask", {"conversation": "c1", "text": "Because"})
    faked.command("Hotseat stop")
    assert until_text(faked, "*Stopped*").endswith("Because\n\n*Stopped*")
    until(faked, "$/cancelRequest")
    fake(faked, "stream", "hotseat/ask", {"text": " of late words"})
    assert "late" not in "\n".join(faked.lines())
    faked.command("Hotseat ask and?")
    assert until(faked, "hotseat/ask", 2)["conversation"] == "c1"


def test_a_failed_answer_says_why(faked: Neovim) -> None:
    faked.command("Hotseat ask why?")
    until(faked, "hotseat/ask")
    fake(faked, "answer", "hotseat/ask", None, "The engine does not answer")
    until_text(faked, "**No answer:** The engine does not answer")
    faked.command("Hotseat! ask again?")
    until(faked, "hotseat/ask", 2)
    assert faked.lines()[0:3] == ["## You", "", "again?"]
    fake(faked, "exit", 1)
    until_text(faked, "the server ended before it had answered; ask again")


# --- edit ---


def proposed(neovim: Neovim) -> None:
    """An edit of the loop's line, shown as a diff."""
    neovim.command("6Hotseat edit count to 3")
    asked = until(neovim, "hotseat/edit")
    assert asked["instruction"] == "count to 3"
    old = neovim.lines()[5]
    assert asked["range"]["end"] == {"line": 5, "character": len(old)}
    change = {"range": asked["range"], "newText": old.replace("10", "3")}
    version = neovim.lua("return vim.lsp.util.buf_versions[vim.fn.bufnr('main.go')]")
    document = {**asked["textDocument"], "version": version}
    edit = {"documentChanges": [{"textDocument": document, "edits": [change]}]}
    fake(neovim, "answer", "hotseat/edit", {"edit": edit, "expert": "go"})
    text = until_text(neovim, "+\tfor i := 0; i < 3; i++ {")
    assert "-\tfor i := 0; i < 10; i++ {" in text


def test_an_edit_shows_as_a_diff_and_is_accepted(faked: Neovim) -> None:
    proposed(faked)
    faked.type("a")
    until_text(faked, "i < 3;")
    assert faked.lines()[0] == "package main"
    faked.type("u")
    until_text(faked, "i < 10;")


def test_a_rejected_edit_changes_nothing(faked: Neovim) -> None:
    before = faked.lines()
    proposed(faked)
    faked.type("r")
    wait_for(lambda: faked.lines() == before, "the text as it was", deadline_s=SOON_S)


def test_an_edit_of_text_that_changed_meanwhile_is_refused(faked: Neovim) -> None:
    proposed(faked)
    faked.lua("vim.api.nvim_buf_set_lines(vim.fn.bufnr('main.go'), 0, 0, false, { '// new' })")
    faked.type("a")
    wait_for(lambda: "the text changed meanwhile" in faked.messages(), "why", deadline_s=SOON_S)
    assert "i < 10;" in faked.lines()[6]


def test_code_actions_are_carried_out_here(faked: Neovim) -> None:
    place = faked.lua("""
      local place = {
        textDocument = { uri = vim.uri_from_bufnr(0) },
        range = { start = { line = 5, character = 0 }, ['end'] = { line = 7, character = 2 } },
      }
      local client = vim.lsp.get_clients({ bufnr = 0 })[1]
      for _, name in ipairs({ 'hotseat.document', 'hotseat.explain' }) do
        client:exec_cmd({ title = name, command = name, arguments = { place } }, { bufnr = 0 })
      end
      return place
    """)
    edit, ask = until(faked, "hotseat/edit"), until(faked, "hotseat/ask")
    assert edit["instruction"] == "Add documentation comments."
    assert ask["question"] == "Explain this code."
    for params in (edit, ask):
        assert {name: params[name] for name in place} == place


# --- experts ---


def status(**go: Any) -> dict[str, Any]:
    expert = {
        "name": "go",
        "languages": ["go"],
        "model": "m",
        "state": "absent",
        "stateSeconds": 1,
        "sizeBytes": None,
        "probability": 0.25,
        "pinned": False,
        "reason": "not needed",
        "error": "",
    }
    web = {**expert, "name": "web", "reason": "html is visible"}
    return {
        "focus": {"uri": None, "language": "go", "expert": "go", "note": ""},
        "experts": [{**expert, **go}, web],
        "memory": {"budgetBytes": 4_000_000_000, "usedBytes": 0},
        "engine": {"kind": "ollama", "url": "http://127.0.0.1:1", "up": True, "message": ""},
        "lastCompletion": None,
    }


def test_the_experts_window_follows_the_server_and_its_keys_act(faked: Neovim) -> None:
    fake(faked, "push", "hotseat/status", status())
    faked.command("Hotseat experts")
    assert faked.lines()[0] == "0 MB of 4000 MB in use · ollama http://127.0.0.1:1"
    assert " ".join(faked.lines()[2].split()) == "go not in memory – 25% not needed"
    faked.type("l")
    command = until(faked, "workspace/executeCommand")
    assert (command["command"], command["arguments"]) == ("hotseat.load", ["go"])

    warm = status(state="warm", sizeBytes=252_000_000, pinned=True, reason="pinned")
    fake(faked, "push", "hotseat/status", warm)
    assert " ".join(faked.lines()[2].split()) == "go * in memory 252 MB 25% pinned"
    faked.type("p")
    assert until(faked, "workspace/executeCommand", 2)["command"] == "hotseat.unpin"
    faked.type("jP")
    assert until(faked, "workspace/executeCommand", 3)["arguments"] == ["web"]
    wait_for(lambda: "hotseat.pull was run" in faked.messages(), "answer", deadline_s=SOON_S)
    faked.type("q")
    wait_for(lambda: faked.lines()[0] == "package main", "closed", deadline_s=SOON_S)
    assert faked.statusline() == "go → go in memory"


def test_a_model_that_is_not_downloaded_is_said_with_the_remedy(faked: Neovim) -> None:
    download = {"model": "m:1b", "sizeBytes": 98_000_000, "problem": ""}
    missing = status(state="failed", error="model 'm:1b' not found", download=download)
    fake(faked, "push", "hotseat/status", missing)
    assert faked.statusline() == "go → go not downloaded, 98 MB"
    faked.command("Hotseat experts")
    assert "not downloaded" in faked.lines()[2]
    assert ":Hotseat pull go downloads m:1b, 98 MB" in faked.lines()[2]
    download["problem"] = "m:1b has no source; add one to experts.yaml"
    fake(faked, "push", "hotseat/status", missing)
    assert "not available" in faked.lines()[2]
    assert "add one to experts.yaml" in faked.lines()[2]


def test_a_restarted_server_comes_back_to_the_open_file(faked: Neovim) -> None:
    faked.command("Hotseat restart")
    until(faked, "initialize", 2)
    until(faked, "textDocument/didOpen", 2)
    assert "the server ended" not in faked.messages()
