--- Pure: parts of a suggestion's text.

local M = {}

--- The blanks before the next word or run of signs, and that.
---@param text string
---@return string
function M.word(text)
  local blanks, rest = text:match('^(%s*)(.*)$')
  local word = rest:match('^[%w_\128-\255]+') or rest:match('^[^%w%s_\128-\255]+') or ''
  return blanks .. word
end

--- Up to the end of the line; the next line where this one is at its end.
---@param text string
---@return string
function M.line(text)
  return text:match('^\n?[^\n]*')
end

--- What is still to come of `text`, suggested at `column`, now that `line` reads as it does before
--- the cursor; nil where something else was typed. Columns are bytes from 0.
---@param text string
---@param column integer
---@param line string
---@param cursor integer
---@return string?
function M.rest(text, column, line, cursor)
  if cursor < column or #line < cursor then
    return nil
  end
  local typed = line:sub(column + 1, cursor)
  if not vim.startswith(text, typed) then
    return nil
  end
  return text:sub(#typed + 1)
end

--- The code in the fenced block of Markdown that holds a row (from 1), fences left out.
---@param lines string[]
---@param row integer
---@return string[]?
function M.code_block(lines, row)
  local first, fence ---@type integer?, string?
  for number, line in ipairs(lines) do
    local mark = line:match('^%s*(```+)') or line:match('^%s*(~~~+)')
    if not fence then
      if number > row then
        return nil
      elseif mark then
        first, fence = number, mark
      end
    elseif mark and vim.startswith(mark, fence) and line:match('^%s*[`~]+%s*$') then
      if row <= number then
        return vim.list_slice(lines, first + 1, number - 1)
      end
      fence = nil
    end
  end
  return fence and vim.list_slice(lines, first + 1) or nil
end

return M
