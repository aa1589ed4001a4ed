"""Regions of HTML, Vue and Svelte: scripts, styles, event handlers, style attributes.

Owns what the content of an element or an attribute is written in. Without a tree, or where it is
broken, the last tag in a bounded piece of text before the cursor decides.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hotseat.languages.detect import normalise
from hotseat.syntax.regions import template_tags
from hotseat.syntax.regions.place import LOOK_BACK_CHARS, Found, Place, last_places

if TYPE_CHECKING:
    from tree_sitter import Node

HOSTS: frozenset[str] = frozenset({"html", "vue", "svelte"})

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
_TAG_MARKS = ("<script", "</script", "<style", "</style")
_NEAR_CHARS = 5_000
_MAX_TAGS = 12
"""The last ones decide, as long as no script holds as many in its strings."""

_TAG_CHARS = 2000
_START_OF_TAG = re.compile(r"<[A-Za-z][\w:.-]*(?=[\s/])")
_NEXT_IN_TAG = re.compile(r"\s*(?:([^\s\"'<>/=]+)(?:\s*=\s*(?:([\"'])|([^\s\"'>]*)))?|/)")
_MAX_TAGS_TRIED = 4
_MAX_ATTRIBUTES = 60


def look(place: Place, language: str) -> Found | None:
    """`language` is html, vue or svelte."""
    if language == "html" and (found := template_tags.in_html(place)) is not None:
        return found
    in_element = _in_element(place, language)
    if in_element is not None:
        return in_element if in_element.language != language else None
    return _in_attribute(place, language) or _in_mustache(place, language)


def _in_element(place: Place, language: str) -> Found | None:
    """A script's or a style's content; the host's own language for one that holds no other."""
    tree = place.tree
    if tree is not None:
        start_tag = _start_tag_around(tree.root_node, place.byte)
        if start_tag is not None:
            start_byte = start_tag.start_byte
            end_byte = min(start_tag.end_byte, start_byte + _MAX_TAG_BYTES)
            found = _TAG.match(place.slice(start_byte, end_byte))
            if found:
                inner = _language_of_tag(found, language)
                return Found(language=inner, start_byte=start_tag.end_byte)
        elif not tree.root_node.has_error:
            return None
    if tree is not None:  # broken near by, or it would know
        return _by_text(place.before(_NEAR_CHARS), language)
    return _by_text(place.before(LOOK_BACK_CHARS), language)


def _start_tag_around(root: Node, byte: int) -> Node | None:
    """That of the script or style whose content holds `byte`, its ends included."""
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


def _by_text(before: str, language: str) -> Found | None:
    """By the last tag before the place: inside, if it opens a script or a style and is complete."""
    if _UNFINISHED_CLOSING_TAG.search(before[-8:]):
        return None
    first = min(last_places(before.lower(), _TAG_MARKS, _MAX_TAGS), default=len(before))
    last = None
    for found in _TAG.finditer(before, first):
        # Inside a script only its own closing tag counts: "<style>" may stand in a string.
        if (
            last is None
            or last.group(1)
            or (found.group(1) and found.group(2).lower() == last.group(2).lower())
        ):
            last = found
    if last is None or last.group(1) or not last.group(4) or last.group(3).endswith("/"):
        return None
    return Found(language=_language_of_tag(last, language), text=before[last.end() :])


def _language_of_tag(tag: re.Match[str], language: str) -> str:
    attributes = {
        name.lower(): (double or single or bare).strip().lower()
        for name, double, single, bare in _ATTRIBUTE.findall(tag.group(3))
    }
    if tag.group(2).lower() == "style":
        return normalise(attributes.get("lang")) or "css"
    if attributes.get("lang"):
        return normalise(attributes["lang"]) or language
    kind = attributes.get("type", "").partition(";")[0].strip()
    if kind in _SCRIPT_TYPES:
        return _SCRIPT_TYPES[kind]
    if kind.endswith("json") or kind in ("importmap", "speculationrules"):
        return "json"
    if "template" in kind or kind.endswith("html"):
        return "html"
    return language


def _in_attribute(place: Place, language: str) -> Found | None:
    """A quoted `onclick`, `style`, or directive of Vue's that is still open at the cursor."""
    text = place.before(_TAG_CHARS)
    starts = [found.end() for found in _START_OF_TAG.finditer(text)]
    for start in reversed(starts[-_MAX_TAGS_TRIED:]):
        name, value, closed = _open_attribute(text, start)
        if name:
            inner = _language_of_attribute(name.lower(), language)
            return Found(language=inner, text=value) if inner else None
        if closed:
            return None
    return None


def _open_attribute(text: str, at: int) -> tuple[str, str, bool]:
    """Name and value of the attribute whose quote is not closed; or whether the tag is closed."""
    for _ in range(_MAX_ATTRIBUTES):
        found = _NEXT_IN_TAG.match(text, at)
        if found is None:
            return "", "", ">" in text[at : at + 1]
        at = found.end()
        if (quote := found.group(2)) is not None:
            close = text.find(quote, at)
            if close < 0:
                return found.group(1), text[at:], False
            at = close + 1
    return "", "", True


def _language_of_attribute(name: str, language: str) -> str | None:
    if name == "style":
        return "css"
    if re.fullmatch(r"on[a-z]+", name):
        return "javascript"
    if language == "vue" and name.startswith((":", "@", "#", "v-")):
        return "javascript"
    return None


def _in_mustache(place: Place, language: str) -> Found | None:
    """Vue's `{{ expression }}`."""
    if language != "vue":
        return None
    content = template_tags.open_mustache(place)
    return None if content is None else Found(language="javascript", text=content)
