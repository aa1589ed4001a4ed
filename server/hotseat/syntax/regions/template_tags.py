"""Tags of template languages in the text before a cursor: `<% %>`, `{{ }}`, `{% %}`.

Owns where such a tag begins and whether it is still open. What is around the tags is `templates`'
business.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from hotseat.syntax.regions.place import Found, Place

TAG_CHARS = 4_000
"""How far back a tag's beginning is looked for."""
_NEAR_CHARS = 1_000
_QUOTED = re.compile(r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|`[^`]*`')
_RAW = re.compile(r"\{%-?\s*(end)?(?:raw|verbatim|comment)\b[^%]*%\}")
_END_OF_RAW = re.compile(r"[-+]?\s*end(?:raw|verbatim|comment)\b")
"""What follows `{%` in the tag that ends such a block."""
_STATEMENT = re.compile(r"[-+]?\s*(?:\Z|[-+]?%|[A-Za-z_]\w*(?:\s|\(|[-+]?%\}|\Z))")
"""What may follow `{%`; not the `s}` of a format such as `${%s}`."""
_EXPRESSION = re.compile(r"\Z|[-+]?\s|[-+]?[A-Za-z_][\w.]*(?:[(|\[}]|\Z)")
"""What may follow `{{`; not the numbers of an array such as `'{{1,2},{3,4}}'`."""
_COMMENT_TAG = re.compile(r"\{%-?\s*(end)?comment\b[^%\n]*%\}")
_GO_ACTION = re.compile(
    r"""-?\s*(?:
        \.(?:[A-Za-z_]|\s*(?:[|)}-]|\Z))
      | \$\w*(?:\s|\.|\}|\Z)
      | (?:define|template|block|include|partial|partialCached)\s+"
      | (?:site|page|hugo|now)\.[A-Z]
      | (?:T|i18n)\s+["(.$]
      | (?:resources|collections|strings|transform|images|urls|os|path|css|js|math|lang)\.[A-Z]
      | (?:where|first|last|after|sort|dict|slice|partial|partialCached|relURL|absURL|safeHTML
         |safeCSS|safeJS|markdownify|plainify|default|trim|replace|jsonify|toYaml|toJson|tpl|quote|required
         |lookup|fail)
        \s+(?:[($.]|site\b|page\b|"[^"\n]*"\s+[($.]|\d+\s+[($.])
      | "[^"\n]*"\s*\|\s*(?:absURL|absLangURL|relURL|relLangURL|safeHTML|markdownify|i18n|T)\b
      | (?:range|with|if|else\s+if)\s+[\w($.]
      | (?:len|index|printf|not|and|or|eq|ne|lt|gt|le|ge|return)\s+
        (?:[($.]|(?:site|page|hugo)\.[A-Z])
      | (?:end|break|continue)\s*-?\}\}
      | (?!(?:await|not|typeof|void)\b)[A-Za-z][\w.]*\s+
        (?:\.(?:[A-Za-z_]|\s)|\$[\w.]|\(\s*\w+\s+["`.$(])
      | \((?:\s*\()*\s*(?:\.[A-Za-z_]|\$|(?:site|page|hugo)\.[A-Z]|[A-Za-z][\w.]*\s+["`.$(])
    )""",
    re.VERBOSE,
)
_GO_BLOCK = re.compile(
    r"\{\{-?\s*(?:end\s*-?\}\}|(?:define|template|block)\s+\"|(?:range|if|with)\s+[.$]|\$\w+\s*:=)"
)
_MAYBE_GO = re.compile(r"-?\s*(?:[A-Za-z]\w*\s+[\"`]|else\s*-?\}\})")
"""`{{ t "title" }}`: Go's where the file has such blocks, else maybe Handlebars'."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Syntax:
    """What opens and closes a tag, and the language inside."""

    language: str
    tags: Mapping[str, str]
    comments: Mapping[str, str]
    not_tags: tuple[str, ...] = ()
    """Begin like a tag, and are none: ERB's `<%%`."""
    quotes: bool = True
    """A closing mark inside quotes does not close the tag."""
    raw: bool = False
    """There are blocks in which tags are mere text."""


ERB = Syntax(
    language="ruby",
    tags={"<%": "%>"},
    comments={"<%#": "%>"},
    not_tags=("<%%",),
    quotes=False,
)
EEX = Syntax(
    language="elixir",
    tags={"<%": "%>"},
    comments={"<%#": "%>", "<%!--": "--%>"},
    not_tags=("<%%",),
    quotes=False,
)
GO = Syntax(language="go", tags={"{{": "}}"}, comments={"{{/*": "*/", "{{- /*": "*/"})


def jinja(language: str) -> Syntax:
    """Jinja's tags, which other engines share."""
    return Syntax(language=language, tags={"{{": "}}", "{%": "%}"}, comments={"{#": "#}"}, raw=True)


JINJA = jinja("jinja")


def open_tag(place: Place, syntax: Syntax) -> str | None:
    """The content, up to the cursor, of the tag that the cursor is in; None outside of tags.

    Empty directly after the opening mark. A comment is no tag.
    """
    text = place.before(TAG_CHARS)
    at, opener = max((text.rfind(opener), opener) for opener in syntax.tags)
    if at < 0:
        return None
    if text.startswith(syntax.not_tags, at):
        return None
    content = text[at + len(opener) :]
    closer = syntax.tags[opener]
    # YAML and JSON write a tag's quotes as \", which is no more of a quote in a string of the tag.
    closed = _QUOTED.sub("", content.replace('\\"', "")) if syntax.quotes else content
    if closer in content and closer in closed:
        return None
    if content.endswith(closer[0]) and place.after(1) == closer[1]:
        return None  # in the middle of the closing mark
    if _in_comment(text, syntax):
        return None
    if syntax.raw and _in_raw_block(text[:at]):
        ends_block = _END_OF_RAW.match(content + place.line_after()) is not None
        return content if opener == "{%" and ends_block else None
    return content


def _in_comment(text: str, syntax: Syntax) -> bool:
    for opener, closer in syntax.comments.items():
        at = text.rfind(opener)
        if at >= 0 and closer not in text[at + len(opener) :]:
            return True
    return False


def _in_raw_block(text: str) -> bool:
    last = None
    for found in _RAW.finditer(text) if "{%" in text else ():
        last = found
    return last is not None and last.group(1) is None


def in_comment_block(place: Place) -> bool:
    """Whether the place is in Django's or Liquid's `{% comment %}`."""
    text = place.before(TAG_CHARS)
    tags = _COMMENT_TAG.findall(text) if "comment" in text else []
    return bool(tags) and tags[-1] == ""


def open_mustache(place: Place) -> str | None:
    """The content of `{{ }}` in which the cursor is."""
    return open_tag(place, GO)


def in_html(place: Place) -> Found | None:
    """Tags in a file that its editor calls HTML: only what is unmistakable."""
    content = open_tag(place, JINJA)
    if content is None:
        return None
    text = place.before(TAG_CHARS)
    if text[: len(text) - len(content)].endswith("{%"):
        if _STATEMENT.match(text + place.line_after(), len(text) - len(content)) is None:
            return None
        return Found(language="jinja", text=content, innermost=True)
    if (found := go_action(place, content)) is not None:
        return found
    if "{%" in text or "{%" in place.after(TAG_CHARS):
        return Found(language="jinja", text=content, innermost=True)
    return None


def in_plain_text(place: Place) -> Found | None:
    """Jinja's tags in a file whose own language has no double braces: dbt's models, Ansible."""
    line = place.line_before()
    if "{" not in line and "{" not in place.before(_NEAR_CHARS):
        return None
    content = open_tag(place, JINJA)
    if content is None:
        return None
    is_statement = place.before(len(content) + 2).startswith("{%")
    pattern = _STATEMENT if is_statement else _EXPRESSION
    if pattern.match(content + place.line_after()) is None:
        return None
    return Found(language="jinja", text=content, innermost=True)


def go_action(place: Place, content: str | None = None) -> Found | None:
    """`{{ .Name }}` and what else can only be Go's."""
    content = open_tag(place, GO) if content is None else content
    if content is None:
        return None
    line = content + place.line_after()
    if _GO_ACTION.match(line) or (_MAYBE_GO.match(line) and _GO_BLOCK.search(_around(place))):
        return Found(language="go", text=content)
    return None


def _around(place: Place) -> str:
    return place.before(TAG_CHARS) + place.after(TAG_CHARS)
