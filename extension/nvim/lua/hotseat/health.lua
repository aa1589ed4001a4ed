--- `:checkhealth hotseat`: this Neovim, the server, and what `hotseat doctor` says of the engine and
--- the models.

local M = {}

local config = require('hotseat.config')
local doctor = require('hotseat.doctor')
local server = require('hotseat.server')

local DOCTOR_MS = 30000

local function check_neovim()
  vim.health.start('Hotseat: Neovim')
  if vim.fn.has('nvim-0.12') == 1 then
    vim.health.ok(('%s; it shows suggestions itself'):format(vim.version()))
  elseif vim.fn.has('nvim-0.11') == 1 then
    vim.health.ok(('%s; the plugin shows suggestions'):format(vim.version()))
  else
    vim.health.error('Neovim is too old', { 'Install Neovim 0.11 or later' })
  end
  if config.current == config.defaults then
    vim.health.warn('Hotseat is not set up', { "Call require('hotseat').setup({}) in init.lua" })
  end
end

---@return boolean found
local function check_server()
  vim.health.start('Hotseat: server')
  local cmd = config.current.cmd
  local found = true
  if type(cmd) == 'table' then
    local place = vim.fn.exepath(cmd[1])
    found = place ~= ''
    if found then
      vim.health.ok(('%s (%s)'):format(table.concat(cmd, ' '), place))
    else
      vim.health.error(('%s is not executable'):format(cmd[1]), {
        'Install it so that it is in PATH, or give its path as `cmd` in setup',
      })
    end
  end
  local clients = vim.lsp.get_clients({ name = 'hotseat' })
  for _, client in ipairs(clients) do
    local n_buffers = vim.tbl_count(client.attached_buffers)
    vim.health.ok(('runs for %s, with %d buffers'):format(client.root_dir or 'no root', n_buffers))
  end
  vim.health.info(('its log is %s'):format(server.log_file()))
  local troubles = server.troubles()
  for _, trouble in ipairs(troubles) do
    local say = trouble.state == 'down' and vim.health.error or vim.health.warn
    say(('%s: %s'):format(trouble.root, server.describe(trouble)), { server.advice(trouble) })
  end
  if #clients == 0 and #troubles == 0 then
    vim.health.info('No server runs now: it starts with the first file')
  end
  return found
end

---@param finding { verdict: 'good'|'note'|'bad', subject: string, detail: string, hint: string }
local function report(finding)
  local text = ('%s: %s'):format(finding.subject, finding.detail)
  local advice = finding.hint ~= '' and { finding.hint } or nil
  if finding.verdict == 'good' then
    vim.health.ok(text)
  elseif finding.verdict == 'bad' then
    vim.health.error(text, advice)
  elseif advice then
    vim.health.warn(text, advice)
  else
    vim.health.info(text)
  end
end

local function check_engine()
  vim.health.start('Hotseat: engine and models')
  local command = doctor.command('doctor')
  if not command then
    return vim.health.info('`cmd` does not say where hotseat is: run `hotseat doctor` in a shell')
  end
  table.insert(command, '--json')
  local started, done = pcall(function()
    return vim.system(command, { text = true, timeout = DOCTOR_MS }):wait()
  end)
  local read, answer = pcall(vim.json.decode, started and done.stdout or '')
  if not read or type(answer) ~= 'table' or not answer.findings then
    local said = started and vim.trim(done.stderr or '') or tostring(done)
    return vim.health.error(('%s gave no answer'):format(table.concat(command, ' ')), {
      said ~= '' and said or 'Run it in a shell to see why',
    })
  end
  vim.iter(answer.findings):each(report)
end

function M.check()
  check_neovim()
  if check_server() then
    check_engine()
  end
end

return M
