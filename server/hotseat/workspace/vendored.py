"""What is not written by hand: folders of tools, vendored, generated and minified files.

The one list for watching, mining, training, measuring. Pure: judges names and texts, reads nothing.
"""

from __future__ import annotations

import re

TOOL_FOLDERS = frozenset(
    {".git", ".hg", ".svn", ".venv", "__pycache__", "bower_components", "node_modules", "venv"}
)
"""Folders that tools fill by the thousand. Never looked into, whether git ignores them or not."""
BUILT_FOLDERS = frozenset(
    {"bin", "build", "coverage", "dist", "env", "obj", "out", "target", "third_party", "vendor"}
)
"""Left out too where no git says what is built and what is written."""

MAX_MEAN_LINE_CHARS = 120
_HEAD_CHARS = 2000
_NOT_WRITTEN_BY_HAND = re.compile(
    r"(^|/)(vendor|vendored|node_modules|third_party|third-party|bower_components|dist|build"
    r"|generated|__generated__|__snapshots__|\.yarn|\.venv)/"
    r"|(^|/)(package-lock|pnpm-lock|yarn\.lock|go\.sum|Pipfile\.lock|Cargo\.lock)"
    r"|\.min\.(js|css)$|\.(pb|gen|generated)\.[^/]+$|_pb2(_grpc)?\.pyi?$|\.lock$|\.map$|\.snap$",
    re.IGNORECASE,
)
_LOOKS_VENDORED = re.compile(
    r"(^|/)(vendors?|third[_-]?party|external|plugins?/[^/]*\d\.\d|lib/jquery)"
)
_SAYS_GENERATED = re.compile(
    r"@generated|\b(auto-?)?generated (by|from|file|code)\b|\bcode generated\b"
    r"|do not (edit|modify)|\bautomatically generated\b",
    re.IGNORECASE,
)


def written_by_hand(path: str) -> bool:
    """Return whether a file is none of these by its path in the workspace, with "/": vendored,
    generated, minified, or a lock file."""
    return _NOT_WRITTEN_BY_HAND.search(path) is None


def looks_vendored(path: str) -> bool:
    """Return whether the path may be of vendored code, in doubt yes.

    For measurements, which a copied library would distort, and which lose nothing by a file less.
    """
    return _LOOKS_VENDORED.search(path) is not None


def says_generated(text: str) -> bool:
    """Return whether the first 2,000 characters say that a program wrote the file."""
    return _SAYS_GENERATED.search(text[:_HEAD_CHARS]) is not None


def is_minified(text: str, *, max_line_chars: int) -> bool:
    """Return whether one line, or the mean line, is longer than in code written by hand."""
    lines = text.split("\n")
    return max(map(len, lines)) > max_line_chars or len(text) / len(lines) > MAX_MEAN_LINE_CHARS
