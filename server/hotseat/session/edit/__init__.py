"""Edits of lines by a model: one selection for an editor, and the steps of tasks."""
