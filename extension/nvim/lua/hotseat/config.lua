--- The options of `setup`: their defaults, and what is wrong with those given.

local M = {}

--- Options that the server reads when it starts; each may be left out.
---@class hotseat.InitOptions
---@field roster? string A roster that comes with Hotseat (`ollama`, `starter`, `adapters`), or a file.
---@field engineUrl? string The engine at this address instead of the roster's.
---@field budgetBytes? integer Memory for models, instead of the roster's budget.
---@field trusted? boolean The workspace's own experts.yaml may name hosts, paths and budgets.
---@field watchFiles? boolean Languages of files that other programs change count a little. Default: true.
---@field indexSymbols? boolean Index the definitions in the workspace. Default: true.
---@field forecast? boolean Learn habits, and load ahead by them. Default: true.
---@field debounceMs? integer Milliseconds without a key before the engine is asked. Default: 0.
---@field maxLines? integer The longest suggestion, 12 at most. Default: 12.
---@field sendOpenFiles? boolean Prompts hold pieces of other open files. Default: true.
---@field nextEdits? boolean Offer the change that follows from the last one. Default: true.

---@class hotseat.SuggestionOpts
---@field enabled? boolean Show suggestions. Default: true.
---@field native? boolean Neovim's own inline completion, where it has one (0.12). Default: false.
---@field debounce_ms? integer Pause in typing before a request. Default: 0. Not with `native`.

---@class hotseat.NextEditOpts
---@field enabled? boolean Ask for next edits, and show them. Default: true.
---@field debounce_ms? integer Pause after a change before a request. Default: 300.

--- `false` for none. The first five are of insert mode; without a suggestion they do what they did
--- before. The others are those of an answer's buffer.
---@class hotseat.KeyOpts
---@field accept? string|false Default: `<Tab>`.
---@field accept_word? string|false Default: `<M-Right>`.
---@field accept_line? string|false Default: `<M-C-Right>`.
---@field dismiss? string|false Default: `<C-]>`.
---@field request? string|false Default: `<M-Bslash>`.
---@field next_edit? string|false In normal mode, while a next edit is shown. Default: `<Tab>`.
---@field dismiss_next_edit? string|false The same. Default: `<Esc>`.
---@field yank_code? string|false Default: `gy`.
---@field insert_code? string|false Default: `gi`.
---@field apply_code? string|false Default: `ga`.
---@field next_code? string|false Default: `]c`.
---@field previous_code? string|false Default: `[c`.

---@class hotseat.WindowOpts
---@field layout? 'float'|'split'|'vsplit' Where asking, experts and diffs show. Default: `float`.
---@field width? number Part of the screen's columns, 0 to 1. Default: 0.8. For `split` no matter.
---@field height? number Part of the screen's lines, 0 to 1. Default: 0.7. For `vsplit` no matter.
---@field border? string As in |'winborder'|. Default: `rounded`.

---@alias hotseat.Cmd string[]|fun(dispatchers: vim.lsp.rpc.Dispatchers, config?: vim.lsp.ClientConfig): vim.lsp.rpc.PublicClient

---@class hotseat.Opts
---@field cmd? hotseat.Cmd How to start the server. Default: `{ 'hotseat', 'lsp' }`.
---@field filetypes? string[] Default: all; the roster says which languages have an expert.
---@field init_options? hotseat.InitOptions
---@field suggestions? hotseat.SuggestionOpts
---@field next_edits? hotseat.NextEditOpts
---@field keys? hotseat.KeyOpts|false `false`: none of these keys.
---@field window? hotseat.WindowOpts

---@class (exact) hotseat.Config
---@field cmd hotseat.Cmd
---@field filetypes? string[]
---@field init_options hotseat.InitOptions
---@field suggestions { enabled: boolean, native: boolean, debounce_ms: integer }
---@field next_edits { enabled: boolean, debounce_ms: integer }
---@field keys table<string, string|false>
---@field window { layout: string, width: number, height: number, border: string }

