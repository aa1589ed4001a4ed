--- Pure: when a server that ended by itself is started again, and when that is given up.

local M = {}

---@class hotseat.BackoffRule
---@field first_delay_ms integer Doubled with each end.
---@field max_delay_ms integer
---@field max_ends integer So many within `window_ms`, and it is given up.
---@field window_ms integer

---@type hotseat.BackoffRule
M.RULE = { first_delay_ms = 500, max_delay_ms = 30000, max_ends = 5, window_ms = 180000 }

--- What to do about a server that ended now.
---@param ends integer[] When it ended before, in milliseconds.
---@param now_ms integer
---@return integer[] ends Those that still count, with this one.
---@return integer? delay_ms nil: give up, it ends again and again.
function M.ended(ends, now_ms)
  local rule = M.RULE
  local counting = vim.tbl_filter(function(at_ms)
    return now_ms - at_ms < rule.window_ms
  end, ends)
  table.insert(counting, now_ms)
  if #counting >= rule.max_ends then
    return counting, nil
  end
  return counting, math.min(rule.max_delay_ms, rule.first_delay_ms * 2 ^ (#counting - 1))
end

return M
