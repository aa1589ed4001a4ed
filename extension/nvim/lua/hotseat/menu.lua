--- Suggestions as items of a completion menu, for the sources of nvim-cmp and blink.cmp. Once one of
--- them is used, there is no ghost text.

local M = {}

local suggest = require('hotseat.suggest')

local METHOD = 'textDocument/inlineCompletion'
local INVOKED, AUTOMATIC = 1, 2
local TEXT, AS_IS = 1, 1
local MAX_LABEL_CHARS = 60

--- After these, too, a suggestion may come.
M.TRIGGERS = { '.', ':', '(', '[', '{', ',', '=', ' ', '"', "'", '/', '<', '>' }

---@class hotseat.MenuPlace
---@field bufnr integer
---@field row integer From 0.
---@field col integer In bytes, from 0.
---@field line string The line of the cursor.

---@param bufnr integer
---@return vim.lsp.Client?
local function client_of(bufnr)
  return vim.lsp.get_clients({ name = 'hotseat', bufnr = bufnr })[1]
end

---@param bufnr integer
---@return boolean
function M.is_available(bufnr)
  return suggest.is_enabled() and client_of(bufnr) ~= nil
end

---@param text string
---@return string
local function label_of(text)
  local first = vim.trim(vim.split(vim.trim(text), '\n', { plain = true })[1])
  return vim.fn.strcharpart(first, 0, MAX_LABEL_CHARS)
end

--- An item that begins with the word before the cursor, by which menus filter and align. Its
--- columns are bytes.
---@param place hotseat.MenuPlace
---@param start integer The byte of the line at which the suggestion stands.
---@param suggestion { insertText: string, command?: lsp.Command }
---@return lsp.CompletionItem
function M.item(place, start, suggestion)
  local before = place.line:sub(1, place.col)
  local word_start = #before - #before:match('[%w_\128-\255]*$')
  local first = math.min(word_start, start)
  local text = before:sub(first + 1, start) .. suggestion.insertText
  return {
    label = label_of(text),
    filterText = vim.split(text, '\n', { plain = true })[1],
    kind = TEXT,
    documentation = {
      kind = 'markdown',
      value = ('```%s\n%s\n```'):format(vim.bo[place.bufnr].filetype, text),
    },
    textEdit = {
      newText = text,
      range = {
        start = { line = place.row, character = first },
        ['end'] = { line = place.row, character = place.col },
      },
    },
    insertTextMode = AS_IS,
    data = { command = suggestion.command },
  }
end

--- Ask the server. `on_items` is called once; with no items where there is no suggestion.
---@param place hotseat.MenuPlace
---@param by_hand boolean The user asked: the server hides nothing, and may offer several.
---@param on_items fun(items: lsp.CompletionItem[])
---@return fun() cancel
function M.request(place, by_hand, on_items)
  local client = client_of(place.bufnr)
  if not client then
    on_items({})
    return function() end
  end
  local encoding = client.offset_encoding
  local character = vim.str_utfindex(place.line, encoding, place.col, false)
  local params = {
    textDocument = vim.lsp.util.make_text_document_params(place.bufnr),
    position = { line = place.row, character = character },
    context = { triggerKind = by_hand and INVOKED or AUTOMATIC },
  }
  local sent, id = client:request(METHOD, params, function(err, result)
    local found = not err and type(result) == 'table' and (result.items or result) or {}
    local items = {} ---@type lsp.CompletionItem[]
    for _, suggestion in ipairs(found) do
      local range = suggestion.range
      local start = range and vim.str_byteindex(place.line, encoding, range.start.character, false)
      table.insert(items, M.item(place, start or place.col, suggestion))
    end
    on_items(items)
  end, place.bufnr)
  if not sent then
    on_items({})
  end
  return function()
    if sent and id then
      client:cancel_request(id)
    end
  end
end

--- Report to the server that the item was accepted.
---@param bufnr integer
---@param item lsp.CompletionItem
function M.accepted(bufnr, item)
  local client = client_of(bufnr)
  local command = type(item.data) == 'table' and item.data.command
  if client and command then
    client:exec_cmd(command, { bufnr = bufnr })
  end
end

return M
