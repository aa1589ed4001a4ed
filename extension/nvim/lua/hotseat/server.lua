--- Keeps the server running: one that ends by itself is started again after a while, for the same
--- buffers, until it did so too often. One that was asked to end (`client:stop()`, `:lsp stop`,
--- leaving Neovim) stays ended. There is one server a root.

local M = {}

local backoff = require('hotseat.backoff')
local notice = require('hotseat.notice')

local PATIENCE_MS = 3000

--- A root whose server ended by itself, until it runs again.
---@class hotseat.Trouble
---@field root string
---@field state 'waiting'|'down' Waiting: it will be started again.
---@field how string How the server ended last.
---@field buffers table<integer, true> Those it was there for, and those opened since.
---@field config vim.lsp.ClientConfig What to start.

---@type table<string, hotseat.Trouble> By root.
local troubles = {}

--- Root → when its server ended by itself, in milliseconds; longer than the trouble lasts.
---@type table<string, integer[]>
local ends = {}

--- Connection → how its server ended, if it was not asked to.
---@type table<vim.lsp.rpc.PublicClient, string>
local crashes = setmetatable({}, { __mode = 'k' })

---@param code integer
---@param signal integer
---@return string
local function how_it_ended(code, signal)
  return signal ~= 0 and ('signal %d'):format(signal) or ('exit code %d'):format(code)
end

--- Return a `cmd` for `vim.lsp.config` that starts the same server and records whether it was asked
--- to end, which Neovim does not report.
---@param cmd hotseat.Cmd
---@return fun(dispatchers: vim.lsp.rpc.Dispatchers, config?: vim.lsp.ClientConfig): vim.lsp.rpc.PublicClient
function M.command(cmd)
  return function(dispatchers, config)
    local asked_to_end = false
    local connection = {} ---@type vim.lsp.rpc.PublicClient
    local watched = vim.tbl_extend('force', dispatchers, {
      on_exit = function(code, signal)
        if not asked_to_end then
          crashes[connection] = how_it_ended(code, signal)
          -- What there is to say about it is said here, once: Neovim warns each time.
          code, signal = 0, 0
        end
        dispatchers.on_exit(code, signal)
      end,
    })
    local rpc ---@type vim.lsp.rpc.PublicClient
    if type(cmd) == 'function' then
      rpc = cmd(watched, config)
    else
      config = config or {}
      local extra = { cwd = config.cmd_cwd, env = config.cmd_env, detached = config.detached }
      rpc = vim.lsp.rpc.start(cmd, watched, extra)
    end
    function connection.request(method, ...)
      asked_to_end = asked_to_end or method == 'shutdown'
      return rpc.request(method, ...)
    end
    function connection.terminate()
      asked_to_end = true
      rpc.terminate()
    end
    return setmetatable(connection, { __index = rpc })
  end
end

--- For people: where Neovim keeps what servers print.
---@return string
function M.log_file()
  return vim.fn.fnamemodify(vim.lsp.log.get_filename(), ':~')
end

local function announce_all()
  vim.cmd.redrawstatus({ bang = true })
  vim.api.nvim_exec_autocmds('User', { pattern = 'HotseatStatus', modeline = false })
end

---@param trouble hotseat.Trouble
---@return string
function M.describe(trouble)
  if trouble.state == 'waiting' then
    return ('the server ended (%s) and is started again'):format(trouble.how)
  end
  local minutes = math.floor(backoff.RULE.window_ms / 60000)
  return ('the server ended %d times within %d minutes, the last time with %s, and stays down'):format(
    backoff.RULE.max_ends,
    minutes,
    trouble.how
  )
end

---@param trouble hotseat.Trouble
---@return string
function M.advice(trouble)
  local log = ('its log is %s'):format(M.log_file())
  if trouble.state == 'waiting' then
    return log
  end
  return ':Hotseat restart starts it, :Hotseat doctor looks for the cause, ' .. log
end

local start ---@type fun(trouble: hotseat.Trouble)

--- Only the first end and the last are worth a word; the status line has the rest.
---@param trouble hotseat.Trouble
local function ended(trouble)
  local root = trouble.root
  local delay_ms ---@type integer?
  ends[root], delay_ms = backoff.ended(ends[root] or {}, vim.uv.now())
  trouble.state = delay_ms and 'waiting' or 'down'
  troubles[root] = trouble
  if not delay_ms then
    notice.error(('%s; %s'):format(M.describe(trouble), M.advice(trouble)))
  else
    if #ends[root] == 1 then
      -- One short line: a longer one would stop a user who is typing until Enter is pressed.
      notice.warn(M.describe(trouble))
    end
    vim.defer_fn(function()
      -- It may have been started by hand, or for other options.
      if troubles[root] == trouble then
        start(trouble)
      end
    end, delay_ms)
  end
  announce_all()
end

---@param trouble hotseat.Trouble
function start(trouble)
  troubles[trouble.root] = nil
  if not vim.lsp.is_enabled('hotseat') then
    return announce_all() -- `vim.lsp.enable('hotseat', false)` while it waited
  end
  for bufnr in pairs(trouble.buffers) do
    if vim.api.nvim_buf_is_loaded(bufnr) then
      -- The first starts it, the others find it there.
      if not vim.lsp.start(trouble.config, { bufnr = bufnr, silent = true }) then
        trouble.how = 'a start that failed'
        return ended(trouble)
      end
    end
  end
  announce_all()
end

--- For `on_exit` of the client; in a fast context, before Neovim lets go of the buffers.
---@param client_id integer
function M.on_exit(client_id)
  local client = vim.lsp.get_client_by_id(client_id)
  local how = client and crashes[client.rpc]
  if not client or not how then
    return
  end
  local buffers = {} ---@type table<integer, true>
  for bufnr in pairs(client.attached_buffers) do
    buffers[bufnr] = true
  end
  vim.schedule(function()
    if vim.v.exiting == vim.NIL then
      local root = client.root_dir or ''
      ended({ root = root, state = 'waiting', how = how, buffers = buffers, config = client.config })
    end
  end)
end

--- Whether a server may be started for the buffer now. If not, the buffer has its turn when the
--- server is started again.
---@param root string
---@param bufnr integer
---@return boolean
function M.admits(root, bufnr)
  local trouble = troubles[root]
  if trouble then
    trouble.buffers[bufnr] = true
  end
  return trouble == nil
end

--- The trouble with the server of a buffer.
---@param bufnr integer
---@return hotseat.Trouble?
function M.trouble_of(bufnr)
  for _, trouble in pairs(troubles) do
    if trouble.buffers[bufnr] then
      return trouble
    end
  end
end

---@return hotseat.Trouble[]
function M.troubles()
  return vim.tbl_values(troubles)
end

--- What was before does not count: the user wants a new start, or gave other options.
function M.forget_troubles()
  troubles, ends = {}, {}
end

--- Start the servers for the files that are open, once those that run are gone.
---@param patience_ms integer After that they are killed.
local function start_when_gone(patience_ms)
  local clients = vim.lsp.get_clients({ name = 'hotseat' })
  if #clients == 0 then
    return vim.lsp.enable('hotseat')
  end
  if patience_ms == 0 then
    for _, client in ipairs(clients) do
      client:stop(true)
    end
  end
  vim.defer_fn(function()
    start_when_gone(patience_ms - 20)
  end, 20)
end

--- Stop the servers, and start them for the files that are open.
function M.restart()
  M.forget_troubles()
  for _, client in ipairs(vim.lsp.get_clients({ name = 'hotseat' })) do
    client:stop()
  end
  start_when_gone(PATIENCE_MS)
end

return M
