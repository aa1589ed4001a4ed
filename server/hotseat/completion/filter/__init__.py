"""Pure: whether a suggestion is shown, and what became of it."""
