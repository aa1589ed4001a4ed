"""One file per LSP notification that changes state, plus the client's own events."""
