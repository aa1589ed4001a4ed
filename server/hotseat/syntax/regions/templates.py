"""Regions of template files: ERB, EEx, Jinja and its kin, Go templates.

Owns what is inside the tags, and what a template is a template of: `deploy.yaml.j2` is YAML.
ERB's tags hold Ruby and Go's hold Go. Jinja's are "jinja": two words of an expression in a language
of its own do not pay for loading a Python model, and who thinks otherwise lists `jinja` among the
languages of an expert; else the host's expert answers, which has read many templates.
"""

from __future__ import annotations

import re

from hotseat.languages.detect import file_name, language_of_name
from hotseat.languages.tables import WITH_FACTS
from hotseat.syntax.regions.markup.front_matter import in_front_matter_of_html
from hotseat.syntax.regions.place import LOOK_BACK_CHARS, Found, Place
from hotseat.syntax.regions.template_tags import EEX, ERB, GO, JINJA, Syntax, jinja, open_tag

_SYNTAXES: dict[str, Syntax] = {
    "eex": EEX,
    "erb": ERB,
    "gotmpl": GO,
    "helm": GO,
    "jinja": JINJA,
    "liquid": jinja("liquid"),
    "nunjucks": jinja("nunjucks"),
    "twig": jinja("twig"),
}
HOSTS: frozenset[str] = frozenset(_SYNTAXES)
_DEFAULT_HOSTS = {"helm": "yaml"}
_EXTENSIONS = frozenset(
    {"eex", "erb", "gohtml", "gotmpl", "j2", "jinja", "jinja2", "leex", "liquid", "njk", "rhtml"}
    | {"tmpl", "tpl", "twig"}
)
_WITH_FRONT_MATTER = frozenset({"liquid", "nunjucks"})
"""Of generators of sites: Jekyll, Eleventy."""
_LIQUID_BLOCKS = {"javascript": "javascript", "schema": "json", "style": "css", "stylesheet": "css"}
_LIQUID_BLOCK = re.compile(
    r"\{%-?\s*(end)?(schema|javascript|stylesheet|style)\b([^%\n]{0,100})%\}"
)
_HTML_HOSTS = frozenset({"html", "vue", "svelte"})


def look(place: Place, language: str) -> Found | None:
    """`language` is one of `HOSTS`."""
    syntax = _SYNTAXES[language]
    host = host_language(language, place.uri)
    content = open_tag(place, syntax)
    has_front_matter = content is None and language in _WITH_FRONT_MATTER
    if has_front_matter and (found := in_front_matter_of_html(place)) is not None:
        return found
    if content is None and language == "liquid" and (found := _in_liquid_block(place, host)):
        return found
    if content is None:
        if host == language:
            return None
        return Found(language=host, without_tree=host not in _HTML_HOSTS)
    return Found(
        language=syntax.language,
        text=content,
        around=() if host == language else (host,),
        innermost=syntax.language == language,
    )


def _in_liquid_block(place: Place, host: str) -> Found | None:
    """Shopify's sections hold their settings, script and style in blocks."""
    text = place.before(LOOK_BACK_CHARS)
    tags = list(_LIQUID_BLOCK.finditer(text))
    last = tags[-1] if tags else None
    if last is None or last.group(1):
        return None
    inner = _LIQUID_BLOCKS[last.group(2)]
    if "scss" in last.group(3):
        inner = "scss"
    return Found(language=inner, text=text[last.end() :], around=(host,))


def host_language(language: str, uri: str) -> str:
    """What a template's text outside of its tags is in; `language` itself if it is no template,
    or if no more than a name is known of its inner language (`nginx.conf.j2`)."""
    if language not in HOSTS:
        return language
    name = file_name(uri)
    n_stripped = 0
    while (dot := name.rfind(".")) > 0 and name[dot + 1 :] in _EXTENSIONS:
        name, n_stripped = name[:dot], n_stripped + 1
    inner = language_of_name(name)
    if inner in WITH_FACTS and inner not in HOSTS:
        return inner
    if n_stripped and "." in name.lstrip("."):
        return language
    return _DEFAULT_HOSTS.get(language, "html")
