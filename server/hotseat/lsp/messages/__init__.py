"""Messages that do not go through lsprotocol's converter."""
