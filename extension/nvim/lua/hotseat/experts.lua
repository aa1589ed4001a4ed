--- The experts in a window: state, size, probability and reason, and keys that change them.

local M = {}

local expert_command = require('hotseat.expert_command')
local notice = require('hotseat.notice')
local status = require('hotseat.status')
local window = require('hotseat.window')

local PURPOSE = 'experts'
local KEYS = 'l load · u unload · p pin or unpin · P pull · q close'
local N_HEAD = 2

local namespace = vim.api.nvim_create_namespace('hotseat.experts')

--- One line an expert, in its columns; the state's begins and ends at the bytes given.
---@param experts hotseat.ExpertStatus[]
---@return string[] lines
---@return { [1]: integer, [2]: integer }[] states
function M.rows(experts)
  local name_width = 4
  for _, expert in ipairs(experts) do
    name_width = math.max(name_width, vim.fn.strdisplaywidth(expert.name))
  end
  local lines, states = {}, {}
  for _, expert in ipairs(experts) do
    local pad = (' '):rep(name_width - vim.fn.strdisplaywidth(expert.name))
    local head = ('%s%s %s '):format(expert.name, pad, expert.pinned and '*' or ' ')
    local words = status.state(expert)
    local state = ('%-14s'):format(words)
    local probability = status.present(expert.probability) or 0
    -- The bytes of a base under an adapter are not the expert's own.
    local own = (expert.seat or expert.model) == expert.model
    local size = own and status.megabytes(expert.sizeBytes) or 'shared'
    -- The dash for "unknown" is three bytes and one column.
    size = (' '):rep(9 - vim.fn.strdisplaywidth(size)) .. size
    local why = status.why(expert):gsub('%s*\n%s*', ' ')
    local line = ('%s%s %s %4.0f%%  %s'):format(head, state, size, probability * 100, why)
    table.insert(lines, line)
    table.insert(states, { #head, #head + #words })
  end
  return lines, states
end

---@param said hotseat.Status
---@return string
local function summary(said)
  local memory, engine = said.memory, said.engine
  local text = ('%s of %s in use · %s %s'):format(
    status.megabytes(memory.usedBytes),
    status.megabytes(memory.budgetBytes),
    engine.kind,
    engine.up and engine.url or 'does not answer'
  )
  return text
end

local function render()
  local bufnr = window.buffer(PURPOSE)
  local said = status.last()
  if not said then
    return window.set_lines(bufnr, 0, -1, { 'Hotseat is starting …' })
  end
  local rows, states = M.rows(said.experts)
  window.set_lines(bufnr, 0, -1, vim.list_extend({ summary(said), '' }, rows))
  vim.api.nvim_buf_clear_namespace(bufnr, namespace, 0, -1)
  for index, expert in ipairs(said.experts) do
    local _, highlight = status.state(expert)
    vim.api.nvim_buf_set_extmark(bufnr, namespace, N_HEAD + index - 1, states[index][1], {
      end_col = states[index][2],
      hl_group = highlight,
    })
  end
end

---@return hotseat.ExpertStatus?
local function under_cursor()
  local said = status.last()
  local expert = said and said.experts[vim.api.nvim_win_get_cursor(0)[1] - N_HEAD]
  if not expert then
    notice.warn('there is no expert on this line')
  end
  return expert
end

---@param action string|fun(expert: hotseat.ExpertStatus): string
---@return fun()
local function on_expert(action)
  return function()
    local expert = under_cursor()
    if expert then
      local name = type(action) == 'string' and action or action(expert)
      expert_command.run(name, expert.name)
    end
  end
end

--- Follows the server while it is on the screen.
function M.open()
  if not status.client() then
    return notice.warn(status.no_client())
  end
  local bufnr = window.open(PURPOSE, { title = 'Hotseat: experts', keys = KEYS, wrap = false })
  vim.bo[bufnr].filetype = 'hotseat-experts'
  window.map(bufnr, 'l', on_expert('load'), 'load the expert')
  window.map(bufnr, 'u', on_expert('unload'), 'unload the expert')
  window.map(bufnr, 'P', on_expert('pull'), 'pull the expert')
  window.map(
    bufnr,
    'p',
    on_expert(function(expert)
      return expert.pinned and 'unpin' or 'pin'
    end),
    'pin or unpin the expert'
  )
  render()
  local last = vim.api.nvim_buf_line_count(bufnr)
  vim.api.nvim_win_set_cursor(0, { math.min(N_HEAD + 1, last), 0 })
  vim.api.nvim_create_autocmd('User', {
    group = vim.api.nvim_create_augroup('hotseat.experts', { clear = true }),
    pattern = 'HotseatStatus',
    callback = function()
      if #vim.fn.win_findbuf(window.buffer(PURPOSE)) == 0 then
        return true -- the window is gone, and so may this be
      end
      render()
    end,
  })
end

return M
