"""Next edits of one window: what was edited, and one offer when the editor asks."""
