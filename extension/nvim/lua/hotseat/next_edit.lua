--- The next edit: asked for after a pause in typing, shown in place with an extmark, and taken with
--- the accept key. It holds for one version of the text; a change makes it go.

local M = {}

local protocol = require('hotseat.protocol')

local SIGN = '»'
local SHOWN_LINES = 12

---@class hotseat.ShownEdit
---@field bufnr integer
---@field client_id integer
---@field version integer The version of the text that it is for.
---@field edit table As `hotseat/nextEdit` returns it.
---@field row integer From 0.
---@field col integer In bytes, from 0.
---@field end_row integer

local namespace = vim.api.nvim_create_namespace('hotseat.next_edit')
local timer = assert(vim.uv.new_timer())

---@type hotseat.ShownEdit?
local shown
---@type { client_id: integer, id: integer }?
local pending
--- Normal-mode keys of the buffer while an edit is shown, and what they were.
---@type { bufnr: integer, key: string, before: table<string, any> }[]
local mapped = {}

local function unmap()
  for _, one in ipairs(mapped) do
    if vim.api.nvim_buf_is_valid(one.bufnr) then
      vim.api.nvim_buf_call(one.bufnr, function()
        pcall(vim.keymap.del, 'n', one.key, { buffer = one.bufnr })
        if one.before.buffer == 1 then
          vim.fn.mapset('n', false, one.before)
        end
      end)
    end
  end
  mapped = {}
end

---@param bufnr integer
---@param key string|false|nil
---@param act fun()
---@param what string
local function map(bufnr, key, act, what)
  if not key then
    return
  end
  local before = vim.api.nvim_buf_call(bufnr, function()
    return vim.fn.maparg(key, 'n', false, true)
  end)
  table.insert(mapped, { bufnr = bufnr, key = key, before = before })
  vim.keymap.set('n', key, act, { buffer = bufnr, desc = 'Hotseat: ' .. what })
end

--- Forget the edit, on the screen too.
function M.clear()
  if not shown then
    return
  end
  if vim.api.nvim_buf_is_loaded(shown.bufnr) then
    vim.api.nvim_buf_clear_namespace(shown.bufnr, namespace, 0, -1)
  end
  shown = nil
  unmap()
end

--- What was asked for is no longer wanted.
function M.cancel()
  timer:stop()
  local client = pending and vim.lsp.get_client_by_id(pending.client_id)
  if client and pending then
    client:cancel_request(pending.id)
  end
  pending = nil
end

--- Whether the edit is of the text as it is now, in the buffer on the screen.
---@return boolean
local function is_current()
  return shown ~= nil
    and vim.api.nvim_get_current_buf() == shown.bufnr
    and vim.lsp.util.buf_versions[shown.bufnr] == shown.version
end

