--- The plan of a task as the user edits it, and the task as lines. No windows, no requests.

local M = {}

local status = require('hotseat.status')

---@class hotseat.TaskLines
---@field lines string[]
---@field steps table<integer, hotseat.TaskStep> Row → the step on it.
---@field files table<integer, hotseat.TaskFile> Row → the file on it.

---@class hotseat.ShownTask
---@field task hotseat.Task
---@field files hotseat.TaskFile[]
---@field note? string What the plan waits for.

--- A step can be moved and dropped until it begins.
---@param step? hotseat.TaskStep
---@return boolean
local function is_open(step)
  return step ~= nil and step.state == 'waiting'
end

---@param steps hotseat.TaskStep[]
---@return hotseat.TaskStepParams[]
function M.params(steps)
  return vim.tbl_map(function(step)
    return {
      id = step.id,
      path = step.path,
      what = step.what,
      action = step.action,
      symbols = step.symbols,
      after = step.after,
    }
  end, steps)
end

---@param steps hotseat.TaskStep[]
---@param id integer
---@param by -1|1
---@return hotseat.TaskStepParams[]? steps Nil where the step stays.
function M.moved(steps, id, by)
  for at, step in ipairs(steps) do
    local other = steps[at + by]
    if step.id == id and is_open(step) and is_open(other) then
      local changed = vim.list_slice(steps)
      changed[at], changed[at + by] = other, step
      return M.params(changed)
    end
  end
end

--- The plan without a step; the others no longer wait for it.
---@param steps hotseat.TaskStep[]
---@param id integer
---@return hotseat.TaskStepParams[]? steps Nil where the step stays.
function M.dropped(steps, id)
  local left = vim.tbl_filter(function(step)
    return step.id ~= id or not is_open(step)
  end, steps)
  if #left == #steps then
    return nil
  end
  local changed = M.params(left)
  for _, step in ipairs(changed) do
    step.after = vim.tbl_filter(function(one)
      return one ~= id
    end, step.after)
  end
  return changed
end

---@param steps hotseat.TaskStep[]
---@param path string
---@param what string
---@return hotseat.TaskStepParams[]
function M.added(steps, path, what)
  return vim.list_extend(M.params(steps), { { path = vim.trim(path), what = vim.trim(what) } })
end

local STEP_WORDS = {
  loading = '%s loads',
  writing = '%s writes',
  checking = 'the text of %s is checked',
  done = 'done by %s',
  failed = 'failed',
  cancelled = 'cancelled',
}

---@param step hotseat.TaskStep
---@return string
function M.step_words(step)
  local by = status.present(step.expert) or 'no expert yet'
  local words = { (STEP_WORDS[step.state] or '%s'):format(by) }
  if step.seconds >= 1 then
    table.insert(words, ('%d s'):format(step.seconds))
  end
  if step.tokens > 0 then
    table.insert(words, ('%d tokens'):format(step.tokens))
  end
  if status.present(step.note) then
    table.insert(words, step.note)
  end
  return table.concat(words, ', ')
end

--- What can be done with the task now.
---@param shown hotseat.ShownTask
---@return string
function M.hint(shown)
  local state = shown.task.state
  if state == 'planning' or state == 'running' then
    local note = status.present(shown.note)
    return note and ('%s: %s'):format(state, note) or state
  end
  local review = vim.iter(shown.files):any(function(file)
    return file.state == 'proposed'
  end)
  if review then
    return state .. ': r reviews the change; nothing is changed before'
  end
  return state == 'planned' and 'planned: move, drop or add steps, then <CR> runs it' or state
end

---@param text string
---@return string
local function one_line(text)
  return (text:gsub('%s+', ' '))
end

---@param shown hotseat.ShownTask
---@return hotseat.TaskLines
function M.lines(shown)
  local task = shown.task
  local made = { lines = { one_line(task.instruction), M.hint(shown) }, steps = {}, files = {} }
  if status.present(task.note) then
    table.insert(made.lines, one_line(task.note))
  end
  table.insert(made.lines, '')
  for at, step in ipairs(task.steps) do
    local first = ('%d. %s %s: %s'):format(at, step.action, step.path, one_line(step.what))
    table.insert(made.lines, first)
    made.steps[#made.lines] = step
    table.insert(made.lines, '   ' .. one_line(M.step_words(step)))
    made.steps[#made.lines] = step
  end
  if #shown.files > 0 then
    vim.list_extend(made.lines, { '', 'Files:' })
  end
  for _, file in ipairs(shown.files) do
    local note = status.present(file.note) and ': ' .. one_line(file.note) or ''
    table.insert(made.lines, ('  %s, %s%s'):format(file.path, file.state, note))
    made.files[#made.lines] = file
  end
  return made
end

return M
