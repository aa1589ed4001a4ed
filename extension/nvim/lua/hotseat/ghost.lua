--- Ghost text of our own: what Neovim 0.12 brings, for 0.11. It also shows what is left of a
--- suggestion that was accepted in part, on both. One suggestion at a time, at the cursor.

local M = {}

local pieces = require('hotseat.pieces')

local METHOD = 'textDocument/inlineCompletion'
local INVOKED, AUTOMATIC = 1, 2

---@class hotseat.Suggestion
---@field bufnr integer
---@field row integer From 0.
---@field col integer In bytes, from 0; the suggestion stands here, and replaces nothing.
---@field text string
---@field client_id integer
---@field command? lsp.Command To run when all of it is accepted.

local namespace = vim.api.nvim_create_namespace('hotseat.suggestion')

---@type hotseat.Suggestion?
local current
--- The other suggestions of a request by hand, in the order in which they are shown.
---@type hotseat.Suggestion[]
local others = {}
--- The request under way: its client's id and its own.
---@type { client_id: integer, id: integer }?
local pending
local timer = assert(vim.uv.new_timer())

---@param bufnr integer
---@return boolean
function M.can_suggest(bufnr)
  return vim.api.nvim_get_current_buf() == bufnr
    and vim.startswith(vim.api.nvim_get_mode().mode, 'i')
    and vim.fn.pumvisible() == 0
    and vim.fn.reg_executing() == ''
end

--- What of the suggestion is still to come at the cursor; nil where it no longer fits.
---@param suggestion hotseat.Suggestion
---@return string?
local function rest_at_cursor(suggestion)
  if vim.api.nvim_get_current_buf() ~= suggestion.bufnr then
    return nil
  end
  local row, col = unpack(vim.api.nvim_win_get_cursor(0))
  if row - 1 ~= suggestion.row then
    return nil
  end
  return pieces.rest(suggestion.text, suggestion.col, vim.api.nvim_get_current_line(), col)
end

---@param bufnr integer
local function undraw(bufnr)
  if vim.api.nvim_buf_is_loaded(bufnr) then
    vim.api.nvim_buf_clear_namespace(bufnr, namespace, 0, -1)
  end
end

---@param bufnr integer
---@param text string
local function draw(bufnr, text)
  local row, col = unpack(vim.api.nvim_win_get_cursor(0))
  local lines = vim.tbl_map(function(line)
    return { { line, 'HotseatSuggestion' } }
  end, vim.split(text, '\n', { plain = true }))
  vim.api.nvim_buf_set_extmark(bufnr, namespace, row - 1, col, {
    virt_text = lines[1],
    virt_text_pos = 'inline',
    virt_lines = #lines > 1 and vim.list_slice(lines, 2) or nil,
    hl_mode = 'combine',
  })
end

--- Forget the suggestion, on the screen too.
function M.clear()
  if current then
    undraw(current.bufnr)
    current = nil
  end
  others = {}
end

--- Draw what is left of the suggestion at the cursor; forget it where nothing is.
function M.redraw()
  if not current then
    return
  end
  local rest = M.can_suggest(current.bufnr) and rest_at_cursor(current)
  if not rest or rest == '' then
    return M.clear()
  end
  undraw(current.bufnr)
  draw(current.bufnr, rest)
end

---@param suggestion hotseat.Suggestion
function M.show(suggestion)
  M.clear()
  current = suggestion
  M.redraw()
end

--- Show the next suggestion of a request by hand, in a circle.
---@return boolean shown False where there is no other.
function M.show_next()
  local next_one = table.remove(others, 1)
  if not next_one or not current then
    return false
  end
  local rest = vim.list_extend(others, { current })
  M.show(next_one)
  others = current and rest or {}
  return true
end

---@return hotseat.Suggestion?
function M.current()
  return current
end

