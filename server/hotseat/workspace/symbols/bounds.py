"""How much of a workspace is indexed. What exceeds it is left out, and reported."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexBounds:
    max_files: int = 20_000
    """Those that define something first, then the shallowest."""
    max_listed: int = 300_000
    """Names that are read from git or from folders."""
    max_file_bytes: int = 1_000_000
    """A larger file was mostly written by a program."""
    max_total_bytes: int = 400_000_000
    """Of all files that are parsed."""
    list_s: float = 60.0
    """Seconds for listing the files."""


DEFAULT_BOUNDS = IndexBounds()