---@param one hotseat.ShownEdit
---@param end_col integer
local function draw(one, end_col)
  local lines = vim.split((one.edit.text:gsub('\n$', '')), '\n', { plain = true })
  local more = {}
  for i = 2, math.min(#lines, SHOWN_LINES) do
    table.insert(more, { { lines[i], 'HotseatNextEditNew' } })
  end
  vim.api.nvim_buf_set_extmark(one.bufnr, namespace, one.row, one.col, {
    end_row = one.end_row,
    end_col = end_col,
    hl_group = 'HotseatNextEditOld',
    sign_text = SIGN,
    sign_hl_group = 'HotseatNextEditSign',
    strict = false,
  })
  vim.api.nvim_buf_set_extmark(one.bufnr, namespace, one.end_row, end_col, {
    virt_text = { { lines[1], 'HotseatNextEditNew' } },
    virt_text_pos = 'inline',
    virt_lines = #more > 0 and more or nil,
    strict = false,
  })
end

---@param bufnr integer
---@param client vim.lsp.Client
---@param place lsp.Position
---@return integer
local function byte_col(bufnr, client, place)
  local line = vim.api.nvim_buf_get_lines(bufnr, place.line, place.line + 1, false)[1] or ''
  return vim.str_byteindex(line, client.offset_encoding, place.character, false)
end

---@param bufnr integer
---@param client vim.lsp.Client
---@param edit table
local function show(bufnr, client, edit)
  M.clear()
  local from, to = edit.range.start, edit.range['end']
  shown = {
    bufnr = bufnr,
    client_id = client.id,
    version = edit.textDocument.version,
    edit = edit,
    row = from.line,
    col = byte_col(bufnr, client, from),
    end_row = to.line,
  }
  draw(shown, byte_col(bufnr, client, to))
  local keys = require('hotseat.config').current.keys
  map(bufnr, keys.next_edit, M.go_or_accept, 'go to the next edit, or make it')
  map(bufnr, keys.dismiss_next_edit, M.dismiss, 'dismiss the next edit')
end

--- Ask the server now. An answer for another version of the text is dropped.
---@param bufnr integer
function M.request(bufnr)
  M.cancel()
  local client = vim.lsp.get_clients({ name = 'hotseat', bufnr = bufnr })[1]
  if not client or vim.api.nvim_get_current_buf() ~= bufnr then
    return
  end
  local params = vim.lsp.util.make_position_params(0, client.offset_encoding)
  params.textDocument.version = vim.lsp.util.buf_versions[bufnr]
  local mine = { client_id = client.id, id = 0 }
  pending = mine
  local sent, id = client:request(protocol.method.nextEdit, params, function(err, result)
    if pending ~= mine then
      return
    end
    pending = nil
    local edit = not err and result and result.edits[1]
    if not edit or not vim.api.nvim_buf_is_loaded(bufnr) then
      return
    end
    if edit.textDocument.version == vim.lsp.util.buf_versions[bufnr] then
      show(bufnr, client, edit)
    end
  end, bufnr)
  if sent and id then
    mine.id = id
  elseif pending == mine then
    pending = nil
  end
end

---@return boolean
function M.is_shown()
  return is_current()
end

--- Make the edit, if the text is still the one that it is for.
---@return boolean made
function M.accept()
  if not is_current() or not shown then
    M.clear()
    return false
  end
  local one = shown
  M.clear()
  local client = vim.lsp.get_client_by_id(one.client_id)
  if not client then
    return false
  end
  local text_edit = { range = one.edit.range, newText = one.edit.text }
  vim.lsp.util.apply_text_edits({ text_edit }, one.bufnr, client.offset_encoding)
  client:exec_cmd(one.edit.command, { bufnr = one.bufnr })
  return true
end

--- Whether the cursor is in a line of the edit.
---@return boolean
function M.is_at_cursor()
  if not is_current() or not shown then
    return false
  end
  local row = vim.api.nvim_win_get_cursor(0)[1] - 1
  return row >= shown.row and row <= shown.end_row
end

--- Go to the edit; make it if the cursor is there already.
---@return boolean done False without an edit.
function M.go_or_accept()
  if not is_current() or not shown then
    M.clear()
    return false
  end
  if M.is_at_cursor() then
    return M.accept()
  end
  vim.cmd("normal! m'")
  vim.api.nvim_win_set_cursor(0, { shown.row + 1, shown.col })
  return true
end

--- Take the edit off the screen; no other of its kind is offered.
---@return boolean dismissed False without an edit.
function M.dismiss()
  if not shown then
    return false
  end
  local client = vim.lsp.get_client_by_id(shown.client_id)
  if client then
    local params = { id = shown.edit.id, outcome = 'rejected' }
    client:notify(protocol.method.didResolveSuggestion, params)
  end
  M.clear()
  return true
end

--- Ask on every pause of `debounce_ms` after a change.
---@param opts { enabled: boolean, debounce_ms: integer }
function M.setup(opts)
  local group = vim.api.nvim_create_augroup('hotseat.next_edit', { clear = true })
  M.cancel()
  M.clear()
  if not opts.enabled then
    return
  end
  M.define_highlights()
  vim.api.nvim_create_autocmd({ 'TextChanged', 'TextChangedI' }, {
    group = group,
    callback = function(event)
      M.cancel()
      M.clear()
      if #vim.lsp.get_clients({ name = 'hotseat', bufnr = event.buf }) > 0 then
        timer:start(
          opts.debounce_ms,
          0,
          vim.schedule_wrap(function()
            M.request(event.buf)
          end)
        )
      end
    end,
  })
  vim.api.nvim_create_autocmd('BufLeave', {
    group = group,
    callback = function()
      M.cancel()
      M.clear()
    end,
  })
end

function M.define_highlights()
  vim.api.nvim_set_hl(0, 'HotseatNextEditOld', { default = true, link = 'DiffDelete' })
  vim.api.nvim_set_hl(0, 'HotseatNextEditNew', { default = true, link = 'DiffAdd' })
  vim.api.nvim_set_hl(0, 'HotseatNextEditSign', { default = true, link = 'DiagnosticSignInfo' })
end

return M
