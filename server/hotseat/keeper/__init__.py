"""The process that owns residency: the lock, the socket that windows connect to, the engine driver.

Decisions are made in `residency`; this folder carries them out and
reports its state to every window.
"""
