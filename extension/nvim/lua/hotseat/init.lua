--- Hotseat in Neovim: starts `hotseat lsp`, shows its suggestions, answers `:Hotseat`.
--- Where the person is, is told by `hotseat.attention`; what the server says, kept by
--- `hotseat.status`.

local M = {}

local attention = require('hotseat.attention')
local status = require('hotseat.status')

--- Options that the server reads when it starts; each may be left out.
---@class hotseat.InitOptions
---@field roster? string A roster that comes with Hotseat (`ollama`, `starter`), or a file.
---@field engineUrl? string The engine at this address instead of the roster's.
---@field budgetBytes? integer Memory for models, instead of the roster's budget.
---@field trusted? boolean The workspace's own experts.yaml may name hosts, paths and budgets.
---@field watchFiles? boolean Files that other programs change are weak attention. Default: true.
---@field forecast? boolean Learn habits, and load ahead by them. Default: true.

---@class hotseat.Opts
---@field cmd? string[] How to start the server. Default: `{ 'hotseat', 'lsp' }`.
---@field filetypes? string[] Default: all; the roster says which languages have an expert.
---@field init_options? hotseat.InitOptions
---@field inline_completion? boolean Show suggestions. Default: true. Needs Neovim 0.12.
---@field accept_key? string A key of insert mode that accepts the suggestion, e.g. `<Tab>`.

---@param text string
---@param level? integer
local function tell(text, level)
  vim.notify('Hotseat: ' .. text, level or vim.log.levels.INFO)
end

---@param bufnr integer
---@param on_dir fun(root: string)
local function find_root(bufnr, on_dir)
  on_dir(vim.fs.root(bufnr, '.git') or vim.fn.getcwd())
end

--- Accepts the suggestion on the screen; types `key` where there is none.
---@param key string
local function map_accept(key)
  vim.keymap.set('i', key, function()
    return vim.lsp.inline_completion.get() and '' or key
  end, { expr = true, desc = 'Hotseat: accept the suggestion' })
end

local EXPERT_COMMANDS = { 'load', 'pin', 'unload', 'unpin' }

---@param args string[] What stands after `:Hotseat`.
local function run_command(args)
  local client = status.client()
  if not client then
    return tell('no server runs for this buffer', vim.log.levels.WARN)
  end
  local action, expert = args[1] or 'status', args[2]
  if action == 'status' then
    return vim.api.nvim_echo(status.report(client.id), false, {})
  end
  if not vim.list_contains(EXPERT_COMMANDS, action) then
    return tell(('there is no :Hotseat %s'):format(action), vim.log.levels.ERROR)
  end
  if not expert then
    return tell(('which expert? :Hotseat %s NAME'):format(action), vim.log.levels.ERROR)
  end
  local command = { title = action, command = 'hotseat.' .. action, arguments = { expert } }
  client:exec_cmd(command, {}, function(err, result)
    local problem = err and err.message or result and result.error
    if problem then
      tell(problem, vim.log.levels.ERROR)
    elseif result and result.message then
      tell(result.message)
    end
  end)
end

---@param lead string
---@param line string
---@return string[]
local function complete_command(lead, line)
  local words = vim.split(line, '%s+')
  local choices = {} ---@type string[]
  if #words == 2 then
    choices = vim.list_extend({ 'status' }, EXPERT_COMMANDS)
  elseif #words == 3 and vim.list_contains(EXPERT_COMMANDS, words[2]) then
    choices = status.expert_names()
  end
  return vim.tbl_filter(function(choice)
    return vim.startswith(choice, lead)
  end, choices)
end

--- Text for a status line, like `go → go warm`; empty where no server runs.
---@return string
function M.status()
  return status.line()
end

---@param opts? hotseat.Opts
function M.setup(opts)
  vim.validate('opts', opts, 'table', true)
  opts = opts or {}
  vim.validate('cmd', opts.cmd, 'table', true)
  vim.validate('filetypes', opts.filetypes, 'table', true)
  vim.validate('init_options', opts.init_options, 'table', true)
  vim.validate('inline_completion', opts.inline_completion, 'boolean', true)
  vim.validate('accept_key', opts.accept_key, 'string', true)

  local cmd = opts.cmd or { 'hotseat', 'lsp' }
  if vim.fn.executable(cmd[1]) == 0 then
    -- vim.lsp.enable only logs it.
    tell(('%s is not executable; install it, or give `cmd`'):format(cmd[1]), vim.log.levels.ERROR)
    return
  end
  local wants_suggestions = opts.inline_completion ~= false
  if wants_suggestions and not vim.lsp.inline_completion then
    tell('suggestions need Neovim 0.12; everything else works', vim.log.levels.WARN)
    wants_suggestions = false
  end
  if wants_suggestions and opts.accept_key then
    map_accept(opts.accept_key)
  end

  attention.watch({ inline_completion = wants_suggestions })
  vim.api.nvim_create_user_command('Hotseat', function(call)
    run_command(call.fargs)
  end, { nargs = '*', complete = complete_command, desc = 'Hotseat: status, or an expert' })

  vim.lsp.config('hotseat', {
    cmd = cmd,
    filetypes = opts.filetypes,
    init_options = opts.init_options,
    root_dir = find_root,
    handlers = { ['hotseat/status'] = status.on_status },
    on_exit = status.on_exit,
  })
  vim.lsp.enable('hotseat')
end

return M
