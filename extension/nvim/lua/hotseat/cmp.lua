--- A source for nvim-cmp: `require('cmp').register_source('hotseat', require('hotseat.cmp').new())`.

local menu = require('hotseat.menu')
local suggest = require('hotseat.suggest')

---@class hotseat.CmpSource
local M = {}

---@return hotseat.CmpSource
function M.new()
  suggest.use_menu()
  return setmetatable({}, { __index = M })
end

---@return string
function M:get_debug_name()
  return 'hotseat'
end

---@return boolean
function M:is_available()
  return menu.is_available(vim.api.nvim_get_current_buf())
end

---@return string
function M:get_position_encoding_kind()
  return 'utf-8'
end

---@return string[]
function M:get_trigger_characters()
  return menu.TRIGGERS
end

---@param params table nvim-cmp's: `context` has the cursor, whose row and column begin with 1.
---@param callback fun(response: { items: lsp.CompletionItem[], isIncomplete: boolean })
function M:complete(params, callback)
  local context = params.context
  local place = {
    bufnr = context.bufnr,
    row = context.cursor.row - 1,
    col = context.cursor.col - 1,
    line = context.cursor_line,
  }
  local by_hand = context.option ~= nil and context.option.reason == 'manual'
  menu.request(place, by_hand, function(items)
    callback({ items = items, isIncomplete = true })
  end)
end

---@param item lsp.CompletionItem
---@param callback fun(item: lsp.CompletionItem)
function M:execute(item, callback)
  menu.accepted(vim.api.nvim_get_current_buf(), item)
  callback(item)
end

return M
