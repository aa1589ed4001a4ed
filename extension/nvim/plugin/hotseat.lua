-- The command; all else waits for `require('hotseat').setup()`.
if vim.g.loaded_hotseat then
  return
end
vim.g.loaded_hotseat = true

if vim.fn.has('nvim-0.11') == 0 then
  vim.notify('Hotseat: this needs Neovim 0.11 or later', vim.log.levels.ERROR)
  return
end

vim.api.nvim_create_user_command('Hotseat', function(call)
  require('hotseat.commands').run(call)
end, {
  nargs = '*',
  range = true,
  bang = true,
  complete = function(lead, line)
    return require('hotseat.commands').complete(lead, line)
  end,
  desc = 'Hotseat: status, ask, edit, experts and more',
})
