"""Regions of HTML, Vue and Svelte: scripts, styles, event handlers, style attributes.

Owns what the content of an element or an attribute is written in. Without a tree, or where it is
broken, the last tag in a bounded piece of text before the cursor decides.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hotseat.languages.detect import normalise
from hotseat.languages.profile import words
from hotseat.languages.tables import KNOWN
from hotseat.syntax.regions import template_tags
from hotseat.syntax.regions.markup import front_matter
from hotseat.syntax.regions.place import (
    LOOK_AHEAD_CHARS,
    LOOK_BACK_CHARS,
    Found,
    Place,
    last_places,
)

if TYPE_CHECKING:
    from tree_sitter import Node

HOSTS: frozenset[str] = frozenset({"html", "vue", "svelte"})

_ATTRIBUTES = r"(?:[^<>\"']++|\"[^\"]{0,1000}+\"|'[^']{0,1000}+')*+"
_TAG = re.compile(rf"<(script|style|textarea|title)(?=[\s>/])({_ATTRIBUTES})(>?)", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"([\w:.@-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
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
_CLOSING_TAG = re.compile(r"</(?:script|style)\b", re.IGNORECASE)
_CLOSING_TAG_CHARS = 8
_LANGS = {"babel": "javascript", "postcss": "css"}
"""Values of `lang` that name a tool for the language."""
_MAX_TAG_BYTES = 2000
_TEXT_TAGS = ("textarea", "title")
"""Elements that hold text alone: a script in them is none."""
_TAG_MARKS = ("<!--", "<script", "</script", "<style", "</style")
_TEXT_TAG_MARKS = ("<textarea", "</textarea", "<title", "</title")
_MAX_TAGS = 12
"""The last ones decide, as long as no script holds as many in its strings."""
_TEXT_ELEMENT_BYTES = 1_000

_HANDLERS = words("""
onabort onafterprint onanimationcancel onanimationend onanimationiteration onanimationstart
onauxclick onbeforeinput onbeforeprint onbeforetoggle onbeforeunload onblur oncancel oncanplay
oncanplaythrough onchange onclick onclose oncontextmenu oncopy oncuechange oncut ondblclick ondrag
ondragend ondragenter ondragleave ondragover ondragstart ondrop ondurationchange onemptied onended
onerror onfocus onfocusin onfocusout onformdata onfullscreenchange ongotpointercapture onhashchange
oninput oninvalid onkeydown onkeypress onkeyup onlanguagechange onload onloadeddata
onloadedmetadata onloadstart onlostpointercapture onmessage onmousedown onmouseenter onmouseleave
onmousemove onmouseout onmouseover onmouseup onmousewheel onoffline ononline onpagehide onpageshow
onpaste onpause onplay onplaying onpointercancel onpointerdown onpointerenter onpointerleave
onpointermove onpointerout onpointerover onpointerup onpopstate onprogress onratechange onreset
onresize onscroll onscrollend onsearch onseeked onseeking onselect onselectionchange onselectstart
onslotchange onstalled onstorage onsubmit onsuspend ontimeupdate ontoggle ontouchcancel ontouchend
ontouchmove ontouchstart ontransitioncancel ontransitionend ontransitionrun ontransitionstart
onunload onvolumechange onwaiting onwheel
""")
_ALPINE = words("""
x-bind x-data x-effect x-for x-html x-id x-if x-init x-intersect x-model x-modelable x-on x-show
x-text
""")
"""Directives whose values are expressions."""
_BLOCK = re.compile(rf"<(/?)([a-z][\w-]*)(?=[\s>/])({_ATTRIBUTES})(>?)", re.IGNORECASE)
_VUE_BLOCKS = {
    "docs": "markdown",
    "i18n": "json",
    "page-query": "graphql",
    "route": "json",
    "static-query": "graphql",
}
"""What blocks without `lang` hold."""
_MAX_BLOCKS = 20
_TYPESCRIPTS = frozenset({"typescript", "typescriptreact"})

_ANGULAR = re.compile(r"\*[a-z][\w-]*|\([@\w.:-]+\)|\[[@(]?[\w.:-]+\)?\]")
"""`(click)`, `[value]`, `[(ngModel)]`, `*ngIf`: their values are TypeScript's expressions."""
_TAG_CHARS = 2000
_START_OF_TAG = re.compile(r"<[A-Za-z][\w:.-]*(?=[\s/])")
_NEXT_IN_TAG = re.compile(r"\s*(?:([^\s\"'<>/=]+)(?:\s*=\s*(?:([\"'])|([^\s\"'>]*)))?|/)")
_MAX_TAGS_TRIED = 4
_MAX_ATTRIBUTES = 60


