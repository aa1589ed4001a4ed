--- `nvim --clean -l run.lua FILE`: runs the functions in FILE's table; each is a test, and its key
--- says what holds. Exits with 1 if one fails.

local failed = 0
for name, test in vim.spairs(dofile(_G.arg[1])) do
  local ok, problem = xpcall(test, debug.traceback)
  if not ok then
    failed = failed + 1
    io.stderr:write(('FAILED %s\n%s\n'):format(name, problem))
  end
end
os.exit(failed > 0 and 1 or 0)
