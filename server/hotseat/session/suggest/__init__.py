"""Inline completions of one window, from a snapshot to a shown suggestion and its outcome."""
