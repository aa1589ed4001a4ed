--- A language server inside Neovim that does what a test says. Requests stay open until a test
--- answers them, or at once where `answers` has a function for their method.

local M = {
  ---@type { method: string, params: any, answer: fun(err: any, result: any), open: boolean }[]
  requests = {},
  ---@type { method: string, params: any }[]
  notifications = {},
  ---@type table<string, fun(params: any): any>
  answers = {},
}

local COMMANDS = vim.tbl_map(function(name)
  return 'hotseat.' .. name
end, { 'load', 'nextEditAccepted', 'pin', 'pull', 'suggestionAccepted', 'unload', 'unpin' })

local CAPABILITIES = {
  positionEncoding = 'utf-8',
  textDocumentSync = { openClose = true, change = 2 },
  inlineCompletionProvider = true,
  executeCommandProvider = { commands = COMMANDS },
}

M.answers.initialize = function()
  return { capabilities = CAPABILITIES }
end
M.answers.shutdown = function()
  return vim.NIL
end
M.answers['workspace/executeCommand'] = function(params)
  return { message = params.command .. ' was run' }
end

--- What `setup`'s `cmd` may be.
function M.cmd(dispatchers)
  local closing = false
  M.dispatchers = dispatchers
  return {
    request = function(method, params, callback, on_reply)
      local id = #M.requests + 1
      local request = { method = method, params = params, open = true }
      request.answer = function(err, result)
        request.open = false
        if on_reply then
          on_reply(id)
        end
        callback(err, result)
      end
      M.requests[id] = request
      local answer = M.answers[method]
      if answer then
        vim.schedule(function()
          request.answer(nil, answer(params))
        end)
      end
      return true, id
    end,
    notify = function(method, params)
      table.insert(M.notifications, { method = method, params = params })
      if method == 'exit' then
        M.exit(0)
      end
      return true
    end,
    is_closing = function()
      return closing
    end,
    terminate = function()
      closing = true
    end,
  }
end

--- End the server as a process does.
function M.exit(code)
  vim.schedule(function()
    M.dispatchers.on_exit(code, 0)
  end)
end

--- Parameters of every request or notification of that method so far.
function M.seen(method)
  local found = {}
  for _, messages in ipairs({ M.requests, M.notifications }) do
    for _, message in ipairs(messages) do
      if message.method == method then
        table.insert(found, message.params)
      end
    end
  end
  return found
end

--- Answer the newest request of that method.
function M.answer(method, result, problem)
  for index = #M.requests, 1, -1 do
    local request = M.requests[index]
    if request.method == method and request.open then
      return request.answer(problem and { code = -32803, message = problem } or nil, result)
    end
  end
  error('no open request ' .. method)
end

--- A piece of the answer to the newest request of that method.
function M.stream(method, value)
  local all = M.seen(method)
  M.push('$/progress', { token = all[#all].partialResultToken, value = value })
end

function M.push(method, params)
  M.dispatchers.notification(method, params)
end

--- Suggest `text` wherever it is asked for.
function M.suggest(text)
  M.answers['textDocument/inlineCompletion'] = function(params)
    local item = {
      insertText = text,
      range = { start = params.position, ['end'] = params.position },
      command = { title = '', command = 'hotseat.suggestionAccepted', arguments = { 's1' } },
    }
    return { items = text and { item } or {} }
  end
end

return M
