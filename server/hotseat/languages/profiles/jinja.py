"""Facts about Jinja."""

from hotseat.languages.profile import MARKUP_HAS_NO, Grammar, LanguageProfile

PROFILE = LanguageProfile(
    id="jinja",
    name="Jinja",
    aliases=(
        "django-html",
        "django-txt",
        "htmldjango",
        "jinja-css",
        "jinja-html",
        "jinja-js",
        "jinja-json",
        "jinja-sql",
        "jinja-toml",
        "jinja-yaml",
        "jinja2",
    ),
    extensions=("j2", "jinja", "jinja2"),
    block_comment=("{#", "#}"),
    grammar=Grammar(module="tree_sitter_html"),
    without=MARKUP_HAS_NO | {"line_comment"},
)
