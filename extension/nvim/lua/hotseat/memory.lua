--- What is remembered of conversations, in a window; and the way back into a conversation.

local M = {}

local ask = require('hotseat.ask')
local memory_text = require('hotseat.memory_text')
local notice = require('hotseat.notice')
local protocol = require('hotseat.protocol')
local status = require('hotseat.status')
local window = require('hotseat.window')

local PURPOSE = 'memory'
local KEYS = '<CR> open · c continue · d forget · p pin · - back · q close'

--- What the window shows: a `list`, a `search` or a `show`.
---@type hotseat.MemoryParams
local view = { action = 'list' }

--- Line → what it is of.
---@type table<integer, hotseat.MemoryEntry>
local entries = {}

---@param params hotseat.MemoryParams
---@param on_result fun(result: hotseat.MemoryResult, client: vim.lsp.Client)
---@param on_problem? fun(problem: string) Default: a message.
local function request(params, on_result, on_problem)
  local client = status.client()
  if not client then
    return notice.warn(status.no_client())
  end
  client:request(protocol.method.memory, params, function(err, result)
    if err then
      (on_problem or notice.error)(err.message)
    elseif type(result) == 'table' then
      on_result(result, client)
    end
  end)
end

---@param result hotseat.MemoryResult
---@return hotseat.MemoryLines
local function lines_of(result)
  if view.action == 'search' then
    return memory_text.found(view.question, result.turns or {})
  elseif view.action == 'show' then
    return memory_text.conversation(result.turns or {})
  end
  return memory_text.overview(result, ask.recalled())
end

---@param shown hotseat.MemoryLines
local function render(shown)
  entries = shown.entries
  window.set_lines(window.buffer(PURPOSE), 0, -1, shown.lines)
end

--- The cursor goes to the turn, or to the top.
---@param turn? integer
local function go_to(turn)
  local place = window.find(PURPOSE)
  local first = 1
  for row, entry in vim.spairs(entries) do
    if turn and entry.turn == turn then
      first = row
      break
    end
  end
  if place then
    vim.api.nvim_win_set_cursor(place, { first, 0 })
  end
end

--- Ask the server for what the window shows, and show it.
---@param on_shown? fun()
local function refresh(on_shown)
  local asked = view
  request(asked, function(result)
    if view ~= asked then
      return
    end
    if asked.action == 'show' and #(result.turns or {}) == 0 then
      view = { action = 'list' }
      return refresh(on_shown)
    end
    render(lines_of(result))
    if on_shown then
      on_shown()
    end
  end, function(problem)
    render({ lines = { problem }, entries = {} })
  end)
end

---@param params hotseat.MemoryParams
---@param turn? integer Where the cursor goes; the top without it.
local function show(params, turn)
  view = params
  refresh(function()
    go_to(turn)
  end)
end

---@return hotseat.MemoryEntry?
local function under_cursor()
  local entry = entries[vim.api.nvim_win_get_cursor(0)[1]]
  if not entry then
    notice.warn('nothing that is remembered is on this line')
  end
  return entry
end

--- The conversation of the line under the cursor; says so where there is none.
---@return string?
local function conversation_under_cursor()
  local entry = under_cursor()
  if entry and not entry.opens then
    notice.warn('no conversation is on this line')
  end
  return entry and entry.opens
end

local function open_entry()
  local conversation = conversation_under_cursor()
  if conversation then
    show({ action = 'show', conversation = conversation }, under_cursor().turn)
  end
end

local function forget_entry()
  local entry = under_cursor()
  if not entry then
    return
  end
  local what = entry.conversation and 'this conversation'
    or entry.fact and 'this fact'
    or 'this turn'
  if vim.fn.confirm(('Forget %s for good?'):format(what), '&Yes\n&No', 2) ~= 1 then
    return
  end
  local params = { action = 'forget', turn = entry.turn, fact = entry.fact }
  params.conversation = entry.conversation
  request(params, function(result)
    ask.drop_recalled(entry.turn, entry.fact)
    notice.info(
      ('%s forgotten'):format(
        result.removed == 1 and '1 entry is' or ('%d entries are'):format(result.removed or 0)
      )
    )
    refresh()
  end)
end

local function pin_entry()
  local entry = under_cursor()
  if not entry then
    return
  elseif entry.conversation then
    return notice.warn('open the conversation with <CR>, and pin a turn of it')
  elseif entry.pinned then
    return notice.info('this fact is pinned already; d forgets it')
  end
  local params = { action = 'pin', turn = entry.turn, fact = entry.fact }
  request(params, function()
    notice.info('pinned: it is part of every question now')
    refresh()
  end)
end

---@param id string
---@param question? string
local function continue_with(id, question)
  request({ action = 'show', conversation = id }, function(result, client)
    ask.resume(client, id, result.turns or {}, question)
  end)
end

local function continue_entry()
  local conversation = conversation_under_cursor()
  if conversation then
    window.close()
    continue_with(conversation)
  end
end

--- Show facts and conversations, or with `words` the turns that they find.
---@param words? string
function M.open(words)
  if not status.client() then
    return notice.warn(status.no_client())
  end
  local bufnr = window.open(PURPOSE, { title = 'Hotseat: memory', keys = KEYS, wrap = true })
  vim.bo[bufnr].filetype = 'markdown'
  window.map(bufnr, '<CR>', open_entry, 'open the conversation')
  window.map(bufnr, 'c', continue_entry, 'continue the conversation')
  window.map(bufnr, 'd', forget_entry, 'forget the entry')
  window.map(bufnr, 'p', pin_entry, 'pin the turn or the fact')
  window.map(bufnr, '-', function()
    show({ action = 'list' })
  end, 'back to the list')
  render({ lines = { 'Waiting for the server …' }, entries = {} })
  if words and words ~= '' then
    show({ action = 'search', question = words })
  else
    show({ action = 'list' })
  end
end

--- Continue the latest conversation of the workspace; without a question it is only shown.
---@param question? string
---@param lines? { line1: integer, line2: integer } A selection in the current buffer.
function M.continue_latest(question, lines)
  local client = status.client()
  if not client then
    return notice.warn(status.no_client())
  end
  ask.look_at(client, lines)
  request({ action = 'list' }, function(result)
    local latest = (result.conversations or {})[1]
    if not latest then
      return notice.warn('no conversation is remembered in this workspace; :Hotseat ask begins one')
    end
    continue_with(latest.id, question)
  end)
end

return M
