--- A conversation in a buffer of Markdown: questions, streamed answers, and what they drew on.

local M = {}

local code_blocks = require('hotseat.code_blocks')
local memory_text = require('hotseat.memory_text')
local notice = require('hotseat.notice')
local origins = require('hotseat.origin')
local place = require('hotseat.place')
local protocol = require('hotseat.protocol')
local sources = require('hotseat.sources')
local status = require('hotseat.status')
local stream = require('hotseat.stream')
local window = require('hotseat.window')

local PURPOSE = 'ask'

local FIRST_WORD = 'waiting for the first word'
--- More turns than a model's context holds.
local MAX_TURNS = 50

local namespace = vim.api.nvim_create_namespace('hotseat.ask')

---@class hotseat.Conversation
---@field client_id? integer The server that keeps it.
---@field id? string The server's name for it, once it has answered.
---@field origin? hotseat.Origin What the last question was about.
---@field stop? fun() While an answer comes.
---@field turns? hotseat.PastTurn[] What was asked and answered, for a server that does not know it.
---@field note? string What the answer under way waits for.
---@field recalled? hotseat.RecalledNote[] What the last answer got of earlier conversations.
---@field shown? hotseat.ContextItem[] What the model was shown for the last answer.
---@field left_out? string[] What it was not shown.
---@field without? string[] Ids of the parts that were removed from the last question.
local conversation = {}

--- Where the answer under way begins: its heading's row, from 0.
local heading = 0

---@return integer bufnr
local function buffer()
  local bufnr = window.buffer(PURPOSE)
  if vim.bo[bufnr].filetype ~= 'markdown' then
    vim.bo[bufnr].filetype = 'markdown'
    window.map(bufnr, '<CR>', M.ask, 'ask on')
    window.map(bufnr, '<C-c>', M.stop, 'stop the answer')
    window.map(bufnr, 'gn', M.reset, 'a new conversation')
    code_blocks.map(bufnr)
  end
  return bufnr
end

---@return string
local function keys_hint()
  local parts = { '<CR> ask on', '<C-c> stop', code_blocks.hint(), 'gn new', 'q close' }
  return table.concat(vim.tbl_filter(status.present, parts), ' · ')
end

---@param bufnr integer
---@return boolean
local function is_empty(bufnr)
  return vim.api.nvim_buf_line_count(bufnr) == 1
    and vim.api.nvim_buf_get_lines(bufnr, 0, 1, false)[1] == ''
end

--- Change the end of the buffer; a window at its end stays there.
---@param bufnr integer
---@param change fun()
local function at_end(bufnr, change)
  local last = vim.api.nvim_buf_line_count(bufnr)
  local following = vim.tbl_filter(function(shown)
    return vim.api.nvim_win_get_cursor(shown)[1] >= last
  end, vim.fn.win_findbuf(bufnr))
  change()
  for _, shown in ipairs(following) do
    vim.api.nvim_win_set_cursor(shown, { vim.api.nvim_buf_line_count(bufnr), 0 })
  end
end

--- Show what the request waits for after the answer's text; replaces the note before.
---@param bufnr integer
---@param text string
local function show_note(bufnr, text)
  vim.api.nvim_buf_clear_namespace(bufnr, namespace, 0, -1)
  vim.api.nvim_buf_set_extmark(bufnr, namespace, vim.api.nvim_buf_line_count(bufnr) - 1, 0, {
    virt_text = { { text, 'Comment' } },
    virt_text_pos = 'eol',
  })
end

