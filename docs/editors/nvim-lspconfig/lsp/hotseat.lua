---@brief
---
--- https://github.com/hotseat-dev/hotseat
---
--- Keeps small language models in memory for the code under your cursor, and suggests by inline completion.
---
--- ```sh
--- pip install 'hotseat[embedded]'   # without [embedded] if you have Ollama
--- hotseat setup                     # proposes models for this machine, and downloads them
--- ```
---
--- Neovim 0.12 shows suggestions with `vim.lsp.inline_completion.enable()`. The project's own plugin shows them in 0.11
--- too, and has questions, edits and a status line.
---
--- `filetypes` is not set: the server's roster says which languages have a model.

---@type vim.lsp.Config
return {
  cmd = { 'hotseat', 'lsp' },
  root_markers = { '.hotseat', '.git' },
}
