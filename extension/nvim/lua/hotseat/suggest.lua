--- Suggestions: ghost text of ours, or Neovim's own inline completion where it is wanted and there
--- is one; and accepting them, all or in part.

local M = {}

local ghost = require('hotseat.ghost')
local protocol = require('hotseat.protocol')

local enabled = false
local native = false
--- A completion menu shows suggestions, and there is no ghost text.
local in_menu = false

---@param opts { enabled: boolean, native: boolean, debounce_ms: integer }
function M.setup(opts)
  native = opts.native and vim.lsp.inline_completion ~= nil
  enabled = opts.enabled or in_menu
  ghost.define_highlight()
  M.watch(opts.debounce_ms)
end

--- Native ghost text has its own events; what is left of a suggestion accepted in part is ours, and
--- goes when the native one has its answer.
---@param debounce_ms integer
function M.watch(debounce_ms)
  local group = vim.api.nvim_create_augroup('hotseat.suggest', { clear = true })
  if not enabled or in_menu then
    return
  end
  if not native then
    return ghost.watch(group, debounce_ms)
  end
  vim.api.nvim_create_autocmd({ 'CursorMovedI', 'TextChangedI' }, {
    group = group,
    callback = ghost.redraw,
  })
  vim.api.nvim_create_autocmd({ 'CompleteChanged', 'InsertLeave', 'BufLeave' }, {
    group = group,
    callback = ghost.clear,
  })
  vim.api.nvim_create_autocmd('LspRequest', {
    group = group,
    callback = function(event)
      local request = event.data.request
      if request.type == 'complete' and request.method == 'textDocument/inlineCompletion' then
        ghost.clear()
      end
    end,
  })
end

--- A server came to this buffer.
---@param bufnr integer
function M.attach(bufnr)
  if in_menu then
    return
  elseif native and enabled then
    vim.lsp.inline_completion.enable(true, { bufnr = bufnr })
  elseif enabled then
    vim.schedule(function() -- the buffer was entered in insert mode
      ghost.request(bufnr)
    end)
  end
end

--- A source of a completion menu is used: it shows the suggestions from now on.
function M.use_menu()
  if not in_menu then
    in_menu = true
    M.enable(true, 0)
  end
end

---@return boolean
function M.is_enabled()
  return enabled
end

---@param on boolean
---@param debounce_ms integer
function M.enable(on, debounce_ms)
  enabled = on
  ghost.cancel()
  ghost.clear()
  M.watch(debounce_ms)
  for _, client in ipairs(vim.lsp.get_clients({ name = 'hotseat' })) do
    for bufnr in pairs(native and client.attached_buffers or {}) do
      vim.lsp.inline_completion.enable(on and not in_menu, { bufnr = bufnr })
    end
  end
end

--- Neovim's item as a suggestion of ours; nil where another server made it, or it is no plain text.
---@param item vim.lsp.inline_completion.Item
---@return hotseat.Suggestion?
local function of_native(item)
  local client = vim.lsp.get_client_by_id(item.client_id)
  if not client or client.name ~= 'hotseat' or type(item.insert_text) ~= 'string' then
    return nil
  end
  local row, col = item.range:to_extmark()
  return {
    bufnr = vim.api.nvim_get_current_buf(),
    row = row,
    col = col,
    text = item.insert_text --[[@as string]],
    client_id = item.client_id,
    command = item.command,
  }
end

--- Take ghost text of ours at once; not from an <expr> mapping, where the text must not change.
---@param part 'all'|'line'|'word'
function M.accept_now(part)
  local shown = ghost.current()
  if shown then
    ghost.cancel()
    ghost.take(shown, part)
  end
end

--- The keys of insert mode that take ghost text of ours, as an undo step of its own.
---@param part 'all'|'line'|'word'
---@return string
function M.accepting(part)
  local take = ("<Cmd>lua require('hotseat.suggest').accept_now('%s')<CR>"):format(part)
  return '<C-g>u' .. take .. '<C-g>u'
end

--- Ask now, whatever the filter would hide; where suggestions are shown, show the next one.
---@return boolean
function M.request()
  local bufnr = vim.api.nvim_get_current_buf()
  if in_menu or #vim.lsp.get_clients({ name = 'hotseat', bufnr = bufnr }) == 0 then
    return false
  end
  if native then
    M.refresh(bufnr)
    return true
  end
  vim.schedule(function()
    if not ghost.show_next() then
      ghost.request(bufnr, true)
    end
  end)
  return true
end

---@return boolean
function M.has_own_ghost()
  return ghost.current() ~= nil
end

---@param part 'all'|'line'|'word'
---@return boolean
function M.accept(part)
  if M.has_own_ghost() then
    vim.api.nvim_feedkeys(vim.keycode(M.accepting(part)), 'n', false)
    return true
  end
  if not native then
    return false
  end
  return vim.lsp.inline_completion.get({
    on_accept = function(item)
      local suggestion = of_native(item)
      if not suggestion then
        return item
      end
      -- Not left to Neovim, which inserts all of it where it was asked for: keys typed since would
      -- appear again after it.
      ghost.take(suggestion, part)
    end,
  })
end

--- Report to the server that the suggestion was rejected.
---@param suggestion hotseat.Suggestion
local function reject(suggestion)
  local client = vim.lsp.get_client_by_id(suggestion.client_id)
  local arguments = suggestion.command and suggestion.command.arguments
  if client and arguments and arguments[1] then
    local params = { id = arguments[1], outcome = 'rejected' }
    client:notify(protocol.method.didResolveSuggestion, params)
  end
end

---@return boolean
function M.dismiss()
  local shown = ghost.current()
  if shown then
    ghost.cancel()
    vim.schedule(ghost.clear)
    reject(shown)
    return true
  end
  if not native then
    return false
  end
  return vim.lsp.inline_completion.get({
    on_accept = function(item)
      local suggestion = of_native(item)
      if suggestion then
        reject(suggestion)
      end
    end,
  })
end

--- Ask again: the first request came too early, when its expert was not warm.
---@param bufnr integer
function M.refresh(bufnr)
  if not enabled or in_menu or not vim.startswith(vim.fn.mode(), 'i') then
    return
  end
  if not native then
    return ghost.request(bufnr)
  end
  -- Neovim has no call for "ask now": this is the event on which its own module does. The group is
  -- there only while suggestions are enabled for the buffer.
  local group = ('nvim.lsp.inline_completion:%d'):format(bufnr)
  pcall(vim.api.nvim_exec_autocmds, 'CursorMovedI', { group = group, buffer = bufnr })
end

return M
