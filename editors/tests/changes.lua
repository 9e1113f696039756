-- Where things lead, and changes that are made: plays a session in Neovim without a screen.
local neovim = dofile(vim.env.HERE .. "/neovim.lua")
local told, wait, rules, open = neovim.told, neovim.wait, neovim.rules, neovim.open

local function put_cursor(pattern, offset)
  vim.api.nvim_win_set_cursor(0, { 1, 0 })
  vim.fn.search(pattern, "c")
  local place = vim.api.nvim_win_get_cursor(0)
  vim.api.nvim_win_set_cursor(0, { place[1], place[2] + offset })
end

neovim.play(function()
  local buffer, client = open(vim.env.PLAN)

  -- A slip, and the action that mends it.
  local at = vim.fn.search("^owner") - 1
  vim.api.nvim_buf_set_lines(buffer, at, at + 1, true, { 'onwer = "ana"' })
  wait("unknown-key", function() return rules(buffer)["unknown-key"] end)
  put_cursor("onwer", 1)
  vim.lsp.buf.code_action({ apply = true, filter = function(action) return action.title:find("Replace `onwer`", 1, true) end })
  wait("the slip to be mended", function() return vim.api.nvim_buf_get_lines(buffer, at, at + 1, true)[1] == 'owner = "ana"' end)

  -- A key result by another name, in the plan and in its records.
  put_cursor("lead-time", 2)
  vim.lsp.buf.rename("merge-to-live")
  wait("another name", function() return vim.fn.search("key_results.merge-to-live", "cnw") > 0 end)
  vim.cmd("wall")

  -- From a reference to the goal that it names.
  put_cursor("2026/grow", 7)
  vim.lsp.buf.definition()
  wait("the other file", function() return vim.api.nvim_buf_get_name(0):find("grow.toml", 1, true) end)
  told.there = vim.api.nvim_get_current_line()
  client:stop()
  wait("the end", function() return client:is_stopped() end)
end)
