"""How a language writes comments."""

from __future__ import annotations

from hotseat.languages.tables import BLOCK_COMMENTS, LINE_COMMENTS


def line_comment(language: str | None) -> str | None:
    """The token that makes the rest of a line a comment; None when the language has none."""
    return LINE_COMMENTS.get(language or "")


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
