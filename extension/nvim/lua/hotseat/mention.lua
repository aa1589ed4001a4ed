--- What an @ in a question can name: files and symbols of the workspace, for completion.

local M = {}

local protocol = require('hotseat.protocol')
local status = require('hotseat.status')

local TIMEOUT_MS = 1000

--- Where an @ is being typed at the end of a text.
---@param text string
---@return string? before Up to the @.
---@return string? typed After it.
function M.at_end(text)
  local before, typed = text:match('^(.*)@("[^"]*)$')
  if not before then
    before, typed = text:match('^(.*)@([%w_./\\:~+#-]*)$')
  end
  if not before or not (before == '' or before:match('[%s%(%[{\'"]$')) then
    return nil, nil
  end
  return before, typed
end

--- Completion of `vim.fn.input()` and of the command line.
---@param lead string
---@return string[]
function M.complete(lead)
  local before, typed = M.at_end(lead)
  local client = status.client()
  if not before or not typed or typed == '' or not client then
    return {}
  end
  ---@type hotseat.MentionsParams
  local params = { text = typed }
  local answer = client:request_sync(protocol.method.mentions, params, TIMEOUT_MS)
  local result = answer and answer.result
  if type(result) ~= 'table' then
    return {}
  end
  return vim.tbl_map(function(item)
    return before .. '@' .. item.insert
  end, result.items)
end

return M
