local memory_text = require('hotseat.memory_text')

local TURNS = {
  { id = 1, conversation = 'c1', role = 'user', day = '2026-03-02', text = 'Which port?' },
  {
    id = 2,
    conversation = 'c1',
    role = 'assistant',
    day = '2026-03-02',
    expert = 'go',
    text = '5050\n\nThe printer has 5000.',
  },
  { id = 3, conversation = 'c1', role = 'user', day = '2026-03-02', text = 'Why?' },
}

return {
  ['the overview names its parts, and each line is an entry'] = function()
    local shown = memory_text.overview({
      conversations = { { id = 'c1', title = 'Which\nport?', lastS = 1.5e9, turns = 1 } },
      facts = {
        { id = 7, kind = 'decision', text = 'Port 5050', pinned = true, supersededBy = vim.NIL },
        { id = 6, kind = 'project', text = 'Port 5000', pinned = false, supersededBy = 7 },
      },
    }, { { text = 'Port 5050', turn = vim.NIL, fact = 7 } })
    assert(shown.lines[2] == 'Port 5050')
    assert(vim.deep_equal(shown.entries[2], { fact = 7, pinned = true }))
    assert(shown.lines[5] == '* decision    Port 5050', shown.lines[5])
    assert(shown.lines[6] == '  project     Port 5000 (replaced by fact 7)', shown.lines[6])
    assert(shown.lines[9]:match('^2017%-07%-1[34]     1 turn  Which port%?$'), shown.lines[9])
    assert(vim.deep_equal(shown.entries[9], { conversation = 'c1', opens = 'c1' }))
    assert(shown.entries[8] == nil, 'a heading is no entry')
  end,
  ['an empty memory says so'] = function()
    local shown = memory_text.overview({}, {})
    assert(#shown.lines == 1 and shown.lines[1]:match('Nothing is remembered'))
    assert(memory_text.found('x', {}).lines[1] == '## 0 turns for "x"')
  end,
  ['a long text is cut at a character'] = function()
    local turn = vim.tbl_extend('force', TURNS[1], { text = ('ä'):rep(300) })
    local line = memory_text.found('x', { turn }).lines[2]
    assert(vim.endswith(line, 'ää…') and vim.fn.strchars(line) < 230, line)
  end,
  ['a conversation reads as it was shown, and every line knows its turn'] = function()
    local shown = memory_text.conversation(TURNS)
    local text = table.concat(shown.lines, '\n')
    assert(vim.startswith(text, '## You\n\nWhich port?\n\n## go\n\n5050\n\nThe printer'), text)
    assert(shown.entries[9].turn == 2 and shown.entries[9].opens == 'c1')
    assert(shown.entries[4] == nil, 'between two turns')
  end,
  ['only questions with an answer are history'] = function()
    local past = memory_text.past_turns(TURNS)
    local expected = { { question = 'Which port?', answer = TURNS[2].text } }
    assert(vim.deep_equal(past, expected), vim.inspect(past))
  end,
}
