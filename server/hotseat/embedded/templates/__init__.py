"""Prompt templates in Go's text/template language, as Ollama's `template` has them, within limits.

No I/O; the date is read from the clock. Templates come from other people, so parsing and execution
are bounded in depth, steps and output.
"""
