"""One file per LSP request: convert, delegate to the session, convert back."""
