-- What the guide says to put into the configuration of Neovim 0.11 and later.
vim.lsp.config("goals", {
  cmd = { "goals", "lsp" },
  filetypes = { "toml" },
  root_markers = { "goals.toml" },
  workspace_required = true,
})
vim.lsp.enable("goals")
