local pieces = require('hotseat.pieces')

local function all(part, text)
  local found = {}
  while text ~= '' do
    local piece = pieces[part](text)
    assert(piece ~= '', 'nothing was taken of ' .. vim.inspect(text))
    table.insert(found, piece)
    text = text:sub(#piece + 1)
  end
  return found
end

return {
  ['words go by letters, then by signs, blanks before them'] = function()
    local expected = { 'fmt', '.', 'Println', '(', 'größe_1', ')', '\n\t}' }
    assert(vim.deep_equal(all('word', 'fmt.Println(größe_1)\n\t}'), expected))
    assert(vim.deep_equal(all('word', ' x  \n'), { ' x', '  \n' }))
  end,
  ['lines leave the break to the next one'] = function()
    assert(vim.deep_equal(all('line', 'a()\n\tb\n\n}'), { 'a()', '\n\tb', '\n', '\n}' }))
  end,
  ['the rest is what was not typed'] = function()
    assert(pieces.rest('Println()', 4, 'fmt.', 4) == 'Println()')
    assert(pieces.rest('Println()', 4, 'fmt.Pri', 7) == 'ntln()')
    assert(pieces.rest('Println()', 4, 'fmt.Pri)', 7) == 'ntln()', 'text behind the cursor')
    assert(pieces.rest('Println()', 4, 'fmt.Sp', 6) == nil)
    assert(pieces.rest('Println()', 4, 'fmt', 3) == nil, 'deleted')
  end,
}
