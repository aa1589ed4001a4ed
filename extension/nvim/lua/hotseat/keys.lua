--- Keys of insert mode that act on a suggestion, and do what they did before where there is none.

local M = {}

local suggest = require('hotseat.suggest')

---@class hotseat.Key
---@field act fun(): boolean
---@field what string

---@type table<string, hotseat.Key>
local ACTIONS = {
  accept = {
    act = function()
      return suggest.accept('all')
    end,
    what = 'accept the suggestion',
  },
  accept_word = {
    act = function()
      return suggest.accept('word')
    end,
    what = 'accept the next word',
  },
  accept_line = {
    act = function()
      return suggest.accept('line')
    end,
    what = 'accept the next line',
  },
  dismiss = { act = suggest.dismiss, what = 'dismiss the suggestion' },
}

--- What each key did before it was ours; a second `setup` finds only ours.
---@type table<string, table<string, any>>
local before_us = {}

local DESC = 'Hotseat: '

--- What the key did before, as keys to be typed.
---@param key string
---@param before table<string, any> As maparg() has it; empty for no mapping.
---@return string
local function fall_back(key, before)
  if before.callback and before.expr == 1 then
    return before.callback() or ''
  elseif before.callback then
    vim.schedule(before.callback)
    return ''
  elseif before.rhs and before.expr == 0 and before.noremap == 1 then
    return before.rhs
  elseif before.rhs and before.expr == 1 then
    return vim.api.nvim_eval(before.rhs)
  elseif before.rhs then
    -- Its own keys are mapped in turn, which an <expr> mapping of ours does not do.
    vim.api.nvim_feedkeys(vim.keycode(before.rhs), 'm', false)
    return ''
  end
  return key
end

---@param keys table<string, string|false>
function M.map(keys)
  for name, action in pairs(ACTIONS) do
    local key = keys[name]
    if key then
      local before = vim.fn.maparg(key, 'i', false, true)
      if vim.startswith(before.desc or '', DESC) then
        before = before_us[key] or {}
      end
      before_us[key] = before
      vim.keymap.set('i', key, function()
        return action.act() and '' or fall_back(key, before)
      end, { expr = true, desc = DESC .. action.what })
    end
  end
end

return M
