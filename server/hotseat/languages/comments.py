"""Comments that name things to a model: `// path/to/file.go` above a piece of context.

Owns how a language writes a comment of one line.
"""

from __future__ import annotations

from hotseat.languages.tables import BLOCK_COMMENTS, LINE_COMMENTS


def line_comment(language: str | None) -> str | None:
    """The token that makes the rest of a line a comment; None when the language has none."""
    return LINE_COMMENTS.get(language or "")


def as_comment(text: str, language: str | None) -> str | None:
    """One line of text as a comment; None in a language without comments (JSON, plain text)."""
    text = " ".join(text.split())
    token = line_comment(language)
    if token is not None:
        return f"{token} {text}"
    if language in BLOCK_COMMENTS:
        opening, closing = BLOCK_COMMENTS[language]
        return f"{opening} {text.replace(closing, '')} {closing}"
    return None


def comment_lines(text: str, language: str | None) -> str | None:
    """Several lines as comments, indentation kept; None in a language without comments."""
    lines = text.split("\n")
    token = line_comment(language)
    if token is not None:
        return "\n".join(f"{token} {line}".rstrip() for line in lines)
    if language in BLOCK_COMMENTS:
        opening, closing = BLOCK_COMMENTS[language]
        while closing in text:
            text = text.replace(closing, "")
        return f"{opening} {text} {closing}"
    return None
