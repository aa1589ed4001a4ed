local changes = require('hotseat.task_changes')
local plan = require('hotseat.task_plan')

local function step(id, more)
  return vim.tbl_extend('force', {
    id = id,
    path = id .. '.go',
    what = 'change\n' .. id,
    action = 'edit',
    symbols = {},
    after = {},
    state = 'waiting',
    expert = 'go',
    note = '',
    seconds = 0,
    tokens = 0,
  }, more or {})
end

local function ids(steps)
  return vim.tbl_map(function(one)
    return one.id
  end, steps)
end

local RANGE = { start = { line = 4, character = 0 }, ['end'] = { line = 4, character = 0 } }
local EDIT = {
  changeAnnotations = {
    ['step-1'] = { label = 'Step 1', description = 'add a field', needsConfirmation = true },
    ['step-2'] = { label = 'Step 2', needsConfirmation = true },
  },
  documentChanges = {
    {
      textDocument = { uri = 'file:///w/a.go', version = 3 },
      edits = {
        { range = RANGE, newText = 'x', annotationId = 'step-1' },
        { range = RANGE, newText = 'y', annotationId = 'step-2' },
      },
    },
    { kind = 'create', uri = 'file:///w/b.sql' },
    {
      textDocument = { uri = 'file:///w/b.sql', version = vim.NIL },
      edits = { { range = RANGE, newText = 'z', annotationId = 'step-2' } },
    },
  },
}

return {
  ['a step moves among those that have not begun'] = function()
    local steps = { step(1, { state = 'done' }), step(2), step(3) }
    assert(vim.deep_equal(ids(plan.moved(steps, 3, -1)), { 1, 3, 2 }))
    assert(plan.moved(steps, 2, -1) == nil and plan.moved(steps, 3, 1) == nil)
    assert(vim.deep_equal(ids(steps), { 1, 2, 3 }), 'the task itself is as it was')
  end,
  ['a step that is dropped is waited for no more'] = function()
    local changed = plan.dropped({ step(1), step(2, { after = { 1 } }) }, 1)
    assert(changed and #changed == 1 and #changed[1].after == 0)
    assert(plan.dropped({ step(1, { state = 'writing' }) }, 1) == nil)
  end,
  ['a step is added at the end'] = function()
    local added = plan.added({ step(1) }, ' a.sql ', ' a table ')[2]
    assert(vim.deep_equal(added, { path = 'a.sql', what = 'a table' }))
  end,
  ['each step has two lines, and rows lead to steps and files'] = function()
    local task = { id = 't', instruction = 'rename\nit', state = 'done', note = '' }
    local running = step(2, { state = 'writing', seconds = 12.4, tokens = 30, expert = 'sql' })
    task.steps = { step(1, { expert = vim.NIL }), running }
    local file = { path = 'a.go', state = 'proposed', note = '' }
    local made = plan.lines({ task = task, files = { file } })
    assert(made.lines[1] == 'rename it')
    assert(made.lines[2]:match('^done: r reviews'), made.lines[2])
    assert(made.lines[4] == '1. edit 1.go: change 1', made.lines[4])
    assert(made.lines[5] == '   no expert yet', made.lines[5])
    assert(made.lines[7] == '   sql writes, 12 s, 30 tokens', made.lines[7])
    assert(made.steps[7].id == 2 and made.files[#made.lines] == file)
  end,
  ['changes are listed by file and step'] = function()
    local found = changes.of(EDIT)
    assert(#found == 3)
    local lines = changes.lines(found)
    assert(vim.endswith(lines[1], 'a.go:5 Step 1: add a field'), lines[1])
    assert(vim.startswith(lines[1], '[x] ') and lines[3]:match('b%.sql:5 Step 2$'), lines[3])
    local items = changes.quickfix(found)
    assert(items[2].filename == '/w/a.go' and items[2].lnum == 5 and items[2].text == 'Step 2')
  end,
  ['only what is accepted is in the edit, with the files that it creates'] = function()
    local found = changes.of(EDIT)
    found[2].accepted = false
    local edit = changes.accepted(found)
    assert(edit and #edit.documentChanges == 3)
    assert(vim.deep_equal(edit.documentChanges[1].edits, { { range = RANGE, newText = 'x' } }))
    found[3].accepted = false
    edit = changes.accepted(found)
    assert(edit and #edit.documentChanges == 1, 'no empty file is made')
    found[1].accepted = false
    assert(changes.accepted(found) == nil)
  end,
}
