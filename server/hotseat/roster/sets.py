"""Which set of code models a machine's memory has room for. Pure."""

from __future__ import annotations

CODE = "code"
"""`use: code` means the set for the machine."""

_GIB = 1 << 30
_SETS = (("code-32gb", 28 * _GIB), ("code-16gb", 14 * _GIB), ("code-8gb", 0))
"""Names, and the memory from which they are chosen: a machine that is sold with 16 GB reports a
little less, because the firmware and a graphics unit keep some."""

CODE_SETS = tuple(name for name, _ in reversed(_SETS))
CODE_LEAST_BYTES = 6 * _GIB
"""With less memory, the smallest set would not fit into its budget of 40 %."""


def code_set(total_bytes: int) -> str:
    """Return the name of the largest set for a machine with so much memory."""
    return next(name for name, least_bytes in _SETS if total_bytes >= least_bytes)
