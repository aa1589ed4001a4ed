--- Pure: the code blocks of a text in Markdown.

local M = {}

---@class hotseat.CodeBlock
---@field first integer The row of its opening fence, from 1.
---@field last integer The row of its closing fence, or the last row of the text.
---@field is_closed boolean False while it is being written.
---@field code string[] What is between the fences.

--- All fenced blocks, in order.
---@param lines string[]
---@return hotseat.CodeBlock[]
function M.code_blocks(lines)
  local blocks = {} ---@type hotseat.CodeBlock[]
  local first, fence ---@type integer?, string?
  local function close(last, is_closed)
    local code = vim.list_slice(lines, first + 1, is_closed and last - 1 or last)
    table.insert(blocks, { first = first, last = last, is_closed = is_closed, code = code })
    first, fence = nil, nil
  end
  for row, line in ipairs(lines) do
    local mark = line:match('^%s*(```+)') or line:match('^%s*(~~~+)')
    if mark and not fence then
      first, fence = row, mark
    elseif mark and vim.startswith(mark, fence) and line:match('^%s*[`~]+%s*$') then
      close(row, true)
    end
  end
  if fence then
    close(#lines, false)
  end
  return blocks
end

--- The block that holds a row (from 1), its fences included.
---@param lines string[]
---@param row integer
---@return hotseat.CodeBlock?
function M.block_at(lines, row)
  for _, block in ipairs(M.code_blocks(lines)) do
    if block.first <= row and row <= block.last then
      return block
    end
  end
end

--- The code as deep as where it is going, if it was written from the first column on.
---@param code string[]
---@param blanks string The blanks that lines begin with there.
---@return string[]
function M.indented(code, blanks)
  for _, line in ipairs(code) do
    if line:match('^%S') then
      return vim.tbl_map(function(any)
        return any == '' and '' or blanks .. any
      end, code)
    end
  end
  return code
end

return M