def look(place: Place, language: str) -> Found | None:
    """`language` is html, vue or svelte."""
    if language == "html":
        if (found := template_tags.in_html(place)) is not None:
            return found
        if template_tags.in_comment_block(place):
            return None
        if (found := front_matter.in_front_matter_of_html(place)) is not None:
            return found
    in_element = _in_element(place, language)
    if in_element is not None:
        return in_element if in_element.language != language else None
    if language == "vue" and (found := _in_vue_block(place)) is not None:
        return found
    return _in_attribute(place, language) or _in_mustache(place, language)


def _in_element(place: Place, language: str) -> Found | None:
    """A script's or a style's content; the host's own language for one that holds no other."""
    tree = place.tree
    if tree is not None:
        start_tag = _start_tag_around(tree.root_node, place.byte)
        if start_tag is not None and not front_matter.holds(place, start_tag.start_byte):
            start_byte = start_tag.start_byte
            end_byte = min(start_tag.end_byte, start_byte + _MAX_TAG_BYTES)
            found = _TAG.match(place.slice(start_byte, end_byte))
            if found:
                is_closed = start_tag.parent is not None and start_tag.parent.type != "ERROR"
                if _is_text(place, start_byte, language, is_closed=is_closed):
                    return None
                inner = _language_of_tag(found, language)
                return Found(language=inner, start_byte=start_tag.end_byte)
        elif start_tag is None and not tree.root_node.has_error:
            return None
    return _by_text(place, language)


def _start_tag_around(root: Node, byte: int) -> Node | None:
    """That of the script or style whose content holds `byte`, its ends included.

    The parser finds the content also where an error is around it, or no end.
    """
    for first in (byte, max(0, byte - 1)):
        node = root.descendant_for_byte_range(first, byte)
        if node is not None and node.type == "raw_text" and node.end_byte >= byte:
            before = node.prev_sibling
            if before is not None and before.type == "start_tag":
                return before
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


def _is_text(place: Place, byte: int, language: str, *, is_closed: bool) -> bool:
    """Whether the tag at `byte` is in a `<textarea>`, which the parser reads like any element, or
    in a comment without its end."""
    text = place.slice(byte - _TEXT_ELEMENT_BYTES, byte).lower()
    comment = -1 if is_closed else text.rfind("<!--")
    if comment > max(text.rfind("-->"), text.rfind("</script")):
        return True
    return language == "html" and any(
        text.rfind(f"<{name}") > text.rfind(f"</{name}") for name in _TEXT_TAGS
    )


def _by_text(place: Place, language: str) -> Found | None:
    """By the tags and comments before the place: inside an element that is not closed."""
    before = place.before(LOOK_BACK_CHARS)
    if len(before) < LOOK_BACK_CHARS:
        before = front_matter.text_after_front_matter(before)
    tail = before[-_CLOSING_TAG_CHARS:]
    closing = _CLOSING_TAG.search(tail + place.after(_CLOSING_TAG_CHARS))
    if _UNFINISHED_CLOSING_TAG.search(tail) or (closing and closing.start() < len(tail)):
        return None
    lower = before.lower()
    if len(lower) != len(before):  # some capitals are two letters in lower case
        lower = before
    marks = _TAG_MARKS + _TEXT_TAG_MARKS if language == "html" else _TAG_MARKS
    opened, end = None, 0
    for at in sorted(last_places(lower, marks, _MAX_TAGS)):
        if at < end:
            continue
        if opened is not None:
            # Inside a script only its own closing tag counts: "<style>" may stand in a string.
            if lower.startswith(f"</{opened.group(1).lower()}", at):
                opened = None
        elif lower.startswith("<!--", at):
            end = lower.find("-->", at)
            if end < 0:
                return None
        elif (found := _TAG.match(before, at)) is not None:
            end = found.end()
            if found.group(3) and not found.group(2).endswith("/"):
                opened = found
    if opened is None:
        return None
    return Found(language=_language_of_tag(opened, language), text=before[opened.end() :])


def _language_of_tag(tag: re.Match[str], language: str) -> str:
    name = tag.group(1).lower()
    if name in _TEXT_TAGS:
        return language
    attributes = attributes_of(tag.group(2))
    kind = attributes.get("type", "").partition(";")[0].strip()
    if name == "style":
        return by_lang(attributes.get("lang", "")) or _by_type(kind) or "css"
    if attributes.get("lang"):
        return by_lang(attributes["lang"]) or language
    if kind in _SCRIPT_TYPES:
        return _SCRIPT_TYPES[kind]
    return _by_type(kind) or language


