--- Windows of Hotseat's own: one buffer a purpose, shown as `window.layout` says.

local M = {}

local config = require('hotseat.config')

--- Purpose → its buffer, kept while it is valid.
---@type table<string, integer>
local buffers = {}

---@param purpose string
---@return integer bufnr
function M.buffer(purpose)
  local bufnr = buffers[purpose]
  if not bufnr or not vim.api.nvim_buf_is_valid(bufnr) then
    bufnr = vim.api.nvim_create_buf(false, true)
    vim.api.nvim_buf_set_name(bufnr, 'hotseat://' .. purpose)
    vim.bo[bufnr].bufhidden = 'hide'
    vim.bo[bufnr].modifiable = false
    vim.b[bufnr].hotseat_window = purpose
    buffers[purpose] = bufnr
    M.map(bufnr, 'q', M.close, 'close')
  end
  return bufnr
end

---@param bufnr integer
---@param key string
---@param action fun()
---@param what string
function M.map(bufnr, key, action, what)
  local opts = { buffer = bufnr, nowait = true, desc = 'Hotseat: ' .. what }
  vim.keymap.set('n', key, action, opts)
end

---@param bufnr integer
---@param first integer From 0.
---@param last integer Exclusive; -1 for the end.
---@param lines string[]
function M.set_lines(bufnr, first, last, lines)
  vim.bo[bufnr].modifiable = true
  vim.api.nvim_buf_set_lines(bufnr, first, last, false, lines)
  vim.bo[bufnr].modifiable = false
end

---@param title string
---@param keys string
---@return vim.api.keyset.win_config
local function float(title, keys)
  local opts = config.current.window
  local width = math.max(20, math.floor(vim.o.columns * opts.width))
  local height = math.max(3, math.floor(vim.o.lines * opts.height))
  return {
    relative = 'editor',
    width = width,
    height = height,
    col = math.floor((vim.o.columns - width) / 2),
    row = math.max(0, math.floor((vim.o.lines - height) / 2) - 1),
    border = opts.border,
    title = (' %s '):format(title),
    footer = (' %s '):format(keys),
    style = 'minimal',
  }
end

---@param layout string
---@return vim.api.keyset.win_config
local function split(layout)
  local opts = config.current.window
  if layout == 'vsplit' then
    local width = math.floor(vim.o.columns * opts.width / 2)
    return { split = 'right', width = math.max(20, width) }
  end
  return { split = 'below', height = math.max(3, math.floor(vim.o.lines * opts.height / 2)) }
end

--- Show a purpose's buffer and go there; into its window where it has one.
---@param purpose string
---@param opts { title: string, keys: string, wrap: boolean }
---@return integer bufnr
---@return integer window
function M.open(purpose, opts)
  local bufnr = M.buffer(purpose)
  local window = M.find(purpose)
  if window then
    vim.api.nvim_set_current_win(window)
    return bufnr, window
  end
  local layout = config.current.window.layout
  local is_float = layout == 'float'
  local place = is_float and float(opts.title, opts.keys) or split(layout)
  window = vim.api.nvim_open_win(bufnr, true, place)
  local function set(name, value)
    vim.api.nvim_set_option_value(name, value, { win = window, scope = 'local' })
  end
  set('wrap', opts.wrap)
  set('linebreak', opts.wrap)
  set('number', false)
  set('relativenumber', false)
  set('signcolumn', 'no')
  if not is_float then
    -- Cut at its end where it is too long.
    set('winbar', ('%%#Title#%s%%* %s%%<'):format(opts.title, (opts.keys:gsub('%%', '%%%%'))))
  end
  return bufnr, window
end

---@param purpose string
---@return integer? window In this tab page.
function M.find(purpose)
  for _, window in ipairs(vim.api.nvim_tabpage_list_wins(0)) do
    if vim.api.nvim_win_get_buf(window) == buffers[purpose] then
      return window
    end
  end
end

--- The current window, where it is not the last.
function M.close()
  pcall(vim.api.nvim_win_close, 0, false)
end

return M
