"""The quality of suggestions, measured on existing code."""
