--- `:Hotseat task`: a change over several files. Shows the plan and the steps in a window; the task
--- itself runs in the server, and goes on when the window is closed.

local M = {}

local notice = require('hotseat.notice')
local plan = require('hotseat.task_plan')
local protocol = require('hotseat.protocol')
local review = require('hotseat.task_review')
local status = require('hotseat.status')
local stream = require('hotseat.stream')
local window = require('hotseat.window')

local PURPOSE = 'task'
local KEYS = '<CR> run · K J move · d drop · o add · c cancel step · C cancel · '
  .. 'r review · u undo · = diff · q close'

---@type hotseat.ShownTask?
local shown
---@type hotseat.TaskLines?
local drawn
--- Ends the following of the task; the task itself goes on.
---@type fun()?
local stop

---@param problem? string
local function render(problem)
  if shown then
    drawn = plan.lines(shown)
  end
  local lines = shown and drawn and drawn.lines or { 'planning …' }
  if problem then
    lines = vim.list_extend({ problem, '' }, lines)
    drawn = nil
  end
  window.set_lines(window.buffer(PURPOSE), 0, -1, lines)
end

---@param result hotseat.TasksResult|hotseat.TaskResult
local function take(result)
  local task = status.present(result.task)
  if task then
    local same = shown and shown.task.id == task.id
    shown = { task = task, files = same and shown and shown.files or {} }
  end
  if shown and status.present(result.files) then
    shown.files = result.files
  end
  render()
end

---@param part hotseat.TaskPart
local function grow(part)
  local task, step = status.present(part.task), status.present(part.step)
  if task then
    shown = { task = task, files = shown and shown.task.id == task.id and shown.files or {} }
  elseif shown and step then
    for at, one in ipairs(shown.task.steps) do
      if one.id == step.id then
        shown.task.steps[at] = step
      end
    end
  elseif shown and type(part.note) == 'string' then
    shown.note = part.note
  else
    return -- more of a text: the steps are the same
  end
  render()
end

---@param client vim.lsp.Client
---@param params hotseat.TaskParams
local function follow(client, params)
  if stop then
    stop()
  end
  local mine ---@type fun()?
  mine = stream.request(client, protocol.method.task, params, {
    takes_all = true,
    on_part = grow,
    on_done = function(err, result)
      if stop == mine then
        stop = nil
      end
      if err then
        render(err.message)
      elseif result then
        take(result)
      end
    end,
  })
  stop = mine
end

---@param params hotseat.TasksParams
---@param on_result fun(result: hotseat.TasksResult, client: vim.lsp.Client)
local function request(params, on_result)
  local client = status.client()
  if not client then
    return notice.warn(status.no_client())
  end
  client:request(protocol.method.tasks, params, function(err, result)
    if err then
      notice.error(err.message)
    elseif type(result) == 'table' then
      on_result(result, client)
    end
  end)
end

--- Of the task that is shown.
---@param action string
---@param more? table
---@param on_result? fun(result: hotseat.TasksResult, client: vim.lsp.Client)
local function act(action, more, on_result)
  if not shown then
    return notice.warn('there is no task; :Hotseat task WHAT begins one')
  end
  local params = vim.tbl_extend('force', { action = action, task = shown.task.id }, more or {})
  request(params, on_result or take)
end

---@return hotseat.TaskStep?
local function step_under_cursor()
  return drawn and drawn.steps[vim.api.nvim_win_get_cursor(0)[1]]
end

---@param change fun(steps: hotseat.TaskStep[], id: integer): hotseat.TaskStepParams[]?
local function change_step(change)
  local step = step_under_cursor()
  local steps = step and shown and change(shown.task.steps, step.id)
  if steps then
    act('plan', { steps = steps })
  else
    notice.info('only a step that has not begun can be moved or dropped')
  end
end

local function add_step()
  vim.ui.input({ prompt = 'File of the step: ', completion = 'file' }, function(path)
    if not path or path == '' then
      return
    end
    vim.ui.input({ prompt = 'What to do in it: ' }, function(what)
      if what and what ~= '' and shown then
        act('plan', { steps = plan.added(shown.task.steps, path, what) })
      end
    end)
  end)
end

local function cancel_step()
  local step = step_under_cursor()
  if step then
    act('cancel', { step = step.id })
  end
end

local function run()
  local client = status.client()
  if client and shown then
    follow(client, { task = shown.task.id })
  end
end

--- Show the change of a task, or of its undoing, and report afterwards that it was reviewed.
---@param action 'show'|'undo'
local function review_edit(action)
  act(action, nil, function(result, client)
    take(result)
    local edit = status.present(result.edit)
    if not edit then
      return notice.info('there is nothing to change')
    end
    review.open(edit, shown and shown.files or {}, client.offset_encoding, function()
      M.open()
      act('applied')
    end)
  end)
end

local function diff_under_cursor()
  local file = drawn and drawn.files[vim.api.nvim_win_get_cursor(0)[1]]
  if file then
    review.diff(file)
  end
end

--- Show the window of the task, without a request.
function M.open()
  local bufnr = window.open(PURPOSE, { title = 'Hotseat: task', keys = KEYS, wrap = true })
  window.map(bufnr, '<CR>', run, 'run the steps')
  window.map(bufnr, 'K', function()
    change_step(function(steps, id)
      return plan.moved(steps, id, -1)
    end)
  end, 'the step earlier')
  window.map(bufnr, 'J', function()
    change_step(function(steps, id)
      return plan.moved(steps, id, 1)
    end)
  end, 'the step later')
  window.map(bufnr, 'd', function()
    change_step(plan.dropped)
  end, 'drop the step')
  window.map(bufnr, 'o', add_step, 'add a step')
  window.map(bufnr, 'c', cancel_step, 'cancel the step')
  window.map(bufnr, 'C', function()
    act('cancel')
  end, 'cancel the task')
  window.map(bufnr, 'r', function()
    review_edit('show')
  end, 'review the change')
  window.map(bufnr, 'u', function()
    review_edit('undo')
  end, 'undo the change')
  window.map(bufnr, '=', diff_under_cursor, 'show the difference of the file')
end

--- The task that was begun last, which may be under way.
local function open_latest()
  request({ action = 'list' }, function(result, client)
    local latest = (status.present(result.tasks) or {})[1]
    if not latest then
      return notice.warn('this workspace has no task; :Hotseat task WHAT begins one')
    end
    M.open()
    request({ action = 'show', task = latest.id }, function(found)
      take(found)
      if vim.list_contains({ 'running', 'planning' }, latest.state) then
        follow(client, { task = latest.id })
      end
    end)
  end)
end

--- Plan a change over several files and show the plan; without an instruction, show the last task.
---@param instruction? string
function M.task(instruction)
  local client = status.client()
  if not client then
    return notice.warn(status.no_client())
  elseif not instruction or instruction == '' then
    if shown then
      M.open()
      return render()
    end
    return open_latest()
  end
  local params = { instruction = instruction, planOnly = true } ---@type hotseat.TaskParams
  local bufnr = vim.api.nvim_get_current_buf()
  if client.attached_buffers[bufnr] then
    params.textDocument = vim.lsp.util.make_text_document_params(bufnr)
  end
  shown, drawn = nil, nil
  M.open()
  render()
  follow(client, params)
end

return M
