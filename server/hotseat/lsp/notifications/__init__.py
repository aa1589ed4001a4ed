"""One file per LSP notification that changes state, and one for Hotseat's own notifications."""
