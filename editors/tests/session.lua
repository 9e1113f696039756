-- Findings and completion: plays a session in Neovim without a screen.
local neovim = dofile(vim.env.HERE .. "/neovim.lua")
local told, wait, rules, open = neovim.told, neovim.wait, neovim.rules, neovim.open

local function session()
  local plan, records = vim.env.PLAN, vim.env.RECORDS
  local buffer, client = open(plan)
  told.root, told.encoding = client.root_dir, client.offset_encoding

  -- Typing behind signs beyond the first plane, and taking it back.
  local at = vim.fn.search("^owner") - 1
  vim.api.nvim_buf_set_lines(buffer, at, at + 1, true, { 'onwer = "🚀 ana"' })
  wait("unknown-key", function() return rules(buffer)["unknown-key"] end)
  told.typo = rules(buffer)["unknown-key"]
  told.modified = vim.bo[buffer].modified
  vim.cmd.undo()
  wait("no unknown-key", function() return not rules(buffer)["unknown-key"] end)

  -- What another file makes of a change that is not saved.
  local table_ = vim.fn.search("^.key_results.canary") - 1
  vim.api.nvim_buf_set_lines(buffer, table_, table_ + 1, true, { "[key_results.canaries]" })
  vim.cmd.edit(records)
  local other = vim.api.nvim_get_current_buf()
  wait("unknown-key-result", function() return rules(other)["unknown-key-result"] end)
  told.elsewhere = rules(other)["unknown-key-result"]

  -- Today's record.
  local last = vim.fn.search("canary on")
  vim.api.nvim_buf_set_lines(other, last, last, true, { "2" })
  vim.api.nvim_win_set_cursor(0, { last + 1, 1 })
  local answers = vim.lsp.buf_request_sync(other, "textDocument/completion", vim.lsp.util.make_position_params(0, client.offset_encoding), 30000)
  told.proposed = {}
  for _, item in ipairs(answers[client.id].result.items) do
    table.insert(told.proposed, item.label)
    if item.label == "2026-11-21 = 150" then
      vim.lsp.util.apply_text_edits({ item.textEdit }, other, client.offset_encoding)
    end
  end
  told.line = vim.api.nvim_buf_get_lines(other, last, last + 1, true)[1]

  -- Another kind of TOML is no business of the server.
  vim.cmd.edit(vim.env.OUTSIDE)
  vim.wait(500)
  told.outside = #vim.lsp.get_clients({ bufnr = vim.api.nvim_get_current_buf() })

  client:stop()
  wait("the end", function() return client:is_stopped() end)
  told.ended = true
end

neovim.play(session)
