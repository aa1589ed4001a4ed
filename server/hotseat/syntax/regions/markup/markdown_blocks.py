"""Regions of Markdown outside of fences: HTML, and the modules and JSX of MDX.

Owns CommonMark's rules of HTML blocks, and what is code in MDX: blocks that begin with `import` or
`export`, tags, and braces. The text between tags is MDX.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from hotseat.syntax.regions.markup import braces
from hotseat.syntax.regions.place import LINE_CHARS, Found, Place

_RAW_CHARS = 5_000
_RAW_START = re.compile(
    r"^ {0,3}<(?:(script|style|pre|textarea)(?=[\s>]|\Z)|!--)", re.IGNORECASE | re.MULTILINE
)
_BLOCK_WORDS = """
address article aside base basefont blockquote body caption center col colgroup dd details dialog
dir div dl dt fieldset figcaption figure footer form frame frameset h[1-6] head header hr html
iframe legend li link main menu menuitem nav noframes ol optgroup option p param picture search
section source summary svg table tbody td template tfoot th thead title tr track ul video
"""
_BLOCK_START = re.compile(
    rf" {{0,3}}</?(?:{'|'.join(_BLOCK_WORDS.split())})(?=[\s/>]|\Z)", re.IGNORECASE
)
_ATTRIBUTE = r"\s+[A-Za-z_:@][\w.:@-]*(?:\s*=\s*(?:\"[^\"\n]*\"|'[^'\n]*'|[^\s\"'=<>`]+))?"
_TAG_ALONE = re.compile(
    rf" {{0,3}}(?:<[A-Za-z][\w-]*(?:{_ATTRIBUTE})*\s*/?>|</[A-Za-z][\w-]*\s*>)\s*\Z"
)
_TAG_BEING_TYPED = re.compile(
    r"<[A-Za-z][\w-]*\s(?:[^<>`]*?\s)?[\w:@-]+=(?:\"[^\"<>`]*(?:\"\s+)?|'[^'<>`]*(?:'\s+)?)\Z"
)
_FENCE = re.compile(r"[ \t]*(?:```+|~~~+)[ \t]*\Z")
_MAX_LINES = 60
_ESM_START = re.compile(r"(?:import|export)(?=[\s{*\"']|\Z)")
_ESM_CONTINUES = re.compile(r"[\s})\];]|\Z")
_TAG_NAME = re.compile(r"/?[A-Za-z>]")
_JSX = braces.Syntax(jsx=True)


def look(place: Place, language: str) -> Found | None:
    """`language` is markdown or mdx; the cursor is in no fence."""
    if language == "mdx":
        return _in_mdx(place)
    text = _raw_block(place) or _block(place)
    if text is not None:
        return Found(language="html", text=text)
    line = place.line_before()
    found = _TAG_BEING_TYPED.search(line)
    if found is None or line.count("`", 0, found.start()) % 2:
        return None
    return Found(language="html", text=found.group())


def _raw_block(place: Place) -> str | None:
    """A script, style or comment that is open: blank lines do not end it."""
    text = place.before(_RAW_CHARS)
    if "<" not in text:
        return None
    starts = list(_RAW_START.finditer(text))
    if not starts:
        return None
    last = starts[-1]
    end = f"</{last.group(1).lower()}" if last.group(1) else "-->"
    return None if end in text[last.end() :].lower() else text[last.start() :].lstrip(" ")


def _paragraph(place: Place) -> list[str]:
    """The lines from the last blank one up to the cursor, from the top."""
    lines = [place.line_before()]
    for line in islice(place.lines_above(), _MAX_LINES):
        if not line.strip("- \t") or _FENCE.match(line):  # blank, or front matter's or code's end
            break
        lines.append(line)
    lines.reverse()
    return lines


def _block(place: Place) -> str | None:
    """A block that begins with a tag: a blank line ends it."""
    lines = _paragraph(place)
    if not (lines[-1] + place.line_after()).strip() and not _is_inside_element(place, lines):
        return None
    for i, line in enumerate(lines):
        is_current = i == len(lines) - 1
        alone = line + place.line_after() if is_current else line
        if _BLOCK_START.match(line) or (i == 0 and _TAG_ALONE.match(alone)):
            return "\n".join(lines[i:])
    return None


def _is_inside_element(place: Place, lines: list[str]) -> bool:
    """Whether more of an element can be expected on a blank line, which else ends a block."""
    _, _, below = place.after(LINE_CHARS).partition("\n")
    if below.strip():
        return below.lstrip(" ").startswith("</")
    return len(lines) > 1 and not lines[-2].lstrip(" ").startswith("</")


def _in_mdx(place: Place) -> Found | None:
    lines = _paragraph(place)
    if (module := _module(place, lines)) is not None:
        return Found(language="javascript", text=module)
    text = "\n".join(lines)
    if ("{" not in text and "<" not in text) or text.count("`") % 2:
        return None
    mode, start = braces.innermost(text, 0, _JSX)
    if mode == "markup" and text.endswith(("<", "</")) and _TAG_NAME.match(place.after(2)):
        return Found(language="javascriptreact", text=text[text.rindex("<") :], innermost=True)
    if mode == "markup" or text.startswith("/*", start):
        return None
    if mode == "tag":
        return Found(language="javascriptreact", text=text[start - 1 :], innermost=True)
    return Found(language="javascript", text=text[start:])


def _module(place: Place, paragraph: list[str]) -> str | None:
    """A block of imports and exports, from its beginning on."""
    for i, line in enumerate(paragraph):
        is_current = i == len(paragraph) - 1
        if _ESM_START.match(line + place.line_after() if is_current and line else line):
            return "\n".join(paragraph[i:])
        if line.strip() and not line[0].isspace():
            break
    return _function_with_blank_lines(place.lines_above(), place.line_before())


def _function_with_blank_lines(above: Iterator[str], line: str) -> str | None:
    """An export whose brackets are not closed yet."""
    lines = [line]
    for higher in islice(above, _MAX_LINES):
        if not _ESM_CONTINUES.match(lines[-1]):
            return None
        lines.append(higher)
        if higher.startswith("export"):
            text = "\n".join(reversed(lines))
            n_open = sum(map(text.count, "({[")) - sum(map(text.count, ")}]"))
            return text if n_open > 0 else None
    return None
