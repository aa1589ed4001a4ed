local config = require('hotseat.config')

local function refused(opts, part)
  local ok, problem = pcall(config.resolve, opts)
  assert(not ok and problem:find(part, 1, true), tostring(problem))
end

return {
  ['nothing given is the defaults'] = function()
    assert(vim.deep_equal(config.resolve(), config.defaults))
    assert(vim.deep_equal(config.resolve({}), config.defaults))
  end,
  ['what is given stands beside the other defaults'] = function()
    local resolved = config.resolve({ keys = { accept = false }, window = { layout = 'split' } })
    assert(resolved.keys.accept == false and resolved.keys.dismiss == '<C-]>')
    assert(resolved.window.layout == 'split' and resolved.window.width == 0.8)
    assert(config.defaults.keys.accept == '<Tab>', 'the defaults stay')
  end,
  ['lists are taken whole'] = function()
    assert(vim.deep_equal(config.resolve({ cmd = { 'x' } }).cmd, { 'x' }))
  end,
  ['no keys at all'] = function()
    assert(vim.deep_equal(config.resolve({ keys = false }).keys, {}))
  end,
  ['what is wrong is named'] = function()
    refused({ comd = {} }, "there is no option 'comd'; there are cmd, ")
    refused({ window = { width = 2 } }, 'window.width: expected a number above 0, at most 1')
    refused({ suggestions = true }, 'suggestions: expected table, got boolean')
    refused({ init_options = { budgetBytes = '1' } }, 'init_options.budgetBytes: expected number')
  end,
}
