"""Languages by the look of a file's first lines.

Owns the signs of files whose name shows no language.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_BY_BEGINNING: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("php", re.compile(r"<\?php\b")),
    (
        "html",
        re.compile(
            r"(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html)\b", re.I | re.S
        ),
    ),
    ("xml", re.compile(r"<\?xml\b")),
    ("json", re.compile(r'\{\s*(?:"(?:\\.|[^"\\\n])*"\s*:|\}\s*\Z)|\[\s*\{\s*"')),
    (
        "yaml",
        re.compile(
            r"%YAML\b|---[ \t]*(?:#[^\n]*)?\n(?:#[^\n]*\n|[ \t]*\n)*[\w.-]+:(?:[ \t]|\n|\Z)"
        ),
    ),
    (
        "dockerfile",
        re.compile(
            r"#\s*syntax\s*=\s*docker"
            r"|(?![\s\S]*^[\w-]+:[ \t]*$)(?:#[^\n]*\n|[ \t]*\n)*"
            r"FROM[ \t]+\S+(?:[ \t]+AS[ \t]+\S+)?[ \t]*(?:\n|\Z)",
            re.MULTILINE,
        ),
    ),
    ("go", re.compile(r"(?://[^\n]*\n|[ \t]*\n)*package[ \t]+\w+[ \t]*\n")),
)


def by_content(first_lines: Sequence[str], *, has_extension: bool = False) -> str | None:
    """Of a file whose name shows no language, by how it begins.

    An extension that nothing is known of belongs to some other language: its files may begin as
    those of Go do.
    """
    text = "\n".join(first_lines[:20]).lstrip("\ufeff \t\n")
    signs = _BY_BEGINNING[:-1] if has_extension else _BY_BEGINNING
    return next((language for language, sign in signs if sign.match(text)), None)
