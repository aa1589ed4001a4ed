--- Hotseat in Neovim: `setup`, and what a user's own keys and status line may call.
--- `hotseat.attention` sends the focus to the server, `hotseat.status` keeps the server's status,
--- `hotseat.suggest` shows suggestions, and `hotseat.server` keeps the server running.

local M = {}

local attention = require('hotseat.attention')
local code_actions = require('hotseat.code_actions')
local config = require('hotseat.config')
local keys = require('hotseat.keys')
local next_edit = require('hotseat.next_edit')
local notice = require('hotseat.notice')
local protocol = require('hotseat.protocol')
local server = require('hotseat.server')
local status = require('hotseat.status')
local stream = require('hotseat.stream')
local suggest = require('hotseat.suggest')

--- Whether the buffer holds a text of the user's: no help, terminal, list or prompt, and not the
--- empty buffer that Neovim starts with.
---@param bufnr integer
---@return boolean
local function is_text(bufnr)
  local buffer = vim.bo[bufnr]
  local is_ordinary = buffer.buftype == '' or buffer.buftype == 'acwrite'
  return is_ordinary and (vim.api.nvim_buf_get_name(bufnr) ~= '' or buffer.filetype ~= '')
end

---@param bufnr integer
---@param on_dir fun(root: string)
local function find_root(bufnr, on_dir)
  if not is_text(bufnr) then
    return
  end
  local root = vim.fs.root(bufnr, '.git') or vim.fn.getcwd()
  if server.admits(root, bufnr) then
    on_dir(root)
  end
end

---@param client_id integer
local function on_exit(_, _, client_id)
  server.on_exit(client_id)
  vim.schedule(function()
    status.forget(client_id)
    stream.on_exit(client_id)
  end)
end

--- Starts the server for every file, now and later. May be called again, with other options.
--- Raises where an option is wrong, and names it.
---@param opts? hotseat.Opts
function M.setup(opts)
  local resolved = config.resolve(opts)
  config.current = resolved
  vim.cmd.runtime('plugin/hotseat.lua')
  local cmd = resolved.cmd
  if type(cmd) == 'table' and vim.fn.executable(cmd[1]) == 0 then
    -- vim.lsp.enable only logs it.
    return notice.error(('%s is not executable; install it, or give `cmd`'):format(cmd[1]))
  end
  suggest.setup(resolved.suggestions)
  next_edit.setup(resolved.next_edits)
  keys.map(resolved.keys)
  attention.watch()
  server.forget_troubles()
  vim.lsp.config('hotseat', {
    cmd = server.command(cmd),
    filetypes = resolved.filetypes,
    init_options = vim.tbl_extend('force', resolved.init_options, { codeActions = true }),
    commands = code_actions.commands,
    root_dir = find_root,
    -- Neovim 0.11 does not announce them itself.
    capabilities = {
      textDocument = { inlineCompletion = { dynamicRegistration = false } },
      workspace = { workspaceEdit = { changeAnnotationSupport = { groupsOnLabel = true } } },
    },
    handlers = { [protocol.method.status] = status.on_status, ['$/progress'] = stream.on_progress },
    on_exit = on_exit,
  })
  vim.lsp.enable('hotseat')
end

--- Text for a status line, like `go → go in memory`; empty where no server runs.
---@return string
function M.status()
  return status.line()
end

--- Accept the suggestion on the screen: all of it, its next line, or its next word. What is left of
--- it stays. May be called from an <expr> mapping.
---@param part? 'all'|'line'|'word' Default: `all`.
---@return boolean accepted False where there is no suggestion.
function M.accept(part)
  return suggest.accept(part or 'all')
end

--- Take the suggestion off the screen. May be called from an <expr> mapping.
---@return boolean asked False without a server.
function M.request()
  return suggest.request()
end

---@return boolean dismissed False where there is no suggestion.
function M.dismiss()
  return suggest.dismiss()
end

--- Switch suggestions on or off; the server runs on.
---@param on? boolean Default: the other way.
function M.toggle(on)
  if on == nil then
    on = not suggest.is_enabled()
  end
  suggest.enable(on, config.current.suggestions.debounce_ms)
  vim.cmd.redrawstatus({ bang = true })
  notice.info(('suggestions are %s'):format(on and 'on' or 'off'))
end

--- Ask a question about the place of the cursor or a selection, or ask on in the conversation.
---@param question? string Without it, the user is asked for one.
---@param lines? { line1: integer, line2: integer } A selection in the current buffer, from 1.
function M.ask(question, lines)
  require('hotseat.ask').ask(question, lines)
end

--- Have a selection changed; the change shows as a diff first.
---@param instruction? string Without it, the user is asked for one.
---@param lines? { line1: integer, line2: integer } From 1. Default: the line of the cursor.
function M.edit(instruction, lines)
  require('hotseat.edit').edit(instruction, lines)
end

--- Stop the servers, and start them for the files that are open; also one that ended by itself, and
--- was given up.
function M.restart()
  server.restart()
end

return M