---@type hotseat.Config
M.defaults = {
  cmd = { 'hotseat', 'lsp' },
  filetypes = nil,
  init_options = {},
  suggestions = { enabled = true, native = false, debounce_ms = 0 },
  next_edits = { enabled = true, debounce_ms = 300 },
  keys = {
    accept = '<Tab>',
    accept_word = '<M-Right>',
    accept_line = '<M-C-Right>',
    dismiss = '<C-]>',
    request = '<M-Bslash>',
    next_edit = '<Tab>',
    dismiss_next_edit = '<Esc>',
    yank_code = 'gy',
    insert_code = 'gi',
    apply_code = 'ga',
    next_code = ']c',
    previous_code = '[c',
  },
  window = { layout = 'float', width = 0.8, height = 0.7, border = 'rounded' },
}

local function is_key(value)
  return value == false or (type(value) == 'string' and value ~= '')
end

local function is_part(value)
  return type(value) == 'number' and value > 0 and value <= 1
end

local function is_delay(value)
  return type(value) == 'number' and value >= 0
end

local LAYOUTS = { 'float', 'split', 'vsplit' }

local function is_layout(value)
  return vim.list_contains(LAYOUTS, value)
end

local KEY = { is_key, 'a key or false' }
local PART = { is_part, 'a number above 0, at most 1' }

--- Option → what vim.validate wants to know: a type, or a check and its words.
---@type table<string, any>
M.rules = {
  cmd = { { 'table', 'function' } },
  filetypes = { 'table' },
  init_options = {
    roster = { 'string' },
    engineUrl = { 'string' },
    budgetBytes = { 'number' },
    trusted = { 'boolean' },
    watchFiles = { 'boolean' },
    indexSymbols = { 'boolean' },
    forecast = { 'boolean' },
    debounceMs = { is_delay, 'milliseconds' },
    maxLines = { 'number' },
    sendOpenFiles = { 'boolean' },
    nextEdits = { 'boolean' },
  },
  suggestions = {
    enabled = { 'boolean' },
    native = { 'boolean' },
    debounce_ms = { is_delay, 'milliseconds' },
  },
  next_edits = {
    enabled = { 'boolean' },
    debounce_ms = { is_delay, 'milliseconds' },
  },
  keys = {
    accept = KEY,
    accept_word = KEY,
    accept_line = KEY,
    dismiss = KEY,
    request = KEY,
    next_edit = KEY,
    dismiss_next_edit = KEY,
    yank_code = KEY,
    insert_code = KEY,
    apply_code = KEY,
    next_code = KEY,
    previous_code = KEY,
  },
  window = {
    layout = { is_layout, table.concat(LAYOUTS, ', ') },
    width = PART,
    height = PART,
    border = { 'string' },
  },
}

--- Raises with the name of the first option that is unknown or of the wrong kind.
---@param opts table
---@param rules table<string, any>
---@param path string
local function check(opts, rules, path)
  for name in vim.spairs(opts) do
    if not rules[name] then
      local known = table.concat(vim.fn.sort(vim.tbl_keys(rules)), ', ')
      error(("there is no option '%s%s'; there are %s"):format(path, name, known), 0)
    end
  end
  for name, rule in vim.spairs(rules) do
    local value = opts[name]
    if rule[1] then
      vim.validate(path .. name, value, rule[1], true, rule[2])
    else
      vim.validate(path .. name, value, 'table', true)
      check(value or {}, rule, path .. name .. '.')
    end
  end
end

--- Your options over the defaults. Raises where one is wrong, and names it.
---@param opts? hotseat.Opts
---@return hotseat.Config
function M.resolve(opts)
  vim.validate('opts', opts, 'table', true)
  opts = opts or {}
  local keys = opts.keys
  local given = vim.tbl_extend('force', opts, { keys = keys or nil })
  if keys == false then
    given.keys = nil
  end
  check(given, M.rules, '')
  local config = vim.tbl_deep_extend('force', M.defaults, given)
  -- Lists are taken whole, not merged.
  config.cmd = opts.cmd or M.defaults.cmd
  config.filetypes = opts.filetypes
  if keys == false then
    config.keys = {}
  end
  return config
end

--- What `setup` was given; the defaults before it.
---@type hotseat.Config
M.current = M.defaults

return M
