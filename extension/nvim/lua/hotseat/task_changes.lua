--- The edit of a task as changes that the user accepts one by one: by file and step.

local M = {}

local status = require('hotseat.status')

---@class hotseat.TaskChange
---@field uri string
---@field line integer From 1.
---@field label string What the change is, as the server describes it.
---@field accepted boolean
---@field edits table[] Of one document: an lsp.TextDocumentEdit's edits, or the file's creation.
---@field document table The lsp.OptionalVersionedTextDocumentIdentifier.
---@field create? table The lsp.CreateFile before it.

---@param edit lsp.WorkspaceEdit
---@param id? string
---@return string
local function label(edit, id)
  local annotation = id and (status.present(edit.changeAnnotations) or {})[id]
  if not annotation then
    return 'change'
  end
  local more = status.present(annotation.description)
  return more and ('%s: %s'):format(annotation.label, more) or annotation.label
end

--- One change for each document and step, in the order of the edit.
---@param edit lsp.WorkspaceEdit
---@return hotseat.TaskChange[]
function M.of(edit)
  local changes = {} ---@type hotseat.TaskChange[]
  local created = {} ---@type table<string, table>
  for _, operation in ipairs(status.present(edit.documentChanges) or {}) do
    if operation.kind == 'create' then
      created[operation.uri] = operation
    elseif operation.textDocument then
      local document = operation.textDocument
      local by_step = {} ---@type table<string, hotseat.TaskChange>
      for _, one in ipairs(operation.edits) do
        local id = status.present(one.annotationId) or ''
        local change = by_step[id]
        if not change then
          change = {
            uri = document.uri,
            line = one.range.start.line + 1,
            label = label(edit, id),
            accepted = true,
            edits = {},
            document = document,
            create = created[document.uri],
          }
          by_step[id] = change
          table.insert(changes, change)
        end
        change.line = math.min(change.line, one.range.start.line + 1)
        -- The user confirms here what the annotation asks for; Neovim would ask once more.
        table.insert(change.edits, { range = one.range, newText = one.newText })
      end
    end
  end
  return changes
end

--- The edit that makes the accepted changes alone; nil without any.
---@param changes hotseat.TaskChange[]
---@return lsp.WorkspaceEdit?
function M.accepted(changes)
  local operations = {} ---@type table[]
  local places = {} ---@type table<string, table>
  for _, change in ipairs(changes) do
    if change.accepted then
      local place = places[change.uri]
      if not place then
        if change.create then
          table.insert(operations, change.create)
        end
        place = { textDocument = change.document, edits = {} }
        places[change.uri] = place
        table.insert(operations, place)
      end
      vim.list_extend(place.edits, change.edits)
    end
  end
  return #operations > 0 and { documentChanges = operations } or nil
end

---@param change hotseat.TaskChange
---@return string
local function name(change)
  return vim.fn.fnamemodify(vim.uri_to_fname(change.uri), ':~:.')
end

---@param changes hotseat.TaskChange[]
---@return string[]
function M.lines(changes)
  return vim.tbl_map(function(change)
    local mark = change.accepted and 'x' or ' '
    local text = change.label:gsub('%s+', ' ')
    return ('[%s] %s:%d %s'):format(mark, name(change), change.line, text)
  end, changes)
end

--- For `setqflist`.
---@param changes hotseat.TaskChange[]
---@return table[]
function M.quickfix(changes)
  return vim.tbl_map(function(change)
    local file = vim.uri_to_fname(change.uri)
    return { filename = file, lnum = change.line, text = change.label:gsub('%s+', ' '), type = 'I' }
  end, changes)
end

return M
