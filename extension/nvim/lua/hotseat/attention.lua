--- Sends the server the focused and visible buffers, the cursor and the window's focus.
--- Each of several servers (one per root) gets its own buffers only.

local M = {}

local protocol = require('hotseat.protocol')
local suggest = require('hotseat.suggest')

local CURSOR_INTERVAL_MS = 250

--- True while a timer runs that will send where the cursor is by then.
local cursor_pending = false

---@return vim.lsp.Client[]
local function clients()
  return vim.lsp.get_clients({ name = 'hotseat' })
end

---@param client vim.lsp.Client
---@param bufnr integer
---@return { uri: string }?
local function document(client, bufnr)
  return client.attached_buffers[bufnr] and { uri = vim.uri_from_bufnr(bufnr) } or nil
end

--- `{}` for a buffer that is no file of this server: a terminal, a tree, another root. A window of
--- Hotseat's own does not change the focus: the user is still at the code that it is about.
---@param client vim.lsp.Client
local function send_focus(client)
  if vim.b.hotseat_window then
    return
  end
  local focused = document(client, vim.api.nvim_get_current_buf())
  client:notify(
    protocol.method.didFocus,
    focused and { textDocument = focused } or vim.empty_dict()
  )
end

---@param client vim.lsp.Client
local function send_visible(client)
  local documents, seen = {}, {}
  for _, window in ipairs(vim.api.nvim_tabpage_list_wins(0)) do
    local bufnr = vim.api.nvim_win_get_buf(window)
    if not seen[bufnr] then
      seen[bufnr] = true
      table.insert(documents, document(client, bufnr))
    end
  end
  client:notify(protocol.method.didChangeVisible, { textDocuments = documents })
end

---@param client vim.lsp.Client
local function send_cursor(client)
  local focused = document(client, vim.api.nvim_get_current_buf())
  if focused then
    local params = vim.lsp.util.make_position_params(0, client.offset_encoding)
    client:notify(
      protocol.method.didChangeCursor,
      { textDocument = focused, position = params.position }
    )
  end
end

local function cursor_moved()
  if cursor_pending then
    return
  end
  cursor_pending = true
  vim.defer_fn(function()
    cursor_pending = false
    vim.iter(clients()):each(send_cursor)
  end, CURSOR_INTERVAL_MS)
end

---@param focused boolean
local function send_window_focus(focused)
  for _, client in ipairs(clients()) do
    client:notify(protocol.method.didChangeWindowFocus, { focused = focused })
  end
end

function M.watch()
  local group = vim.api.nvim_create_augroup('hotseat.attention', { clear = true })

  ---@param events string[]
  ---@param callback fun(event: vim.api.keyset.create_autocmd.callback_args)
  local function on(events, callback)
    vim.api.nvim_create_autocmd(events, { group = group, callback = callback })
  end

  on({ 'LspAttach' }, function(event)
    local client = vim.lsp.get_client_by_id(event.data.client_id)
    if not client or client.name ~= 'hotseat' then
      return
    end
    suggest.attach(event.buf)
    send_focus(client)
    send_visible(client)
  end)
  on({ 'BufEnter' }, function()
    vim.iter(clients()):each(send_focus)
  end)
  on({ 'WinEnter', 'BufWinEnter', 'WinClosed', 'TabEnter' }, function()
    -- WinClosed comes before the window is gone.
    vim.schedule(function()
      vim.iter(clients()):each(send_visible)
    end)
  end)
  on({ 'CursorMoved', 'CursorMovedI' }, cursor_moved)
  on({ 'FocusGained' }, function()
    send_window_focus(true)
    vim.iter(clients()):each(send_focus)
  end)
  on({ 'FocusLost' }, function()
    send_window_focus(false)
  end)
end

return M