--- Take the first of what is left of `suggestion` into the text; the rest stays in sight.
---@param suggestion hotseat.Suggestion
---@param part 'all'|'line'|'word'
---@return boolean fitted Whether it still belonged to what stands before the cursor.
function M.take(suggestion, part)
  local rest = rest_at_cursor(suggestion)
  if not rest or rest == '' then
    M.clear()
    return false
  end
  local piece = part == 'all' and rest or pieces[part](rest) --[[@as string]]
  local row, col = unpack(vim.api.nvim_win_get_cursor(0))
  local lines = vim.split(piece, '\n', { plain = true })
  vim.api.nvim_buf_set_text(suggestion.bufnr, row - 1, col, row - 1, col, lines)
  row = row + #lines - 1
  col = (#lines == 1 and col or 0) + #lines[#lines]
  vim.api.nvim_win_set_cursor(0, { row, col })
  if #piece < #rest then
    local left = { row = row - 1, col = col, text = rest:sub(#piece + 1) }
    M.show(vim.tbl_extend('force', suggestion, left))
    return true
  end
  M.clear()
  local client = vim.lsp.get_client_by_id(suggestion.client_id)
  if client and suggestion.command then
    client:exec_cmd(suggestion.command, { bufnr = suggestion.bufnr })
  end
  return true
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

---@param client vim.lsp.Client
---@param bufnr integer
---@param item lsp.InlineCompletionItem
---@return hotseat.Suggestion
local function suggestion_of(client, bufnr, item)
  local start = item.range and item.range.start
  local row, col = unpack(vim.api.nvim_win_get_cursor(0))
  row = row - 1
  if start then
    row = start.line
    local line = vim.api.nvim_buf_get_lines(bufnr, row, row + 1, false)[1] or ''
    col = vim.str_byteindex(line, client.offset_encoding, start.character, false)
  end
  return {
    bufnr = bufnr,
    row = row,
    col = col,
    text = item.insertText,
    client_id = client.id,
    command = item.command,
  }
end

---@param client vim.lsp.Client
---@param bufnr integer
---@param result? lsp.InlineCompletionList|lsp.InlineCompletionItem[]
local function on_answer(client, bufnr, result)
  local items = result and (result.items or result) or {}
  if #items == 0 then
    return M.clear()
  end
  local suggestions = vim.tbl_map(function(item)
    return suggestion_of(client, bufnr, item)
  end, items)
  M.show(table.remove(suggestions, 1))
  others = current and suggestions or {}
end

--- Ask the server now. An answer that comes after the next request is dropped.
---@param bufnr integer
---@param by_hand? boolean The user asked: the server hides nothing, and may offer several.
function M.request(bufnr, by_hand)
  M.cancel()
  local client = vim.lsp.get_clients({ name = 'hotseat', bufnr = bufnr })[1]
  if not client or not M.can_suggest(bufnr) then
    return
  end
  local params = vim.lsp.util.make_position_params(0, client.offset_encoding)
  params.context = { triggerKind = by_hand and INVOKED or AUTOMATIC }
  local mine = { client_id = client.id, id = 0 }
  pending = mine
  local sent, id = client:request(METHOD, params, function(err, result)
    if pending ~= mine then
      return
    end
    pending = nil
    if not err and M.can_suggest(bufnr) then
      on_answer(client, bufnr, result)
    end
  end, bufnr)
  if sent and id then
    mine.id = id
  elseif pending == mine then
    pending = nil
  end
end

--- Ask on every pause of `debounce_ms` in typing.
---@param group integer An augroup.
---@param debounce_ms integer
function M.watch(group, debounce_ms)
  local function on(events, callback)
    vim.api.nvim_create_autocmd(events, { group = group, callback = callback })
  end
  on({ 'InsertEnter', 'CursorMovedI', 'TextChangedI', 'CompleteDone' }, function(event)
    local bufnr = event.buf
    M.cancel()
    M.redraw()
    if #vim.lsp.get_clients({ name = 'hotseat', bufnr = bufnr }) > 0 then
      timer:start(
        debounce_ms,
        0,
        vim.schedule_wrap(function()
          M.request(bufnr)
        end)
      )
    end
  end)
  on({ 'CompleteChanged', 'TextChangedP', 'InsertLeave', 'BufLeave' }, function()
    M.cancel()
    M.clear()
  end)
end

function M.define_highlight()
  local link = vim.fn.hlexists('ComplHint') == 1 and 'ComplHint' or 'NonText'
  vim.api.nvim_set_hl(0, 'HotseatSuggestion', { default = true, link = link })
end

return M
