"""Frozen values that every other folder shares. No I/O, no clock, no logging, no imports from
the rest of Hotseat.

Errors: `errors`. Text positions: `text`. What can be loaded: `experts`. What a user does:
`events`. Who needs what and how badly: `demand`. What is in memory, what to change: `residency`.
"""
