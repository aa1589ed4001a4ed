--- Keeps each server's last `hotseat/status`, and puts it into words.

local M = {}

local server = require('hotseat.server')
local suggest = require('hotseat.suggest')

---@type table<integer, hotseat.Status> By client id.
local last = {}

local STATE_HIGHLIGHTS = {
  warm = 'DiagnosticOk',
  loading = 'DiagnosticWarn',
  unloading = 'DiagnosticWarn',
  failed = 'DiagnosticError',
}

local STATES = {
  absent = 'not in memory',
  loading = 'loading',
  warm = 'in memory',
  unloading = 'leaving memory',
  failed = 'failed',
}

local OUTCOMES = {
  empty = 'nothing to suggest',
  hidden = 'not shown, too uncertain',
  superseded = 'overtaken by the next key',
  rejected = 'dismissed',
}

--- JSON's null counts as nothing, and so does an empty text.
---@generic T
---@param value T
---@return T?
function M.present(value)
  if value == vim.NIL or value == '' then
    return nil
  end
  return value
end
local present = M.present

--- Where the expert's model is, in words, and the highlight for it.
---@param expert hotseat.ExpertStatus
---@return string words
---@return string highlight
function M.state(expert)
  local download = present(expert.download)
  if download then
    return present(download.problem) and 'not available' or 'not downloaded', 'Comment'
  end
  return STATES[expert.state] or expert.state, STATE_HIGHLIGHTS[expert.state] or 'Comment'
end

--- Why the expert is in memory or not; what to do if its model must be downloaded.
---@param expert hotseat.ExpertStatus
---@return string
function M.why(expert)
  local download = present(expert.download)
  if not download then
    return present(expert.error) or present(expert.reason) or ''
  end
  local size = present(download.sizeBytes) and (', ' .. M.megabytes(download.sizeBytes)) or ''
  return present(download.problem)
    or (':Hotseat pull %s downloads %s%s'):format(expert.name, download.model, size)
end

---@param status hotseat.Status
---@return hotseat.ExpertStatus?
local function expert_in_focus(status)
  for _, expert in ipairs(status.experts) do
    if expert.name == present(status.focus.expert) then
      return expert
    end
  end
end

---@param bytes? integer
---@return string
function M.megabytes(bytes)
  return present(bytes) and ('%.0f MB'):format(bytes / 1e6) or '–'
end
local megabytes = M.megabytes

--- The server of the current buffer, else any.
---@return vim.lsp.Client?
function M.client()
  return vim.lsp.get_clients({ name = 'hotseat', bufnr = 0 })[1]
    or vim.lsp.get_clients({ name = 'hotseat' })[1]
end

--- What the server of the current buffer said last, else any server.
---@return hotseat.Status?
function M.last()
  local client = M.client()
  return client and last[client.id]
end

---@return string[]
function M.expert_names()
  local status = M.last()
  return vim.tbl_map(function(expert)
    return expert.name
  end, status and status.experts or {})
end

--- Why there is none, and what to do.
---@return string
function M.no_client()
  local trouble = server.trouble_of(vim.api.nvim_get_current_buf()) or server.troubles()[1]
  if not trouble then
    return 'no server runs for this buffer; see :checkhealth hotseat'
  end
  return ('%s; %s'):format(server.describe(trouble), server.advice(trouble))
end

---@return string
local function state_line()
  local client = M.client()
  local trouble = server.trouble_of(vim.api.nvim_get_current_buf())
  if not trouble and not client then
    trouble = server.troubles()[1]
  end
  if trouble then
    return trouble.state == 'down' and 'hotseat down' or 'hotseat restarting'
  end
  local status = client and last[client.id]
  if not status then
    return client and 'hotseat starting' or ''
  end
  local language = present(status.focus.language)
  local expert = expert_in_focus(status)
  if not language then
    return 'hotseat'
  elseif not status.engine.up then
    return language .. ' → no engine'
  elseif not expert then
    return language .. ' → no expert'
  end
  local words = M.state(expert)
  local download = present(expert.download)
  if download and present(download.sizeBytes) then
    words = ('%s, %s'):format(words, megabytes(download.sizeBytes))
  end
  return ('%s → %s %s'):format(language, expert.name, words)
end

--- For a status line.
---@return string
function M.line()
  local line = state_line()
  local is_off = line ~= '' and not suggest.is_enabled()
  return is_off and line .. ' · suggestions off' or line
end

--- Chunks for nvim_echo.
---@param client_id integer
---@return [string, string?][]
function M.report(client_id)
  local status = last[client_id]
  if not status then
    return { { 'Hotseat is starting' } }
  end
  local engine, memory = status.engine, status.memory
  local chunks = { { M.line(), 'Title' } } ---@type [string, string?][]
  local function add(text, highlight)
    table.insert(chunks, { text, highlight })
  end
  add(present(status.focus.note) and ' (' .. status.focus.note .. ')' or '')
  add(('\n%s %s'):format(engine.kind, engine.url))
  add((' · %s of %s'):format(megabytes(memory.usedBytes), megabytes(memory.budgetBytes)))
  add(present(engine.message) and '\n' .. engine.message or '', 'WarningMsg')
  for _, expert in ipairs(status.experts) do
    add(('\n%-12s %-24s '):format(expert.name, expert.model))
    local words, highlight = M.state(expert)
    add(('%-14s'):format(words), highlight)
    add((' %8s  '):format(megabytes(expert.sizeBytes)))
    add((expert.pinned and 'pinned; ' or '') .. M.why(expert))
  end
  local completion = present(status.lastCompletion)
  if completion then
    add(('\nlast suggestion: %s'):format(OUTCOMES[completion.outcome] or completion.outcome))
    add(present(completion.servedBy) and ', by ' .. completion.servedBy or '')
    add(present(completion.note) and ' (' .. completion.note .. ')' or '')
  end
  return chunks
end

---@param status? hotseat.Status
---@return boolean
local function is_warm(status)
  local expert = status and expert_in_focus(status)
  return expert ~= nil and expert.state == 'warm'
end

---@type lsp.Handler
function M.on_status(_, status, context)
  local client = vim.lsp.get_client_by_id(context.client_id)
  if not client or type(status) ~= 'table' or not status.experts then
    return
  end
  local was_warm = is_warm(last[client.id])
  last[client.id] = status
  vim.cmd.redrawstatus({ bang = true })
  local bufnr = vim.api.nvim_get_current_buf()
  if is_warm(status) and not was_warm and client.attached_buffers[bufnr] then
    suggest.refresh(bufnr)
  end
  vim.api.nvim_exec_autocmds('User', { pattern = 'HotseatStatus', modeline = false })
end

--- Forget what a server said when it is gone.
---@param client_id integer
function M.forget(client_id)
  last[client_id] = nil
end

return M
