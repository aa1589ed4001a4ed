--- The review of a task: a list of its changes with boxes, a quickfix list, and a diff for each file.

local M = {}

local changes_of = require('hotseat.task_changes')
local notice = require('hotseat.notice')
local window = require('hotseat.window')

local PURPOSE = 'task-review'
local KEYS = '<Space> accept or leave out · <CR> diff · a apply the marked · q close'

---@class hotseat.Review
---@field changes hotseat.TaskChange[]
---@field files hotseat.TaskFile[]
---@field encoding string
---@field on_applied fun()

---@type hotseat.Review?
local review

local function render()
  if review then
    window.set_lines(window.buffer(PURPOSE), 0, -1, changes_of.lines(review.changes))
  end
end

---@return hotseat.TaskChange?
local function under_cursor()
  return review and review.changes[vim.api.nvim_win_get_cursor(0)[1]]
end

local function toggle()
  local change = under_cursor()
  if change then
    change.accepted = not change.accepted
    render()
  end
end

--- Show what becomes of a file, in a window of its own.
---@param file hotseat.TaskFile
function M.diff(file)
  local bufnr = vim.api.nvim_create_buf(false, true)
  vim.bo[bufnr].bufhidden = 'wipe'
  vim.bo[bufnr].filetype = 'diff'
  local text = file.note ~= '' and ('# %s\n%s'):format(file.note, file.diff) or file.diff
  vim.api.nvim_buf_set_lines(bufnr, 0, -1, false, vim.split(vim.trim(text), '\n', { plain = true }))
  vim.bo[bufnr].modifiable = false
  vim.cmd.split()
  vim.api.nvim_win_set_buf(0, bufnr)
end

local function diff_under_cursor()
  local change = under_cursor()
  for _, file in ipairs(change and review and review.files or {}) do
    if file.uri == change.uri then
      return M.diff(file)
    end
  end
end

local function apply()
  local mine = review
  local edit = mine and changes_of.accepted(mine.changes)
  if not mine then
    return
  end
  review = nil
  local shown = window.find(PURPOSE)
  if shown then
    vim.api.nvim_win_close(shown, true)
  end
  if edit then
    vim.lsp.util.apply_workspace_edit(edit, mine.encoding)
    notice.info('applied; :wall writes the files')
  else
    notice.info('no change is marked; nothing was changed')
  end
  mine.on_applied()
end

--- Let the user accept or reject each change. The quickfix list leads to their places.
---@param edit lsp.WorkspaceEdit
---@param files hotseat.TaskFile[]
---@param encoding string
---@param on_applied fun() After the accepted changes are in the buffers.
function M.open(edit, files, encoding, on_applied)
  local changes = changes_of.of(edit)
  if #changes == 0 then
    return notice.info('there is nothing to change')
  end
  review = { changes = changes, files = files, encoding = encoding, on_applied = on_applied }
  local items = changes_of.quickfix(changes)
  vim.fn.setqflist({}, ' ', { title = 'Hotseat: task', items = items })
  local bufnr = window.open(PURPOSE, { title = 'Hotseat: review', keys = KEYS, wrap = false })
  window.map(bufnr, '<Space>', toggle, 'accept the change or leave it out')
  window.map(bufnr, '<CR>', diff_under_cursor, 'show the difference of the file')
  window.map(bufnr, 'a', apply, 'apply the marked changes')
  render()
  vim.api.nvim_win_set_cursor(0, { 1, 0 })
end

return M
