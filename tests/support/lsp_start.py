"""A roster of three experts, and the type of the fixture that starts language servers with it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from support.lsp_client import LspClient

ROSTER = """\
engine: ollama
budget: 600MB
generalist: {name: generalist, model: "general:1b", fim: none}
experts:
  - {name: go, languages: [go], model: "go:1b", fim: none}
  - {name: markup, languages: [html, css, javascript], model: "web:1b", fim: none}
  - {name: sql, languages: [sql], model: "missing:7b", fim: none}
"""

Start = Callable[..., Awaitable[LspClient]]
