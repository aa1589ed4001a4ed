--- Keys of insert mode that act on a suggestion, and do what they did before where there is none.

local M = {}

local next_edit = require('hotseat.next_edit')
local suggest = require('hotseat.suggest')

---@class hotseat.Key
---@field part? 'all'|'line'|'word' Of the suggestion, to accept; dismisses it without.
---@field request? boolean Asks for a suggestion, or shows the next one.
---@field what string

---@type table<string, hotseat.Key>
local ACTIONS = {
  accept = { part = 'all', what = 'accept the suggestion' },
  accept_word = { part = 'word', what = 'accept the next word' },
  accept_line = { part = 'line', what = 'accept the next line' },
  request = { request = true, what = 'ask for a suggestion, or show the next one' },
  dismiss = { what = 'dismiss the suggestion' },
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

--- Keys to be typed for the action; nil where there is no suggestion.
---@param action hotseat.Key
---@return string?
local function act_on_suggestion(action)
  if action.request then
    return suggest.request() and '' or nil
  elseif not action.part then
    return suggest.dismiss() and '' or nil
  elseif suggest.has_own_ghost() then
    -- In its turn before the keys that are typed already, which scheduled code is not.
    return suggest.accepting(action.part)
  end
  return suggest.accept(action.part) and '' or nil
end

--- Ghost text comes first. A next edit takes the accept key where the cursor is after a text, not
--- where the key would indent, and the dismiss key.
---@param action hotseat.Key
---@return string?
local function act(action)
  local typed = act_on_suggestion(action)
  if typed or action.request or not next_edit.is_shown() then
    return typed
  end
  if not action.part then
    return next_edit.dismiss() and '' or nil
  end
  local column = vim.api.nvim_win_get_cursor(0)[2]
  local before = vim.api.nvim_get_current_line():sub(1, column)
  if action.part ~= 'all' or (before:match('^%s*$') and not next_edit.is_at_cursor()) then
    return nil
  end
  return "<Cmd>lua require('hotseat.next_edit').go_or_accept()<CR>"
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
        return act(action) or fall_back(key, before)
      end, { expr = true, desc = DESC .. action.what })
    end
  end
end

return M
