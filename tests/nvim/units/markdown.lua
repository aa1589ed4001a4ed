local markdown = require('hotseat.markdown')

local LINES = { 'a', '```go', 'x', '~~~', '```', 'b', '````', '```', '````', '~~~', 'open' }

local function code_at(row)
  local block = markdown.block_at(LINES, row)
  return block and block.code
end

return {
  ['the code block that holds a row'] = function()
    assert(vim.deep_equal(code_at(3), { 'x', '~~~' }))
    assert(vim.deep_equal(code_at(5), { 'x', '~~~' }), 'on its fence')
    assert(vim.deep_equal(code_at(8), { '```' }), 'a longer fence')
    assert(vim.deep_equal(code_at(11), { 'open' }), 'not ended yet')
    assert(code_at(1) == nil)
    assert(code_at(6) == nil)
  end,
  ['all blocks, and which is not finished'] = function()
    local found = vim.tbl_map(function(block)
      return { block.first, block.last, block.is_closed }
    end, markdown.code_blocks(LINES))
    local expected = { { 2, 5, true }, { 7, 9, true }, { 10, 11, false } }
    assert(vim.deep_equal(found, expected), vim.inspect(found))
    assert(vim.deep_equal(markdown.code_blocks({ '```' })[1].code, {}))
  end,
  ['code goes as deep as where it is put, unless it is deep already'] = function()
    local code = { 'if x:', '    y()', '', 'z()' }
    local deeper = { '  if x:', '      y()', '', '  z()' }
    assert(vim.deep_equal(markdown.indented(code, '  '), deeper))
    assert(vim.deep_equal(markdown.indented(code, ''), code))
    assert(vim.deep_equal(markdown.indented(deeper, '    '), deeper))
  end,
}
