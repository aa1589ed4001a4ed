--- Requests whose answer comes in pieces: `$/progress` for the request's own token carries them.

local M = {}

---@class hotseat.Running
---@field client_id integer
---@field on_part fun(part: any)
---@field takes_all? boolean
---@field finish fun(err?: { message: string }, result?: any)

--- Token → the request under way.
---@type table<string, hotseat.Running>
local running = {}
local n_requests = 0

---@class hotseat.StreamOpts
---@field on_part fun(part: any) A hotseat.Part.
---@field takes_all? boolean The parts are of another type: `on_part` gets each as it comes.
---@field on_done fun(err?: { message: string }, result?: any) Once; with neither when stopped.

---@param client vim.lsp.Client
---@param method string
---@param params table
---@param opts hotseat.StreamOpts
---@return fun() stop Does nothing when it is over.
function M.request(client, method, params, opts)
  n_requests = n_requests + 1
  local token = ('hotseat-%d'):format(n_requests)
  local function finish(err, result)
    if running[token] then
      running[token] = nil
      opts.on_done(err, result ~= vim.NIL and result or nil)
    end
  end
  running[token] = {
    client_id = client.id,
    on_part = opts.on_part,
    takes_all = opts.takes_all,
    finish = finish,
  }
  params.partialResultToken = token
  local sent, id = client:request(method, params, finish)
  if not sent then
    finish({ message = 'the server has ended; start it with :Hotseat restart' })
  end
  return function()
    if running[token] then
      if id then
        client:cancel_request(id)
      end
      finish()
    end
  end
end

--- A handler for `$/progress`: Neovim's own for the tokens of others.
---@type lsp.Handler
function M.on_progress(err, params, context)
  local mine = type(params) == 'table' and running[params.token]
  if not mine then
    return vim.lsp.handlers['$/progress'](err, params, context)
  end
  if type(params.value) == 'table' and mine.takes_all then
    mine.on_part(params.value)
  elseif type(params.value) == 'table' then
    local part = {} ---@type hotseat.Part
    for _, name in ipairs({ 'conversation', 'expert', 'language', 'note', 'text' }) do
      local value = params.value[name]
      part[name] = type(value) == 'string' and value or nil
    end
    part.waitedS = tonumber(params.value.waitedS)
    mine.on_part(part)
  end
end

--- Neovim answers no request of a server that is gone.
---@param client_id integer
function M.on_exit(client_id)
  for _, request in pairs(running) do
    if request.client_id == client_id then
      request.finish({ message = 'the server ended before it had answered; ask again' })
    end
  end
end

return M
