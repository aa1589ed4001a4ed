--- What the keys of an answer's buffer do with the code block under the cursor.

local M = {}

local config = require('hotseat.config')
local edit = require('hotseat.edit')
local markdown = require('hotseat.markdown')
local notice = require('hotseat.notice')
local origins = require('hotseat.origin')
local window = require('hotseat.window')

local namespace = vim.api.nvim_create_namespace('hotseat.questions')

--- The mark of a question in the answers' buffer → where it was asked from.
---@type table<integer, hotseat.Origin>
local asked_from = {}

--- Remember that the question in this row, and the answer below it, came from there.
---@param bufnr integer
---@param row integer From 0.
---@param origin? hotseat.Origin
function M.remember(bufnr, row, origin)
  local mark = vim.api.nvim_buf_set_extmark(bufnr, namespace, row, 0, {})
  asked_from[mark] = origin
end

---@param bufnr integer
function M.forget(bufnr)
  vim.api.nvim_buf_clear_namespace(bufnr, namespace, 0, -1)
  asked_from = {}
end

---@return integer row From 1.
local function cursor_row()
  return vim.api.nvim_win_get_cursor(0)[1]
end

---@return string[]
local function all_lines()
  return vim.api.nvim_buf_get_lines(0, 0, -1, false)
end

---@return hotseat.CodeBlock?
local function under_cursor()
  local block = markdown.block_at(all_lines(), cursor_row())
  if not block then
    notice.warn('there is no code block under the cursor')
  end
  return block
end

--- The block under the cursor, and where its answer was asked from; says what is missing.
---@return hotseat.CodeBlock?
---@return hotseat.Origin?
local function block_and_origin()
  local block = under_cursor()
  if not block then
    return nil
  elseif not block.is_closed then
    return notice.warn('this code block is not finished; nothing was changed')
  elseif #block.code == 0 then
    return notice.warn('this code block is empty')
  end
  local opts = { limit = 1 }
  local marks = vim.api.nvim_buf_get_extmarks(0, namespace, { block.first - 1, 0 }, 0, opts)
  local origin = marks[1] and asked_from[marks[1][1]]
  if not origin then
    return notice.warn('this was not asked about a file; nothing was changed')
  end
  return block, origin
end

--- Into the unnamed register.
function M.yank()
  local block = under_cursor()
  if block then
    vim.fn.setreg('"', block.code, 'l')
    notice.info('the code block is yanked')
  end
end

--- The line that code goes below, or that it replaces where it is blank.
---@param bufnr integer
---@param row integer From 0.
---@return boolean is_blank
---@return string blanks That the line begins with.
local function target_line(bufnr, row)
  local line = vim.api.nvim_buf_get_lines(bufnr, row, row + 1, false)[1]
  return line:match('%S') == nil, line:match('^%s*')
end

--- Below the cursor of the window that was asked from, or in the place of its line if that is blank.
function M.insert()
  local block, origin = block_and_origin()
  if not block or not origin then
    return
  end
  local bufnr, shown = origin.bufnr, origin.window
  if not vim.api.nvim_buf_is_loaded(bufnr) then
    return notice.warn('the file that this was asked about was closed; nothing was changed')
  elseif not vim.api.nvim_win_is_valid(shown) or vim.api.nvim_win_get_buf(shown) ~= bufnr then
    return notice.warn('the window that was asked from shows it no more; nothing was changed')
  elseif not vim.bo[bufnr].modifiable then
    return notice.warn('the file that this was asked about cannot be changed')
  end
  local row = vim.api.nvim_win_get_cursor(shown)[1] - 1
  local is_blank, blanks = target_line(bufnr, row)
  local first = is_blank and row or row + 1
  vim.api.nvim_buf_set_lines(bufnr, first, row + 1, false, markdown.indented(block.code, blanks))
  vim.api.nvim_win_set_cursor(shown, { math.max(first + #block.code, 1), 0 })
  local name = vim.fn.fnamemodify(vim.api.nvim_buf_get_name(bufnr), ':~:.')
  notice.info(('inserted at %s:%d'):format(name, first + 1))
end

---@param origin hotseat.Origin
---@param span hotseat.Span
---@param code string[]
---@return lsp.TextEdit edit Its columns are bytes.
local function replacement(origin, span, code)
  local bufnr = origin.bufnr
  if origin.is_cursor then
    local is_blank, blanks = target_line(bufnr, span.row)
    local last = #origin.text[1]
    code = markdown.indented(code, blanks)
    local first = is_blank and 0 or last
    span = { row = span.row, col = first, end_row = span.row, end_col = last }
    code = is_blank and code or vim.list_extend({ '' }, code)
  elseif span.col == 0 then
    code = markdown.indented(code, origin.text[1]:match('^%s*'))
    if span.end_col == 0 and span.end_row > span.row then
      code = vim.list_extend(vim.list_slice(code), { '' })
    end
  end
  return {
    range = {
      start = { line = span.row, character = span.col },
      ['end'] = { line = span.end_row, character = span.end_col },
    },
    newText = table.concat(code, '\n'),
  }
end

--- As a diff, in the place of the selection that was asked about; without one, where `insert` would
--- have put it then.
function M.apply()
  local block, origin = block_and_origin()
  if not block or not origin then
    return
  end
  local span, problem = origins.unchanged(origin)
  if not span then
    return notice.warn(problem .. '; nothing was changed. Ask again, or take it by hand')
  elseif not vim.bo[origin.bufnr].modifiable then
    return notice.warn('the file that this was asked about cannot be changed')
  end
  local edits = { [origin.bufnr] = { replacement(origin, span, block.code) } }
  if not edit.propose({ edits = edits, encoding = 'utf-8', title = 'apply code', ticks = {} }) then
    notice.info('the text reads like that already')
  end
end

---@param step 1|-1
local function jump(step)
  local row = cursor_row()
  local blocks = markdown.code_blocks(all_lines())
  for index = step == 1 and 1 or #blocks, step == 1 and #blocks or 1, step do
    local first = blocks[index].first
    if (first - row) * step > 0 then
      vim.cmd("normal! m'")
      return vim.api.nvim_win_set_cursor(0, { first, 0 })
    end
  end
  notice.info(step == 1 and 'there is no later code block' or 'there is no earlier code block')
end

function M.next()
  jump(1)
end

function M.previous()
  jump(-1)
end

---@type { key: string, word?: string, what: string, act: fun() }[] By option of `keys`.
local ACTIONS = {
  { key = 'yank_code', word = 'yank', what = 'yank the code block', act = M.yank },
  { key = 'insert_code', word = 'insert', what = 'insert the code block', act = M.insert },
  { key = 'apply_code', word = 'apply', what = 'apply the code block', act = M.apply },
  { key = 'next_code', what = 'the next code block', act = M.next },
  { key = 'previous_code', what = 'the previous code block', act = M.previous },
}

---@param bufnr integer
function M.map(bufnr)
  for _, action in ipairs(ACTIONS) do
    local key = config.current.keys[action.key]
    if key then
      window.map(bufnr, key, action.act, action.what)
    end
  end
end

--- The keys in a few words, as in `gy yank · gi insert · ga apply`.
---@return string
function M.hint()
  local words = {} ---@type string[]
  for _, action in ipairs(ACTIONS) do
    local key = config.current.keys[action.key]
    if key and action.word then
      table.insert(words, key .. ' ' .. action.word)
    end
  end
  return table.concat(words, ' · ')
end

return M
