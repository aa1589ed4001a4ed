--- Where a question was asked from: the window, and the text it was about, followed while the buffer
--- changes. What is to be done to that text later is done to that very text, or not at all.

local M = {}

local place = require('hotseat.place')

local namespace = vim.api.nvim_create_namespace('hotseat.origin')

---@class hotseat.Origin
---@field bufnr integer
---@field window integer The window of the buffer that the user was in.
---@field mark integer The extmark that follows the text.
---@field is_cursor boolean It is about a cursor's place, and nothing was selected.
---@field text string[] The lines selected, or the line of the cursor.

---@class hotseat.Span
---@field row integer From 0, as all of these; columns are bytes.
---@field col integer
---@field end_row integer
---@field end_col integer Exclusive.

---@param bufnr integer
---@param at lsp.Position
---@param encoding string
---@return integer row
---@return integer col
local function bytes(bufnr, at, encoding)
  local row = math.min(at.line, vim.api.nvim_buf_line_count(bufnr) - 1)
  local line = vim.api.nvim_buf_get_lines(bufnr, row, row + 1, false)[1] or ''
  return row, vim.str_byteindex(line, encoding, at.character, false)
end

--- Where its text is now; nil where the buffer is closed, or was read again.
---@param origin hotseat.Origin
---@return hotseat.Span?
function M.span(origin)
  if not vim.api.nvim_buf_is_loaded(origin.bufnr) then
    return nil
  end
  local details = { details = true }
  local mark = vim.api.nvim_buf_get_extmark_by_id(origin.bufnr, namespace, origin.mark, details)
  local row, col, rest = mark[1], mark[2], mark[3]
  return row and { row = row, col = col, end_row = rest.end_row, end_col = rest.end_col } or nil
end

---@param origin hotseat.Origin
---@param span hotseat.Span
---@return string[]
local function text_of(origin, span)
  if origin.is_cursor then
    return vim.api.nvim_buf_get_lines(origin.bufnr, span.row, span.row + 1, false)
  end
  local from, to = { span.row, span.col }, { span.end_row, span.end_col }
  return vim.api.nvim_buf_get_text(origin.bufnr, from[1], from[2], to[1], to[2], {})
end

--- Follow a place from now on. Nil where its buffer is closed.
---@param where hotseat.Place
---@param window integer
---@param encoding string
---@return hotseat.Origin?
function M.of(where, window, encoding)
  local bufnr = where.bufnr
  if not vim.api.nvim_buf_is_loaded(bufnr) then
    return nil
  end
  local row, col = bytes(bufnr, where.range.start, encoding)
  local end_row, end_col = bytes(bufnr, where.range['end'], encoding)
  local span = { row = row, col = col, end_row = end_row, end_col = end_col }
  -- What is put in the text's place is its text from then on.
  local opts = {
    end_row = end_row,
    end_col = end_col,
    right_gravity = false,
    end_right_gravity = true,
  }
  ---@type hotseat.Origin
  local origin = {
    bufnr = bufnr,
    window = window,
    mark = vim.api.nvim_buf_set_extmark(bufnr, namespace, row, col, opts),
    is_cursor = row == end_row and col == end_col,
    text = {},
  }
  origin.text = text_of(origin, span)
  return origin
end

--- The place that it follows, as it is now.
---@param origin hotseat.Origin
---@param encoding string
---@return hotseat.Place?
function M.place(origin, encoding)
  local span = M.span(origin)
  if not span then
    return nil
  end
  local range = {
    start = place.position(origin.bufnr, span.row, span.col, encoding),
    ['end'] = place.position(origin.bufnr, span.end_row, span.end_col, encoding),
  }
  return { bufnr = origin.bufnr, range = range }
end

--- Where its text is, if it still reads as it did; else why not.
---@param origin hotseat.Origin
---@return hotseat.Span?
---@return string? problem
function M.unchanged(origin)
  if not vim.api.nvim_buf_is_loaded(origin.bufnr) then
    return nil, 'the file that this was asked about was closed'
  end
  local span = M.span(origin)
  if not span or not vim.deep_equal(text_of(origin, span), origin.text) then
    return nil, 'what this was asked about changed meanwhile'
  end
  return span
end

return M
