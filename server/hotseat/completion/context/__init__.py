"""Pure: text of other places for a prompt: definitions, imports, similar chunks, edits."""
