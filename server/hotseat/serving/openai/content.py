"""The content of a message in OpenAI's API: a text, or a list of parts. Pure."""

from __future__ import annotations


def text_of(content: object) -> str:
    """Return the text of a message's content: a text, or OpenAI's list of parts."""
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        return ""
    parts = (part.get("text") for part in content if isinstance(part, dict))
    return "\n".join(text for text in parts if isinstance(text, str))
