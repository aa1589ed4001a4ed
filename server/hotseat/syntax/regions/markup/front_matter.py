"""The block between fences at the beginning of a file: YAML or TOML in Markdown, a script in Astro.

Owns what makes the first lines of a file such a block. A line of dashes alone may be a rule; dashes
and a name, as generators of sites read them (`---js`), are none.
"""

from __future__ import annotations

import re

from hotseat.syntax.regions.place import LOOK_AHEAD_CHARS, LOOK_BACK_CHARS, Found, Place

_FENCES = {
    "+++": "toml",
    "---": "yaml",
    "---javascript": "javascript",
    "---js": "javascript",
    "---json": "json",
    "---toml": "toml",
    "---yaml": "yaml",
    "---yml": "yaml",
}
_FENCE_BYTES = 3
_FIRST = {
    "yaml": re.compile(
        r"(?:[ \t]*(?:#[^\n]*)?\n)*(?:[\"']?[\w$@][\w .$@/-]*[\"']?[ \t]*:(?:\s|\Z)|[{?-] )"
    ),
    "toml": re.compile(r"(?:[ \t]*#[^\n]*\n|\s)*(?:[\w.\"'-]+[ \t]*=|\[)"),
}
"""How the first line of the content begins."""
_BEING_TYPED = re.compile(r"[ \t]*[\w\"'-]*\Z")


def in_front_matter(place: Place) -> Found | None:
    """The block's content, if the cursor is in it."""
    text = whole_text_before(place)
    opened = None if text is None else _opened(text)
    if opened is None:
        return None
    language, fence, content = opened
    if _end(fence, content) is not None:
        return None
    if language == "yaml" and re.search(r"^\.\.\.[ \t]*$", content, re.MULTILINE):
        return None
    head = content + place.line_after()
    if language == "yaml" and not head.partition("\n")[0].strip() and not _is_closed(fence, place):
        return None
    first = _FIRST.get(language)
    if first and not first.match(head) and not _BEING_TYPED.match(content):
        return None
    return Found(language=language, text=content)


def in_front_matter_of_html(place: Place) -> Found | None:
    """The same in a page or a template, of which few have such a block: one look at its start."""
    return in_front_matter(place) if place.slice(0, _FENCE_BYTES) == "---" else None


def text_after_front_matter(text: str) -> str:
    """A text from its beginning on, without such a block that ends in it."""
    opened = _opened(text) if text.startswith("---") else None
    end = None if opened is None else _end(*opened[1:])
    return text if opened is None or end is None else opened[2][end:]


def holds(place: Place, byte: int) -> bool:
    """Whether the offset is in such a block at the file's beginning."""
    if byte > LOOK_BACK_CHARS or place.slice(0, _FENCE_BYTES) != "---":
        return False
    opened = _opened(place.slice(0, byte))
    return opened is not None and _end(*opened[1:]) is None


def _opened(text: str) -> tuple[str, str, str] | None:
    """Language, closing fence and what follows the first line."""
    first, newline, content = text.partition("\n")
    language = _FENCES.get(first.rstrip())
    return (language, first[:_FENCE_BYTES], content) if language and newline else None


def _end(fence: str, content: str) -> int | None:
    """Where the closing fence ends."""
    found = re.search(rf"^{re.escape(fence)}[ \t]*$", content, re.MULTILINE)
    return None if found is None else found.end()


def _is_closed(fence: str, place: Place) -> bool:
    """Whether the end of the block is in sight: a blank line may follow a rule, too."""
    after = place.after(LOOK_AHEAD_CHARS)
    return _end(fence, after) is not None


def whole_text_before(place: Place) -> str | None:
    """The text from the beginning of the file, or of the region, on; None if that is far away."""
    text = place.before(LOOK_BACK_CHARS)
    return text if len(text) < LOOK_BACK_CHARS else None
