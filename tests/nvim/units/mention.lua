local mention = require('hotseat.mention')
local shown = require('hotseat.shown')

local ITEMS = {
  { id = 'selection', kind = 'selection', title = 'cart.go, line 3', bytes = 900, cut = false },
  { id = 'memory', kind = 'memory', title = '2 notes', bytes = 300, cut = true },
}

return {
  ['an @ is being typed after a space, a bracket or nothing'] = function()
    local before, typed = mention.at_end('why (@shop/ca')
    assert(before == 'why (' and typed == 'shop/ca')
    before, typed = mention.at_end('@')
    assert(before == '' and typed == '')
    before, typed = mention.at_end('see @"a b')
    assert(before == 'see ' and typed == '"a b')
    assert(mention.at_end('me@example.com') == nil)
    assert(mention.at_end('@cart is') == nil)
  end,
  ['without a server nothing is completed'] = function()
    assert(#mention.complete('why @car') == 0)
    assert(#mention.complete('why') == 0)
  end,
  ['one line says how much was shown'] = function()
    assert(shown.summary({}) == nil)
    local line = shown.summary(ITEMS)
    assert(line == '*Shown to the model: 2 parts, 1.2 kB (:Hotseat shown)*', line)
  end,
  ['the list has a line for each part, and for what was left out'] = function()
    local lines = shown.lines(ITEMS, { '@a\nb: no file' })
    assert(vim.deep_equal(lines, {
      'selection: cart.go, line 3, 900 bytes',
      'memory: 2 notes, 300 bytes, only its beginning',
      'not shown: @a b: no file',
    }))
  end,
}
