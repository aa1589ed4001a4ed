--- What the commands of the server's code actions do: they are carried out here, not there. Each has
--- one argument, `{ textDocument = { uri }, range }`.

local M = {}

local protocol = require('hotseat.protocol')

---@param act fun(client: vim.lsp.Client, where: hotseat.Place)
---@return fun(command: lsp.Command, context: table)
local function at_place(act)
  return function(command, context)
    local client = vim.lsp.get_client_by_id(context.client_id)
    local argument = command.arguments and command.arguments[1]
    if client and argument then
      act(client, { bufnr = vim.uri_to_bufnr(argument.textDocument.uri), range = argument.range })
    end
  end
end

---@type table<string, fun(command: lsp.Command, context: table)>
M.commands = {
  [protocol.client_command.edit] = at_place(function(client, where)
    require('hotseat.edit').edit_at(client, where)
  end),
  [protocol.client_command.document] = at_place(function(client, where)
    require('hotseat.edit').edit_at(client, where, 'Add documentation comments.')
  end),
  [protocol.client_command.explain] = at_place(function(client, where)
    require('hotseat.ask').ask_at(client, where, 'Explain this code.')
  end),
}

return M