def attributes_of(text: str) -> dict[str, str]:
    """Names and values in lower case."""
    return {
        name.lower(): (double or single or bare).strip().lower()
        for name, double, single, bare in _ATTRIBUTE.findall(text)
    }


def by_lang(lang: str) -> str | None:
    """The language that an attribute `lang` names."""
    named = _LANGS.get(lang) or normalise(lang)
    return named if named in KNOWN else None


def _by_type(kind: str) -> str | None:
    """The language of a MIME type: `text/x-python`."""
    if kind.endswith("json") or kind in ("importmap", "speculationrules"):
        return "json"
    if "template" in kind or "tmpl" in kind or kind.endswith("html"):
        return "html"
    if "shader" in kind:
        return "glsl"
    named = by_lang(kind.rpartition("/")[2].removeprefix("x-"))
    return None if named == "plaintext" else named


def _in_attribute(place: Place, language: str) -> Found | None:
    """A quoted `onclick`, `style`, or directive of Vue's that is still open at the cursor."""
    text = place.before(_TAG_CHARS)
    starts = [found.end() for found in _START_OF_TAG.finditer(text)]
    for start in reversed(starts[-_MAX_TAGS_TRIED:]):
        name, value, closed = _open_attribute(text, start)
        if name:
            inner = _language_of_attribute(name.lower(), language, place)
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


def _language_of_attribute(name: str, language: str, place: Place) -> str | None:
    if name == "style":
        return "css"
    if name in _HANDLERS:
        return "javascript"
    if language == "vue":
        return _language_of_scripts(place) if name.startswith((":", "@", "#", "v-")) else None
    if language == "html":
        if name[0] in "([*" and _ANGULAR.fullmatch(name):
            return "typescript"
        if name.startswith((":", "@", "v-", "hx-on", "data-hx-on")):  # Alpine, petite-vue, htmx
            return "javascript"
        if name in ("hx-vals", "hx-headers"):
            return "json"
        if name.startswith("x-") and name.partition(":")[0].partition(".")[0] in _ALPINE:
            return "javascript"
    return None


def _in_mustache(place: Place, language: str) -> Found | None:
    """`{{ expression }}` of Vue, and of Angular in a file that is named as its templates are."""
    if language != "vue" and not place.uri.endswith(".component.html"):
        return None
    content = template_tags.open_mustache(place)
    if content is None:
        return None
    inner = _language_of_scripts(place) if language == "vue" else "typescript"
    return Found(language=inner, text=content)


def _language_of_scripts(place: Place) -> str:
    """That of a Vue component's script, which its template's expressions are in."""
    if place.tree is not None:
        children = place.tree.root_node.children[:_MAX_BLOCKS]
        starts = [node.start_byte for node in children if node.type == "script_element"]
        tags = [place.slice(start, start + _MAX_TAG_BYTES) for start in starts]
    else:
        tags = []
    if not tags:
        before, after = place.before(LOOK_BACK_CHARS), place.after(LOOK_AHEAD_CHARS)
        tags = [text[text.rfind("<script") :] for text in (before, after) if "<script" in text]
    found = [_TAG.match(tag) for tag in tags]
    languages = {_language_of_tag(tag, "javascript") for tag in found if tag is not None}
    return "typescript" if languages and languages <= _TYPESCRIPTS else "javascript"


def _in_vue_block(place: Place) -> Found | None:
    """`<template lang="pug">`, `<i18n>`, `<docs>`: blocks that begin in the first column."""
    text = place.before(LOOK_BACK_CHARS)
    if len(text) < LOOK_BACK_CHARS:
        text = f"\n{text}"
    for at in last_places(text, ("\n<",), _MAX_BLOCKS):
        found = _BLOCK.match(text, at + 1)
        if found is None or not found.group(4):
            continue  # "<!--", or the tag that the cursor is in
        closing, name, attributes, _ = found.groups()
        if name in ("script", "style"):
            return None
        lang = attributes_of(attributes).get("lang", "")
        inner = by_lang(lang) if lang else _VUE_BLOCKS.get(name)
        if closing or name == "template" or inner is not None:
            is_open = inner is not None and not closing
            return Found(language=inner, text=text[found.end() :]) if inner and is_open else None
    return None
