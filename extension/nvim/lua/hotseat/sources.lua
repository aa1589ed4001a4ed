--- What a question comes with from the editor, and the lines that an answer drew on.

local M = {}

local status = require('hotseat.status')

--- More than a question is shown.
local MAX_DIAGNOSTICS = 100

---@param source hotseat.Source
---@return string
function M.label(source)
  local name = vim.fn.fnamemodify(vim.uri_to_fname(source.uri), ':~:.')
  local range = status.present(source.range)
  if not range then
    return name
  end
  -- A range that ends before a line's first character does not hold that line.
  local last = range['end'].line
  if range['end'].character > 0 or last == range.start.line then
    last = last + 1
  end
  return ('%s:%d-%d'):format(name, range.start.line + 1, last)
end

--- What other language servers say about a buffer.
---@param bufnr integer
---@return hotseat.AskedDiagnostic[]
function M.diagnostics(bufnr)
  local found = vim.list_slice(vim.diagnostic.get(bufnr), 1, MAX_DIAGNOSTICS)
  return vim.tbl_map(function(one)
    local source = one.source or ''
    return { line = one.lnum, message = one.message, severity = one.severity, source = source }
  end, found)
end

return M
