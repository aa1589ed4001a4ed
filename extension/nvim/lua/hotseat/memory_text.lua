--- Pure: the memory of a workspace as lines, and which entry each line is.

local M = {}

--- What a line is of; one of `conversation`, `turn` and `fact` is what `d` forgets.
---@class hotseat.MemoryEntry
---@field conversation? string
---@field turn? integer
---@field fact? integer
---@field opens? string The conversation that the line belongs to.
---@field pinned? boolean

---@alias hotseat.MemoryLines { lines: string[], entries: table<integer, hotseat.MemoryEntry> }

local MAX_CHARS = 200

--- JSON's null counts as nothing.
local function present(value)
  return value ~= vim.NIL and value or nil
end

---@param text string
---@return string
local function one_line(text)
  local line = vim.trim(text:gsub('%s+', ' '))
  if vim.fn.strchars(line) > MAX_CHARS then
    line = vim.fn.strcharpart(line, 0, MAX_CHARS - 1) .. '…'
  end
  return line
end

---@param turn hotseat.MemoryTurn
---@return string
local function speaker(turn)
  return turn.role == 'user' and 'You' or present(turn.expert) or 'Hotseat'
end

---@param n integer
---@param noun string
---@return string
local function counted(n, noun)
  return ('%d %s%s'):format(n, noun, n == 1 and '' or 's')
end
M.counted = counted

---@return hotseat.MemoryLines
local function empty()
  return { lines = {}, entries = {} }
end

---@param shown hotseat.MemoryLines
---@param line string
---@param entry? hotseat.MemoryEntry
local function add(shown, line, entry)
  table.insert(shown.lines, line)
  shown.entries[#shown.lines] = entry
end

---@param shown hotseat.MemoryLines
---@param title string
local function head(shown, title)
  if #shown.lines > 0 then
    add(shown, '')
  end
  add(shown, '## ' .. title)
end

---@param fact hotseat.MemoryFact
---@return string
local function fact_line(fact)
  local newer = present(fact.supersededBy)
  local replaced = newer and (' (replaced by fact %d)'):format(newer) or ''
  local origin = present(fact.unconfirmedFrom)
  local doubt = origin and (' (a note of %s, not confirmed)'):format(one_line(origin)) or ''
  local pin = fact.pinned and '*' or ' '
  return ('%s %-10s  %s%s%s'):format(pin, fact.kind, one_line(fact.text), replaced, doubt)
end

--- What the last answer recalled, the facts, and all conversations.
---@param result hotseat.MemoryResult
---@param recalled hotseat.RecalledNote[]
---@return hotseat.MemoryLines
function M.overview(result, recalled)
  local shown = empty()
  local facts, conversations = result.facts or {}, result.conversations or {}
  if #recalled > 0 then
    head(shown, 'Recalled for the last answer')
    for _, note in ipairs(recalled) do
      local entry = { turn = present(note.turn), fact = present(note.fact) }
      for _, fact in ipairs(facts) do
        entry.pinned = entry.pinned or fact.id == entry.fact and fact.pinned
      end
      add(shown, one_line(note.text), entry)
    end
  end
  if #facts > 0 then
    head(shown, 'Facts (* is pinned: part of every question)')
    for _, fact in ipairs(facts) do
      add(shown, fact_line(fact), { fact = fact.id, pinned = fact.pinned })
    end
  end
  if #conversations > 0 then
    head(shown, 'Conversations')
    for _, one in ipairs(conversations) do
      local day = os.date('%Y-%m-%d', math.floor(one.lastS))
      local line = ('%s  %9s  %s'):format(day, counted(one.turns, 'turn'), one_line(one.title))
      add(shown, line, { conversation = one.id, opens = one.id })
    end
  end
  if #shown.lines == 0 then
    add(shown, 'Nothing is remembered in this workspace yet.')
  end
  return shown
end

--- The turns that a search found.
---@param words string
---@param turns hotseat.MemoryTurn[]
---@return hotseat.MemoryLines
function M.found(words, turns)
  local shown = empty()
  head(shown, ('%s for "%s"'):format(counted(#turns, 'turn'), words))
  for _, turn in ipairs(turns) do
    local line = ('%s  %s: %s'):format(turn.day, speaker(turn), one_line(turn.text))
    add(shown, line, { turn = turn.id, opens = turn.conversation })
  end
  return shown
end

--- A whole conversation, as `:Hotseat ask` shows it.
---@param turns hotseat.MemoryTurn[]
---@return hotseat.MemoryLines
function M.conversation(turns)
  local shown = empty()
  for _, turn in ipairs(turns) do
    local entry = { turn = turn.id, opens = turn.conversation }
    if #shown.lines > 0 then
      add(shown, '')
    end
    add(shown, '## ' .. speaker(turn), entry)
    add(shown, '', entry)
    for _, line in ipairs(vim.split(turn.text, '\n', { plain = true })) do
      add(shown, line, entry)
    end
  end
  return shown
end

--- Questions with their answers, for a server that does not know the conversation.
---@param turns hotseat.MemoryTurn[]
---@return hotseat.PastTurn[]
function M.past_turns(turns)
  local past = {} ---@type hotseat.PastTurn[]
  for index, turn in ipairs(turns) do
    local answer = turns[index + 1]
    if turn.role == 'user' and answer and answer.role == 'assistant' then
      table.insert(past, { question = turn.text, answer = answer.text })
    end
  end
  return past
end

return M
