"""Models made for next edits: their prompts, and what their answers may change."""
