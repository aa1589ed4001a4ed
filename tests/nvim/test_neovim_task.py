"""`:Hotseat task`, with a server inside Neovim that has a plan and a change."""

from __future__ import annotations

import pytest

from support.neovim import Neovim, wait_for
from support.neovim_fake import SOON_S, fake, until, until_text

pytestmark = pytest.mark.nvim

TASK = """
    local uri = vim.uri_from_bufnr(0)
    local function step(id, path, state)
      return { id = id, path = path, uri = uri, language = 'go', action = 'edit', symbols = {},
               what = 'rename', after = {}, state = state, expert = 'go', note = '', seconds = 0,
               tokens = 0 }
    end
    local function task(state, steps)
      return { id = 't1', instruction = 'Rename it', state = state, note = '', steps = steps,
               createdS = 0, updatedS = 0 }
    end
    local range = { start = { line = 0, character = 0 }, ['end'] = { line = 0, character = 0 } }
    local edit = {
      changeAnnotations = { ['step-1'] = { label = 'First' }, ['step-2'] = { label = 'Second' } },
      documentChanges = { { textDocument = { uri = uri, version = vim.NIL }, edits = {
        { range = range, newText = 'one ', annotationId = 'step-1' },
        { range = range, newText = 'two ', annotationId = 'step-2' },
      } } },
    }
    local file = { path = 'a.go', uri = uri, state = 'proposed', steps = { 1 }, note = '',
                   diff = '+one', oldText = '', newText = '' }
    local steps = { step(1, 'a.go', 'waiting'), step(2, 'b.go', 'waiting') }
    Fake.answers['hotseat/task'] = function(params)
      if params.planOnly then
        return { task = task('planned', steps), files = {}, edit = vim.NIL }
      end
      steps = { step(1, 'a.go', 'done') }
      return { task = task('done', steps), files = { file }, edit = edit }
    end
    Fake.answers['hotseat/tasks'] = function(params)
      if params.action == 'plan' then
        return { task = task('planned', { step(1, 'a.go', 'waiting') }) }
      elseif params.action == 'applied' then
        file.state = 'written'
      end
      return { task = task('done', steps), files = { file }, edit = edit }
    end
"""


def test_a_plan_is_edited_run_and_reviewed_change_by_change(faked: Neovim) -> None:
    before = faked.lines()
    faked.lua(TASK)
    faked.command("Hotseat task Rename it")
    until_text(faked, "2. edit b.go: rename")
    faked.type("Gd")
    wait_for(lambda: "2. edit b.go: rename" not in faked.lines(), "dropped", deadline_s=SOON_S)
    changed = until(faked, "hotseat/tasks")
    assert [step["id"] for step in changed["steps"]] == [1]
    faked.type("<CR>")
    until_text(faked, "a.go, proposed")
    assert fake(faked, "seen", "hotseat/task")[-1]["task"] == "t1"
    faked.type("r")
    until_text(faked, "[x]")
    assert [item["text"] for item in faked.lua("return vim.fn.getqflist()")] == ["First", "Second"]
    faked.type("gg<Space>a")
    until_text(faked, "a.go, written")
    faked.type("q")
    assert faked.lines() == ["two " + before[0], *before[1:]]
    actions = [one["action"] for one in fake(faked, "seen", "hotseat/tasks")]
    assert actions == ["plan", "show", "applied"]
