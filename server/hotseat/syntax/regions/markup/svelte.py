"""Regions of Svelte and Astro: expressions in braces, and Astro's script between fences.

Owns which language their code is in; their scripts and styles are found as HTML's are.
"""

from __future__ import annotations

import re
from dataclasses import replace

from hotseat.syntax.regions import html
from hotseat.syntax.regions.markup import braces
from hotseat.syntax.regions.markup.front_matter import whole_text_before
from hotseat.syntax.regions.place import LOOK_AHEAD_CHARS, LOOK_BACK_CHARS, Found, Place

_SVELTE = braces.Syntax(in_quotes=True)
_ASTRO = braces.Syntax(jsx=True)
_BLOCK_WORD = re.compile(r"(?:[#:/@]\w*(?:\s+if\b)?)?\s*")
_TYPESCRIPT = re.compile(r"<script\b[^>]*\slang\s*=\s*[\"']?(?:ts|typescript)\b", re.IGNORECASE)
_FENCE = re.compile(r"^---[ \t]*$", re.MULTILINE)
_SCRIPT_TAG = re.compile(r"<script\b([^>]*)>", re.IGNORECASE)


def look(place: Place, language: str) -> Found | None:
    """`language` is svelte."""
    found = html.look(place, language)
    if found is not None:
        return found
    code = _open_code(place.before(braces.TEXT_CHARS), _SVELTE)
    if code is None:
        return None
    word = _BLOCK_WORD.match(code)
    if word is not None and word.end() == len(code) and word.group().strip():
        return None  # within "{#each"
    text = place.before(LOOK_BACK_CHARS)
    is_typed = _TYPESCRIPT.search(text) or _TYPESCRIPT.search(place.after(LOOK_AHEAD_CHARS))
    return Found(
        language="typescript" if is_typed else "javascript",
        text=code[word.end() :] if word else code,
    )


def look_in_astro(place: Place, language: str) -> Found | None:
    """`language` is astro."""
    text = whole_text_before(place)
    if text is None:
        text = place.before(LOOK_BACK_CHARS)
        text = text[braces.start_of_markup(text, is_whole=False) :]
    elif text.lstrip().startswith("---"):
        fences = list(_FENCE.finditer(text))[:2]
        if not fences or (place.line_before() + place.line_after()).rstrip() == "---":
            return None  # on a fence
        if len(fences) == 1:
            return Found(language="typescript", text=text[fences[0].end() + 1 :])
        text = text[fences[1].end() + 1 :]
    markup = place.inside(Found(language=language, text=text))
    found = html.look(markup, language)
    if found is not None:
        return _typed(found, text)
    code = _open_code(text[-braces.TEXT_CHARS :], _ASTRO)
    return None if code is None else Found(language="typescript", text=code)


def _typed(found: Found, text: str) -> Found:
    """Astro's scripts are TypeScript, if they are processed."""
    at = text.lower().rfind("<script")
    tag = _SCRIPT_TAG.match(text, at) if at >= 0 else None
    is_in_script = tag is not None and found.text == text[tag.end() :]
    if found.language != "javascript" or not is_in_script or tag is None:
        return found
    is_plain = "is:inline" in tag.group(1) or "type=" in tag.group(1) or "lang=" in tag.group(1)
    return found if is_plain else replace(found, language="typescript")


def _open_code(text: str, syntax: braces.Syntax) -> str | None:
    if "{" not in text:
        return None
    start = braces.start_of_markup(text, is_whole=len(text) < braces.TEXT_CHARS)
    at = braces.open_code(text, start, syntax)
    return None if at < 0 else text[at:]
