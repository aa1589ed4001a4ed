"""Six LoRA adapters for Hotseat's roster `adapters`, as files beside this one, with their cards.

Hotseat finds the package by its entry point and imports nothing of it.
"""
