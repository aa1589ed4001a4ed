local backoff = require('hotseat.backoff')

return {
  ['each end is waited for longer, and the fifth is given up'] = function()
    local ends, delay_ms = {}, nil
    local delays = {}
    for now_ms = 1000, 4000, 1000 do
      ends, delay_ms = backoff.ended(ends, now_ms)
      table.insert(delays, delay_ms)
    end
    assert(vim.deep_equal(delays, { 500, 1000, 2000, 4000 }), vim.inspect(delays))
    ends, delay_ms = backoff.ended(ends, 5000)
    assert(delay_ms == nil and #ends == 5)
  end,
  ['ends of long ago do not count'] = function()
    local ends, delay_ms = backoff.ended({ 0, 1, 2, 3, 170000 }, 180001)
    assert(vim.deep_equal(ends, { 2, 3, 170000, 180001 }) and delay_ms == 4000, vim.inspect(ends))
    ends, delay_ms = backoff.ended(ends, 1e9)
    assert(vim.deep_equal(ends, { 1e9 }) and delay_ms == 500)
  end,
  ['no wait is longer than the longest'] = function()
    local rule = backoff.RULE
    backoff.RULE = vim.tbl_extend('force', rule, { max_ends = 99 })
    local _, delay_ms = backoff.ended({ 1, 2, 3, 4, 5, 6, 7, 8 }, 9)
    backoff.RULE = rule
    assert(delay_ms == 30000)
  end,
}
