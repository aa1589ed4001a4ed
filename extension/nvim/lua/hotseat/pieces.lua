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

return M
