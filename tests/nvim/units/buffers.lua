--- What needs a buffer, and no server.

local edit = require('hotseat.edit')
local experts = require('hotseat.experts')
local place = require('hotseat.place')

local function buffer(lines)
  local bufnr = vim.api.nvim_create_buf(true, false)
  vim.api.nvim_set_current_buf(bufnr)
  vim.api.nvim_buf_set_lines(bufnr, 0, -1, false, lines)
  return bufnr
end

local function span(range)
  local from, to = range.start, range['end']
  return { from.line, from.character, to.line, to.character }
end

return {
  ['lines are whole, without the last break'] = function()
    local bufnr = buffer({ 'größe', 'ab', '' })
    assert(vim.deep_equal(span(place.of_lines(bufnr, 1, 2, 'utf-8').range), { 0, 0, 1, 2 }))
    assert(vim.deep_equal(span(place.of_lines(bufnr, 1, 1, 'utf-16').range), { 0, 0, 0, 5 }))
    assert(vim.deep_equal(span(place.of_lines(bufnr, 1, 3, 'utf-8').range), { 0, 0, 2, 0 }))
  end,
  ['a selection by characters is just these'] = function()
    local bufnr = buffer({ 'größe', 'äb' })
    vim.cmd('normal! 1G2lvj0' .. vim.keycode('<Esc>'))
    assert(vim.deep_equal(span(place.of_lines(bufnr, 1, 2, 'utf-16').range), { 0, 2, 1, 1 }))
    assert(vim.deep_equal(span(place.of_lines(bufnr, 1, 2, 'utf-8').range), { 0, 2, 1, 2 }))
    assert(vim.deep_equal(span(place.of_lines(bufnr, 2, 2, 'utf-8').range), { 1, 0, 1, 3 }))
  end,
  ['the diff of edits leaves the buffer alone'] = function()
    local bufnr = buffer({ 'a', 'b', 'c' })
    local range = { start = { line = 1, character = 0 }, ['end'] = { line = 1, character = 1 } }
    local diff = edit.diff(bufnr, { { range = range, newText = 'B\nBB' } }, 'utf-8')
    assert(diff:find('\n-b\n+B\n+BB\n', 1, true), diff)
    assert(edit.diff(bufnr, { { range = range, newText = 'b' } }, 'utf-8') == '')
    assert(vim.deep_equal(vim.api.nvim_buf_get_lines(bufnr, 0, -1, false), { 'a', 'b', 'c' }))
  end,
  ['edits of text are taken in both forms, and of files in none'] = function()
    local edits = { { newText = 'x' } }
    local versioned = { textDocument = { uri = 'file:///a', version = 1 }, edits = edits }
    local expected = { ['file:///a'] = edits }
    assert(vim.deep_equal(edit.by_document({ changes = expected }), expected))
    local both = { documentChanges = { versioned }, changes = vim.NIL }
    assert(vim.deep_equal(edit.by_document(both), expected))
    local deletion = { documentChanges = { { kind = 'delete', uri = 'file:///a' } } }
    local documents, problem = edit.by_document(deletion)
    assert(not documents and problem:find('delete a file', 1, true))
  end,
  ['rows stand in columns, whatever is missing'] = function()
    local rows, states = experts.rows({
      {
        name = 'go',
        state = 'warm',
        sizeBytes = 252e6,
        probability = 1,
        pinned = true,
        reason = 'r',
      },
      {
        name = 'größer',
        state = 'failed',
        sizeBytes = vim.NIL,
        probability = 0,
        pinned = false,
        reason = '',
        error = 'no\nmemory',
      },
    })
    assert(rows[1] == 'go     * in memory         252 MB  100%  r', rows[1])
    assert(rows[2] == 'größer   failed                 –    0%  no memory', rows[2])
    assert(rows[2]:sub(states[2][1] + 1, states[2][2]) == 'failed')
  end,
}
