"""The language of the place under the cursor, in files that hold several.

Owns `<script>` and `<style>` in HTML, Vue and Svelte. Is given a tree of the HTML grammar, which
may be old or missing, and functions that read the text; without a tree, or where it is broken, it
looks back through a bounded piece of text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from hotseat.languages.detect import normalise

if TYPE_CHECKING:
    from tree_sitter import Node, Tree

HOSTS: frozenset[str] = frozenset({"html", "vue", "svelte"})
"""Languages whose files hold others, as far as this module knows."""
LOOK_BACK_CHARS = 20_000

_TAG = re.compile(r"<(/?)(script|style)(?=[\s>/])([^<>]*)(>?)", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"([\w-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_SCRIPT_TYPES = {
    "": "javascript",
    "application/ecmascript": "javascript",
    "application/javascript": "javascript",
    "application/typescript": "typescript",
    "module": "javascript",
    "text/babel": "javascriptreact",
    "text/ecmascript": "javascript",
    "text/javascript": "javascript",
    "text/jsx": "javascriptreact",
    "text/typescript": "typescript",
}
_UNFINISHED_CLOSING_TAG = re.compile(r"</s(?:c|cr|cri|crip|cript|t|ty|tyl|tyle)?\Z", re.IGNORECASE)
_MAX_TAG_BYTES = 2000


def region_language(
    tree: Tree | None,
    byte: int,
    file_language: str | None,
    *,
    text_before: Callable[[int], str],
    slice_bytes: Callable[[int, int], str],
) -> str | None:
    """Language at offset `byte` of a file.

    `text_before(n)` gives up to `n` characters that end there; `slice_bytes(start, end)` the text
    between two utf-8 offsets of the same document that `tree` speaks of.
    """
    if file_language not in HOSTS:
        return file_language
    if tree is not None:
        element = _element_around(tree.root_node, byte)
        if element is not None:
            start, end = (
                element.start_byte,
                min(element.end_byte, element.start_byte + _MAX_TAG_BYTES),
            )
            found = _TAG.match(slice_bytes(start, end))
            if found:
                return _language_of_tag(found, file_language)
        elif not tree.root_node.has_error:
            return file_language
    return _by_text(text_before(LOOK_BACK_CHARS), file_language)


def _element_around(root: Node, byte: int) -> Node | None:
    """The start tag of the script or style whose content holds `byte`, its ends included."""
    for first in (byte, max(0, byte - 1)):
        node = root.descendant_for_byte_range(first, byte)
        while node is not None and node.type not in ("script_element", "style_element"):
            node = node.parent
        if node is None:
            continue
        start_tag = next((c for c in node.children if c.type == "start_tag"), None)
        end_tag = next((c for c in node.children if c.type == "end_tag"), None)
        end_byte = end_tag.start_byte if end_tag is not None else node.end_byte
        if start_tag is not None and start_tag.end_byte <= byte <= end_byte:
            return start_tag
    return None


def _by_text(before: str, file_language: str | None) -> str | None:
    """By the last tag before the place: inside, if it opens a script or a style and is complete."""
    if _UNFINISHED_CLOSING_TAG.search(before[-8:]):
        return file_language
    last = None
    for found in _TAG.finditer(before):
        # Inside a script only its own closing tag counts: "<style>" may stand in a string.
        if (
            last is None
            or last.group(1)
            or (found.group(1) and found.group(2).lower() == last.group(2).lower())
        ):
            last = found
    if last is None or last.group(1) or not last.group(4) or last.group(3).endswith("/"):
        return file_language
    return _language_of_tag(last, file_language)


def _language_of_tag(tag: re.Match[str], file_language: str | None) -> str | None:
    attributes = {
        name.lower(): (double or single or bare).strip().lower()
        for name, double, single, bare in _ATTRIBUTE.findall(tag.group(3))
    }
    if tag.group(2).lower() == "style":
        return normalise(attributes.get("lang")) or "css"
    if attributes.get("lang"):
        return normalise(attributes["lang"])
    kind = attributes.get("type", "").partition(";")[0].strip()
    if kind in _SCRIPT_TYPES:
        return _SCRIPT_TYPES[kind]
    if kind.endswith("json") or kind in ("importmap", "speculationrules"):
        return "json"
    if "template" in kind or kind.endswith("html"):
        return "html"
    return file_language
