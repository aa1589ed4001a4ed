"""Pure: files that no model may see, and secrets hidden in the others."""
