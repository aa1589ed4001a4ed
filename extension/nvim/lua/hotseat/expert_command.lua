--- The server's `hotseat.*` commands on one expert.

local M = {}

local notice = require('hotseat.notice')
local protocol = require('hotseat.protocol')
local status = require('hotseat.status')

M.ACTIONS = { 'load', 'pin', 'pull', 'unload', 'unpin' }

--- Says what came of it.
---@param action string One of ACTIONS.
---@param expert string
function M.run(action, expert)
  local client = status.client()
  if not client then
    return notice.warn(status.no_client())
  end
  local command =
    { title = action, command = protocol.server_command[action], arguments = { expert } }
  client:exec_cmd(command, {}, function(err, result)
    local answer = type(result) == 'table' and result or {}
    local problem = err and err.message or answer.error
    if problem then
      notice.error(problem)
    elseif status.present(answer.message) then
      notice.info(answer.message)
    end
  end)
  if action == 'pull' then
    notice.info(('pulling %s; this can take minutes'):format(expert))
  end
end

return M
