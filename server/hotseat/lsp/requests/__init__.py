"""One file per LSP request: convert the parameters, call the session, convert the result."""
