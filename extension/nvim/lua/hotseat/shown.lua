--- What the model was shown for the last answer, in a window: each part can be opened or left out.

local M = {}

local ask = require('hotseat.ask')
local notice = require('hotseat.notice')
local status = require('hotseat.status')
local window = require('hotseat.window')

local PURPOSE = 'shown'
local KEYS = '<CR> open · d ask once more without it · q close'

--- Line → the part that it shows.
---@type table<integer, hotseat.ContextItem>
local parts = {}

---@param bytes integer
---@return string
function M.size(bytes)
  return bytes < 1000 and ('%d bytes'):format(bytes) or ('%.1f kB'):format(bytes / 1000)
end

--- One line for an answer; nil if nothing is known.
---@param items hotseat.ContextItem[]
---@return string?
function M.summary(items)
  if #items == 0 then
    return nil
  end
  local total = 0
  for _, item in ipairs(items) do
    total = total + item.bytes
  end
  local n = #items == 1 and '1 part' or ('%d parts'):format(#items)
  return ('*Shown to the model: %s, %s (:Hotseat shown)*'):format(n, M.size(total))
end

---@param items hotseat.ContextItem[]
---@param left_out string[]
---@return string[]
function M.lines(items, left_out)
  local lines = {} ---@type string[]
  for _, item in ipairs(items) do
    local cut = item.cut and ', only its beginning' or ''
    table.insert(lines, ('%s: %s, %s%s'):format(item.kind, item.title, M.size(item.bytes), cut))
  end
  for _, text in ipairs(left_out) do
    table.insert(lines, 'not shown: ' .. text)
  end
  return vim.tbl_map(function(line)
    return (line:gsub('\n', ' '))
  end, lines)
end

---@return hotseat.ContextItem?
local function under_cursor()
  return parts[vim.api.nvim_win_get_cursor(0)[1]]
end

local function open_part()
  local part = under_cursor()
  local uri = part and status.present(part.uri)
  if part and uri then
    window.close()
    vim.cmd.drop(vim.fn.fnameescape(vim.uri_to_fname(uri)))
    local last = vim.api.nvim_buf_line_count(0)
    local first = (status.present(part.firstLine) or 0) + 1
    vim.api.nvim_win_set_cursor(0, { math.min(first, last), 0 })
  end
end

local function leave_out()
  local part = under_cursor()
  if part then
    window.close()
    ask.ask_without(part.id)
  end
end

--- Show the parts of the last answer.
function M.open()
  local items, left_out = ask.shown()
  if #items == 0 and #left_out == 0 then
    return notice.info('no answer of this conversation was shown anything')
  end
  parts = {}
  for row, item in ipairs(items) do
    parts[row] = item
  end
  local bufnr = window.buffer(PURPOSE)
  window.map(bufnr, '<CR>', open_part, 'open the part')
  window.map(bufnr, 'd', leave_out, 'ask once more without the part')
  window.set_lines(bufnr, 0, -1, M.lines(items, left_out))
  window.open(PURPOSE, { title = 'Hotseat: shown to the model', keys = KEYS, wrap = true })
end

return M
