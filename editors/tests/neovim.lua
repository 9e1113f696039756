-- What sessions in Neovim have in common: waiting, findings by rule, and telling what came of it as JSON.
local M = { told = {} }

function M.wait(what, true_)
  if not vim.wait(30000, true_, 20) then
    error("waited in vain for " .. what)
  end
end

function M.rules(buffer)
  local found = {}
  for _, one in ipairs(vim.diagnostic.get(buffer)) do
    found[one.code] = { line = one.lnum + 1, column = one.col, severity = one.severity, message = one.message }
  end
  return found
end

--- Opens a file and waits until the server answers for it.
function M.open(path)
  vim.cmd.edit(path)
  local buffer = vim.api.nvim_get_current_buf()
  local function clients()
    return vim.lsp.get_clients({ bufnr = buffer, name = "goals" })
  end
  M.wait("the server", function() return #clients() == 1 end)
  M.wait("its welcome", function() return clients()[1].initialized end)
  return buffer, clients()[1]
end

--- Plays a session and writes what was told.
function M.play(session)
  local fine, trouble = pcall(session)
  M.told.trouble = not fine and tostring(trouble) or nil
  vim.fn.writefile({ vim.json.encode(M.told) }, vim.env.TOLD)
  vim.cmd("qall!")
end

return M