--- Show a question, and a heading for what is to come.
---@param bufnr integer
---@param question string
---@param origin? hotseat.Origin
local function begin(bufnr, question, origin)
  local lines = { '## You', '' }
  local question_lines = vim.split(question, '\n', { plain = true })
  vim.list_extend(lines, question_lines)
  vim.list_extend(lines, { '', '## Hotseat', '', '' })
  local first = 0
  if not is_empty(bufnr) then
    first = -1
    table.insert(lines, 1, '')
  end
  at_end(bufnr, function()
    window.set_lines(bufnr, first, -1, lines)
  end)
  heading = vim.api.nvim_buf_line_count(bufnr) - 3
  code_blocks.remember(bufnr, heading - #question_lines - 3, origin)
  show_note(bufnr, FIRST_WORD .. ' …')
end

---@param bufnr integer
---@param text string
local function append(bufnr, text)
  if not vim.api.nvim_buf_is_valid(bufnr) then
    return
  end
  vim.api.nvim_buf_clear_namespace(bufnr, namespace, 0, -1)
  at_end(bufnr, function()
    local last = vim.api.nvim_buf_get_lines(bufnr, -2, -1, false)[1]
    local lines = vim.split(last .. text, '\n', { plain = true })
    window.set_lines(bufnr, -2, -1, lines)
  end)
end

---@param bufnr integer
---@param part hotseat.Part
local function add(bufnr, part)
  if not vim.api.nvim_buf_is_valid(bufnr) then
    return
  end
  if part.expert then
    at_end(bufnr, function()
      window.set_lines(bufnr, heading, -1, { '## ' .. part.expert, '', '' })
    end)
  end
  if part.text then
    append(bufnr, part.text)
  end
  if status.present(part.note) then
    show_note(bufnr, part.note)
  elseif part.waitedS then
    local what = status.present(conversation.note) or FIRST_WORD
    show_note(bufnr, ('%s, %d s'):format(what, part.waitedS))
  end
end

--- The whole answer, who gave it, and what it drew on.
---@param bufnr integer
---@param result hotseat.AskResult
local function complete(bufnr, result)
  local experts = {} ---@type string[]
  for _, contribution in ipairs(status.present(result.contributions) or {}) do
    if not vim.list_contains(experts, contribution.expert) then
      table.insert(experts, contribution.expert)
    end
  end
  local lines = vim.split(result.answer, '\n', { plain = true })
  local sources = vim.tbl_map(sources.label, status.present(result.sources) or {})
  if #sources > 0 then
    vim.list_extend(lines, { '', ('*From %s*'):format(table.concat(sources, ', ')) })
  end
  local n_recalled = #M.recalled()
  if n_recalled > 0 then
    local notes = memory_text.counted(n_recalled, 'note')
    vim.list_extend(lines, { '', ('*Recalled: %s (:Hotseat memory)*'):format(notes) })
  end
  local shown = require('hotseat.shown').summary((M.shown()))
  if shown then
    vim.list_extend(lines, { '', shown })
  end
  at_end(bufnr, function()
    -- The streamed text may differ: an answer may be given up and begun again.
    window.set_lines(bufnr, heading + 2, -1, lines)
    if #experts > 0 then
      window.set_lines(bufnr, heading, heading + 1, { '## ' .. table.concat(experts, ', ') })
    end
  end)
end

---@param bufnr integer
---@param mine hotseat.Conversation
---@param question string
---@param err? { message: string }
---@param result? hotseat.AskResult
local function finish(bufnr, mine, question, err, result)
  mine.stop = nil
  if result then
    mine.id = status.present(result.conversation)
    mine.recalled = status.present(result.recalled)
    mine.shown = status.present(result.context)
    mine.left_out = status.present(result.leftOut)
    table.insert(mine.turns, { question = question, answer = result.answer })
    mine.turns = vim.list_slice(mine.turns, math.max(1, #mine.turns - MAX_TURNS + 1))
  end
  if conversation ~= mine or not vim.api.nvim_buf_is_valid(bufnr) then
    return
  end
  vim.api.nvim_buf_clear_namespace(bufnr, namespace, 0, -1)
  if err then
    append(bufnr, ('\n\n**No answer:** %s'):format(err.message))
  elseif result and type(result.answer) == 'string' then
    complete(bufnr, result)
  else
    append(bufnr, '\n\n*Stopped*')
  end
end

local function show_window()
  window.open(PURPOSE, { title = 'Hotseat: ask', keys = keys_hint(), wrap = true })
end

---@param client vim.lsp.Client
---@param question string
---@param without? string[] Parts that are left out: the last question is asked once more.
local function send(client, question, without)
  M.stop()
  local is_known = conversation.id ~= nil and conversation.client_id == client.id
  local bufnr = buffer()
  show_window()
  local mine = conversation
  local encoding = client.offset_encoding
  local where = mine.origin and origins.place(mine.origin, encoding)
  -- As it reads now: a question may come long after the one before.
  mine.origin = where and origins.of(where, mine.origin.window, encoding)
  begin(bufnr, question, mine.origin)
  ---@type hotseat.AskParams
  local params = { question = question, conversation = mine.id }
  mine.turns = mine.turns or {}
  if not is_known and #mine.turns > 0 then
    params.history = mine.turns
  end
  if where then
    params.textDocument = vim.lsp.util.make_text_document_params(where.bufnr)
    params.range = where.range
    params.diagnostics = sources.diagnostics(where.bufnr)
  end
  mine.without = without
  if without then
    params.without = without
    params.instead = mine.id ~= nil
    table.remove(mine.turns)
  end
  mine.note = nil
  mine.stop = stream.request(client, protocol.method.ask, params, {
    on_part = function(part)
      if part.conversation then
        mine.id, mine.client_id = part.conversation, client.id
      end
      mine.note = part.note or mine.note
      if conversation == mine and mine.stop then
        add(bufnr, part)
      end
    end,
    on_done = function(err, result)
      finish(bufnr, mine, question, err, result)
    end,
  })
end

--- Where the next question is about, if the current buffer is the server's.
---@param client vim.lsp.Client
---@param lines? { line1: integer, line2: integer } A selection in the current buffer.
function M.look_at(client, lines)
  local bufnr = vim.api.nvim_get_current_buf()
  if client.attached_buffers[bufnr] then
    local encoding = client.offset_encoding
    local where = lines and place.of_lines(bufnr, lines.line1, lines.line2, encoding)
      or place.of_cursor(encoding)
    conversation.origin = origins.of(where, vim.api.nvim_get_current_win(), encoding)
  end
end

--- Ask, or continue the conversation. Without a question the user is asked for one.
---@param question? string
---@param lines? { line1: integer, line2: integer } A selection in the current buffer.
function M.ask(question, lines)
  local client = status.client()
  if not client then
    return notice.warn(status.no_client())
  end
  M.look_at(client, lines)
  if question and question ~= '' then
    return send(client, question)
  end
  local completion = "customlist,v:lua.require'hotseat.mention'.complete"
  vim.ui.input({ prompt = 'Ask Hotseat: ', completion = completion }, function(typed)
    if typed and typed ~= '' then
      send(client, typed)
    end
  end)
end

--- Ask about a place that the server named.
---@param client vim.lsp.Client
---@param where hotseat.Place
---@param question string
function M.ask_at(client, where, question)
  local shown = vim.api.nvim_get_current_win()
  conversation.origin = origins.of(where, shown, client.offset_encoding)
  send(client, question)
end

--- Ask the last question once more, without one more part of what the model was shown.
---@param id string
function M.ask_without(id)
  local client = status.client()
  local last = (conversation.turns or {})[#(conversation.turns or {})]
  if not client then
    return notice.warn(status.no_client())
  elseif last then
    local without = vim.list_extend(vim.deepcopy(conversation.without or {}), { id })
    send(client, last.question, without)
  end
end

--- What the model was shown for the last answer, and what it was not.
---@return hotseat.ContextItem[]
---@return string[]
function M.shown()
  return conversation.shown or {}, conversation.left_out or {}
end

--- Stop the answer that is coming; what came stays.
---@return boolean whether one was
function M.stop()
  local stop = conversation.stop
  if stop then
    stop()
  end
  return stop ~= nil
end

--- Begin a new conversation.
function M.reset()
  M.stop()
  conversation = { origin = conversation.origin }
  code_blocks.forget(buffer())
  window.set_lines(buffer(), 0, -1, {})
end

--- Show a remembered conversation, and ask the next question in it.
---@param client vim.lsp.Client The server that remembers it.
---@param id string
---@param turns hotseat.MemoryTurn[]
---@param question? string
function M.resume(client, id, turns, question)
  if conversation.id ~= id or conversation.client_id ~= client.id then
    M.reset()
    conversation.client_id, conversation.id = client.id, id
    conversation.turns = memory_text.past_turns(turns)
    window.set_lines(buffer(), 0, -1, memory_text.conversation(turns).lines)
  end
  if question and question ~= '' then
    return send(client, question)
  end
  show_window()
  vim.api.nvim_win_set_cursor(0, { vim.api.nvim_buf_line_count(buffer()), 0 })
end

--- What the last answer got of earlier conversations.
---@return hotseat.RecalledNote[]
function M.recalled()
  return conversation.recalled or {}
end

--- The turn or the fact is forgotten.
---@param turn? integer
---@param fact? integer
function M.drop_recalled(turn, fact)
  conversation.recalled = vim.tbl_filter(function(note)
    local is_turn = turn ~= nil and note.turn == turn
    return not is_turn and not (fact ~= nil and note.fact == fact)
  end, M.recalled())
end

return M
