--- `:Hotseat`: its subcommands, and their completion.

local M = {}

local expert_command = require('hotseat.expert_command')
local notice = require('hotseat.notice')
local status = require('hotseat.status')

---@class hotseat.Subcommand
---@field run fun(text: string, call: vim.api.keyset.create_user_command.command_args)
---@field complete? fun(): string[]

---@param call vim.api.keyset.create_user_command.command_args
---@return { line1: integer, line2: integer }?
local function selection(call)
  return call.range > 0 and { line1 = call.line1, line2 = call.line2 } or nil
end

---@type table<string, hotseat.Subcommand>
local SUBCOMMANDS = {
  status = {
    run = function()
      local client = status.client()
      if not client then
        return notice.warn(status.no_client())
      end
      vim.api.nvim_echo(status.report(client.id), false, {})
    end,
  },
  ask = {
    run = function(text, call)
      local ask = require('hotseat.ask')
      if call.bang then
        ask.reset()
      end
      ask.ask(text, selection(call))
    end,
  },
  ['continue'] = {
    run = function(text, call)
      require('hotseat.memory').continue_latest(text, selection(call))
    end,
  },
  memory = {
    run = function(text)
      require('hotseat.memory').open(text)
    end,
  },
  shown = {
    run = function()
      require('hotseat.shown').open()
    end,
  },
  edit = {
    run = function(text, call)
      require('hotseat.edit').edit(text, selection(call))
    end,
  },
  task = {
    run = function(text)
      require('hotseat.task').task(text)
    end,
  },
  stop = {
    run = function()
      local asking = require('hotseat.ask').stop()
      local editing = require('hotseat.edit').stop()
      if not asking and not editing then
        notice.info('there is nothing to stop')
      end
    end,
  },
  experts = {
    run = function()
      require('hotseat.experts').open()
    end,
  },
  doctor = {
    run = function()
      require('hotseat.doctor').run()
    end,
  },
  toggle = {
    run = function()
      require('hotseat').toggle()
    end,
  },
  restart = {
    run = function()
      require('hotseat').restart()
    end,
  },
}

for _, action in ipairs(expert_command.ACTIONS) do
  SUBCOMMANDS[action] = {
    run = function(expert)
      if expert == '' then
        return notice.error(('which expert? :Hotseat %s NAME'):format(action))
      end
      expert_command.run(action, expert)
    end,
    complete = status.expert_names,
  }
end

---@return string[]
function M.names()
  return vim.fn.sort(vim.tbl_keys(SUBCOMMANDS))
end

---@param call vim.api.keyset.create_user_command.command_args
function M.run(call)
  local name, text = call.args:match('^(%S*)%s*(.-)%s*$')
  local subcommand = SUBCOMMANDS[name == '' and 'status' or name]
  if not subcommand then
    local known = table.concat(M.names(), ', ')
    return notice.error(('there is no :Hotseat %s; there are %s'):format(name, known))
  end
  subcommand.run(text, call)
end

---@param lead string
---@param line string
---@return string[]
function M.complete(lead, line)
  -- A range and a bang may stand before the words.
  local words = vim.split(line:gsub('^.-Hotseat!?', '', 1), '%s+')
  if (words[2] == 'ask' or words[2] == 'task') and #words > 2 then
    return require('hotseat.mention').complete(lead)
  end
  local choices = {} ---@type string[]
  if #words == 2 then
    choices = M.names()
  elseif #words == 3 then
    local subcommand = SUBCOMMANDS[words[2]]
    choices = subcommand and subcommand.complete and subcommand.complete() or {}
  end
  return vim.tbl_filter(function(choice)
    return vim.startswith(choice, lead)
  end, choices)
end

return M
