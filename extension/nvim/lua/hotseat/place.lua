--- What a question or an edit is about: a document, and a range in it.

local M = {}

---@class hotseat.Place
---@field bufnr integer
---@field range lsp.Range

---@param bufnr integer
---@param row integer From 0.
---@param col integer In bytes; beyond the line counts as its end.
---@param encoding string
---@return lsp.Position
function M.position(bufnr, row, col, encoding)
  local line = vim.api.nvim_buf_get_lines(bufnr, row, row + 1, false)[1] or ''
  local character = vim.str_utfindex(line, encoding, math.min(col, #line), false)
  return { line = row, character = character }
end

--- The visual selection where the lines are its own and it is by characters; else the whole lines.
---@param bufnr integer The current buffer.
---@param line1 integer From 1.
---@param line2 integer
---@param encoding string
---@return hotseat.Place
function M.of_lines(bufnr, line1, line2, encoding)
  local from, to = vim.fn.getpos("'<"), vim.fn.getpos("'>")
  local by_characters = vim.fn.visualmode() == 'v' and from[2] == line1 and to[2] == line2
  local first, last = 0, math.huge
  if by_characters then
    local line = vim.api.nvim_buf_get_lines(bufnr, line2 - 1, line2, false)[1] or ''
    first = from[3] - 1
    last = to[3] <= #line and to[3] + vim.str_utf_end(line, to[3]) or #line
  end
  return {
    bufnr = bufnr,
    range = {
      start = M.position(bufnr, line1 - 1, first, encoding),
      ['end'] = M.position(bufnr, line2 - 1, last, encoding),
    },
  }
end

---@param encoding string
---@return hotseat.Place
function M.of_cursor(encoding)
  local row, col = unpack(vim.api.nvim_win_get_cursor(0))
  local bufnr = vim.api.nvim_get_current_buf()
  local here = M.position(bufnr, row - 1, col, encoding)
  return { bufnr = bufnr, range = { start = here, ['end'] = here } }
end

return M
