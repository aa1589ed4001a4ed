--- A source for blink.cmp: a provider whose `module` is `hotseat.blink`.

local menu = require('hotseat.menu')
local suggest = require('hotseat.suggest')

---@class hotseat.BlinkSource
local M = {}

---@return hotseat.BlinkSource
function M.new()
  suggest.use_menu()
  return setmetatable({}, { __index = M })
end

---@return boolean
function M:enabled()
  return menu.is_available(vim.api.nvim_get_current_buf())
end

---@return string[]
function M:get_trigger_characters()
  return menu.TRIGGERS
end

---@param context table blink.cmp's: `cursor` is a row from 1 and a column in bytes from 0.
---@param callback fun(response: table)
---@return fun() cancel
function M:get_completions(context, callback)
  local place = {
    bufnr = context.bufnr,
    row = context.cursor[1] - 1,
    col = context.cursor[2],
    line = context.line,
  }
  local trigger = context.trigger or {}
  return menu.request(place, trigger.initial_kind == 'manual', function(items)
    callback({ items = items, is_incomplete_forward = true, is_incomplete_backward = true })
  end)
end

---@param context table
---@param item lsp.CompletionItem
---@param callback fun()
---@param default_implementation fun()
function M:execute(context, item, callback, default_implementation)
  default_implementation()
  menu.accepted(context.bufnr, item)
  callback()
end

return M
