"""Sizes in bytes as texts for users."""

from __future__ import annotations


def known_size_text(size_bytes: int) -> str:
    """Return a text such as `12 kB`, `986 MB` or `1.7 GB`, in powers of 1000."""
    if 0 < size_bytes < 1e6:
        return f"{size_bytes / 1e3:.0f} kB"
    return f"{size_bytes / 1e9:.1f} GB" if size_bytes >= 1e9 else f"{size_bytes / 1e6:.0f} MB"
