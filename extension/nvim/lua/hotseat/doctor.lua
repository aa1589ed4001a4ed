--- `hotseat doctor`, asked from here. Needs no running server.

local M = {}

local config = require('hotseat.config')
local notice = require('hotseat.notice')
local window = require('hotseat.window')

--- The command line that starts the server, turned into another of Hotseat's; nil where `cmd` is a
--- function, or no `lsp` is in it.
---@param subcommand string
---@return string[]?
function M.command(subcommand)
  local cmd, init = config.current.cmd, config.current.init_options
  if type(cmd) ~= 'table' then
    return nil
  end
  local command = {} ---@type string[]
  for _, word in ipairs(cmd) do
    if word == 'lsp' then
      table.insert(command, subcommand)
      if init.roster then
        vim.list_extend(command, { '--roster', init.roster })
      end
      if init.engineUrl then
        vim.list_extend(command, { '--engine-url', init.engineUrl })
      end
      return command
    end
    table.insert(command, word)
  end
end

--- Shows what it finds in a window.
function M.run()
  local command = M.command('doctor')
  if not command then
    return notice.error('`cmd` does not say where hotseat is; run `hotseat doctor` in a shell')
  end
  local bufnr = window.open('doctor', { title = 'Hotseat: doctor', keys = 'q close', wrap = true })
  window.set_lines(bufnr, 0, -1, { 'Examining …' })
  local function show(text)
    if vim.api.nvim_buf_is_valid(bufnr) then
      window.set_lines(bufnr, 0, -1, vim.split(vim.trim(text), '\n', { plain = true }))
    end
  end
  local env = { NO_COLOR = '1', COLUMNS = tostring(vim.o.columns) }
  local started, problem = pcall(vim.system, command, { text = true, env = env }, function(done)
    vim.schedule(function()
      show((done.stdout or '') .. (done.stderr or ''))
    end)
  end)
  if not started then
    show(('%s could not be started: %s'):format(command[1], problem))
  end
end

return M
