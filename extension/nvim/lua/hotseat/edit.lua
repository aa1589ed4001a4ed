--- Changes a selection by an instruction: the proposal is shown as a diff, and the text changes only
--- when the user accepts it.

local M = {}

local notice = require('hotseat.notice')
local place = require('hotseat.place')
local protocol = require('hotseat.protocol')
local status = require('hotseat.status')
local stream = require('hotseat.stream')
local window = require('hotseat.window')

local PURPOSE = 'edit'
local KEYS = 'a accept · r reject'

local namespace = vim.api.nvim_create_namespace('hotseat.edit')

---@type fun()?
local stop

---@class hotseat.Proposal
---@field edits table<integer, lsp.TextEdit[]> By buffer.
---@field encoding string
---@field ticks table<integer, integer> Buffer → the changedtick that it must have still, if it is
--- not the present one.
---@field title string

---@type hotseat.Proposal?
local proposal

--- Edits by document; nil with the reason where there is more to it than text.
---@param edit lsp.WorkspaceEdit
---@return table<string, lsp.TextEdit[]>?
---@return string? problem
function M.by_document(edit)
  local documents = {} ---@type table<string, lsp.TextEdit[]>
  if not status.present(edit.documentChanges) then
    return status.present(edit.changes) or documents
  end
  for _, change in ipairs(edit.documentChanges) do
    if change.kind then
      return nil, ('it would %s a file, which is not done'):format(change.kind)
    end
    local uri = change.textDocument.uri
    documents[uri] = vim.list_extend(documents[uri] or {}, change.edits)
  end
  return documents
end

---@param lines string[]
---@return string
local function joined(lines)
  return table.concat(lines, '\n') .. '\n'
end

--- A unified diff of what the edits change in a buffer; empty for nothing.
---@param bufnr integer
---@param edits lsp.TextEdit[]
---@param encoding string
---@return string
function M.diff(bufnr, edits, encoding)
  local before = vim.api.nvim_buf_get_lines(bufnr, 0, -1, false)
  local scratch = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_buf_set_lines(scratch, 0, -1, false, before)
  vim.lsp.util.apply_text_edits(vim.deepcopy(edits), scratch, encoding)
  local after = vim.api.nvim_buf_get_lines(scratch, 0, -1, false)
  vim.api.nvim_buf_delete(scratch, { force = true })
  local diff = vim.text and vim.text.diff or vim.diff
  return diff(joined(before), joined(after), { ctxlen = 3 }) --[[@as string]]
end

---@param bufnr integer
---@return string
local function name_of(bufnr)
  return vim.fn.fnamemodify(vim.api.nvim_buf_get_name(bufnr), ':~:.')
end

local function drop()
  proposal = nil
  local shown = window.find(PURPOSE)
  if shown then
    vim.api.nvim_win_close(shown, true)
  end
end

function M.accept()
  local mine = proposal
  if not mine then
    return
  end
  drop()
  for bufnr, tick in pairs(mine.ticks) do
    if not vim.api.nvim_buf_is_loaded(bufnr) or vim.b[bufnr].changedtick ~= tick then
      return notice.error('the text changed meanwhile; nothing was edited. Ask again')
    end
  end
  for bufnr, edits in pairs(mine.edits) do
    vim.lsp.util.apply_text_edits(edits, bufnr, mine.encoding)
    if #vim.fn.win_findbuf(bufnr) == 0 or vim.b.hotseat_window then
      -- Not visible, or covered by an answer.
      notice.info(('%s was changed'):format(name_of(bufnr)))
    end
  end
end

function M.reject()
  drop()
end

--- Show what edits would change, for the user to accept or reject.
---@param proposed hotseat.Proposal
---@return boolean shown False where they change nothing.
function M.propose(proposed)
  drop()
  local lines = {} ---@type string[]
  for bufnr, edits in vim.spairs(proposed.edits) do
    local diff = M.diff(bufnr, edits, proposed.encoding)
    if diff ~= '' then
      proposed.ticks[bufnr] = proposed.ticks[bufnr] or vim.b[bufnr].changedtick
      local name = name_of(bufnr)
      vim.list_extend(lines, { '--- ' .. name, '+++ ' .. name })
      vim.list_extend(lines, vim.split(vim.trim(diff), '\n', { plain = true }))
    end
  end
  if #lines == 0 then
    return false
  end
  proposal = proposed
  local title = 'Hotseat: ' .. proposed.title
  local bufnr, shown = window.open(PURPOSE, { title = title, keys = KEYS, wrap = false })
  vim.bo[bufnr].filetype = 'diff'
  window.set_lines(bufnr, 0, -1, lines)
  vim.api.nvim_win_set_cursor(shown, { 1, 0 })
  window.map(bufnr, 'a', M.accept, 'accept the edit')
  window.map(bufnr, 'r', M.reject, 'reject the edit')
  window.map(bufnr, 'q', M.reject, 'reject the edit')
  return true
