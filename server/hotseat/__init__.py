"""Hotseat: keeps the right small model in memory for the code under your cursor."""

__version__ = "0.1.0"