end

---@param client vim.lsp.Client
---@param result hotseat.EditResult
---@param asked { bufnr: integer, tick: integer }
local function preview(client, result, asked)
  local documents, problem = M.by_document(result.edit)
  if not documents then
    return notice.error(('the edit was refused: %s'):format(problem))
  end
  local edits = {} ---@type table<integer, lsp.TextEdit[]>
  for uri, changes in pairs(documents) do
    local bufnr = vim.uri_to_bufnr(uri)
    vim.fn.bufload(bufnr)
    edits[bufnr] = changes
  end
  local shown = M.propose({
    edits = edits,
    encoding = client.offset_encoding,
    ticks = { [asked.bufnr] = asked.tick },
    title = ('edit by %s'):format(result.expert),
  })
  if not shown then
    notice.info(('%s proposes no change'):format(result.expert))
  end
end

--- Says at the selection what is under way.
---@param bufnr integer
---@param row integer From 0.
---@param text string
local function show_progress(bufnr, row, text)
  vim.api.nvim_buf_clear_namespace(bufnr, namespace, 0, -1)
  row = math.min(row, vim.api.nvim_buf_line_count(bufnr) - 1)
  vim.api.nvim_buf_set_extmark(bufnr, namespace, row, 0, {
    virt_text = { { 'Hotseat ' .. text, 'Comment' } },
    virt_text_pos = 'eol',
  })
end

---@param client vim.lsp.Client
---@param where hotseat.Place
---@param instruction string
local function send(client, where, instruction)
  M.stop()
  drop()
  local bufnr = where.bufnr
  local asked = { bufnr = bufnr, tick = vim.b[bufnr].changedtick }
  local n_lines = 0
  local note = nil ---@type string?
  show_progress(bufnr, where.range.start.line, 'is thinking …')
  ---@type hotseat.EditParams
  local params = {
    instruction = instruction,
    textDocument = vim.lsp.util.make_text_document_params(bufnr),
    range = where.range,
  }
  stop = stream.request(client, protocol.method.edit, params, {
    on_part = function(part)
      if part.expert then
        n_lines = 0
      end
      n_lines = n_lines + select(2, (part.text or ''):gsub('\n', ''))
      if vim.api.nvim_buf_is_valid(bufnr) then
        note = part.note or note
        local text = ('wrote %d lines …'):format(n_lines)
        if part.waitedS then
          text = ('waits: %s, %d s'):format(status.present(note) or 'the first word', part.waitedS)
        elseif status.present(note) then
          text = 'waits: ' .. note
        end
        show_progress(bufnr, where.range.start.line, text)
      end
    end,
    on_done = function(err, result)
      stop = nil
      if not vim.api.nvim_buf_is_valid(bufnr) then
        return
      end
      vim.api.nvim_buf_clear_namespace(bufnr, namespace, 0, -1)
      if err then
        notice.error(('no edit: %s'):format(err.message))
      elseif result and status.present(result.edit) then
        preview(client, result, asked)
      elseif result then
        notice.info('no change is proposed')
      end
    end,
  })
end

---@param client vim.lsp.Client
---@param where hotseat.Place
---@param instruction? string Without it the user is asked for one.
function M.edit_at(client, where, instruction)
  if instruction and instruction ~= '' then
    return send(client, where, instruction)
  end
  vim.ui.input({ prompt = 'Edit: ' }, function(typed)
    if typed and typed ~= '' then
      send(client, where, typed)
    end
  end)
end

--- Without an instruction the user is asked for one.
---@param instruction? string
---@param lines? { line1: integer, line2: integer } Default: the line of the cursor.
function M.edit(instruction, lines)
  local bufnr = vim.api.nvim_get_current_buf()
  local client = vim.lsp.get_clients({ name = 'hotseat', bufnr = bufnr })[1]
  if not client then
    return notice.warn(status.no_client())
  end
  local here = vim.api.nvim_win_get_cursor(0)[1]
  lines = lines or { line1 = here, line2 = here }
  local where = place.of_lines(bufnr, lines.line1, lines.line2, client.offset_encoding)
  M.edit_at(client, where, instruction)
end

---@return boolean whether one was under way
function M.stop()
  local running = stop
  if running then
    running()
  end
  return running ~= nil
end

return M
